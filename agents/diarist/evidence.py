"""What a transcript bears out: which segments exist, who is named in them, what was said."""

import re
from collections.abc import Iterable, Sequence

from agents.diarist.draft import Cites, DraftQuote
from agents.diarist.orders import orders_among
from agents.diarist.sanitise import sanitised
from agents.diarist.words import Words, words_of
from schemas import Segment

MOST_CITES = 12
"""Cites of one item that are kept: more show a reader nothing, and make an entry too large."""

_OPENING = re.compile(r"[¿¡$€£]+$")
_CLOSING = re.compile(r"[%€°]?[.!?…。！？]*")  # noqa: RUF001 - the full-width marks of Chinese and Japanese
_BREAK = re.compile(r"[,;:!?…()\"“”„«»。，！？、；：\n]")  # noqa: RUF001 - as above
_ABBREVIATED = frozenset("dr dra frl hr fr m mme mr mrs ms prof sr sra srta st sta".split())  # noqa: SIM905 - a list of words
"""Words, beside single letters, whose full stop may stand within a name: "Prof. Smith"."""

_ENDING = r"(?:s|[\uac00-\ud7a3]{1,2})?"
"""What may follow a name within its last word: the s of a genitive, a particle of Korean."""


class Evidence:
    """The segments of one transcript.

    A segment that gives an order to the writer is one that may be quoted and told of, but nobody
    is named by it and nothing rests on it.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = {segment.index: segment for segment in segments}
        self._words = {segment.index: words_of(segment.text) for segment in segments}
        self._orders = orders_among(segments)
        clear = {s.index for s in segments if not s.low_confidence and s.index not in self._orders}
        names = (
            _unbroken(self._words[index], segment.text) if index in clear else ["|"]
            for index, segment in self._segments.items()
        )
        self._names = f" {' '.join(word for row in names for word in row)} "
        self._said = "".join((" ", *(words.row[1:] for words in self._words.values())))
        self._ordered = {w for index in self._orders for w in self._words[index].listed()}
        self._ordered -= {
            w
            for index, words in self._words.items()
            if index not in self._orders
            for w in words.listed()
        }

    def known(self, cites: Iterable[object]) -> Cites:
        """Return the first cites of segments that exist, each once; no truth value is a number."""
        found = dict.fromkeys(c for c in cites if type(c) is int and c in self._segments)
        return tuple(found)[:MOST_CITES]

    def bearing(self, cites: Iterable[object]) -> Cites:
        """Return the cites of segments that something may rest on."""
        return tuple(cite for cite in self.known(cites) if cite not in self._orders)

    def names(self, name: str) -> bool:
        """Tell whether the words of `name` stand in a row in clear speech, unbroken by marks."""
        row = words_of(name).row.strip()
        if not row:
            return False
        return re.search(rf"(?<= ){re.escape(row)}{_ENDING}(?= )", self._names) is not None

    def said(self, text: str) -> bool:
        """Tell whether the words of `text` were said in a row, in one segment or over several."""
        return words_of(text).row in self._said

    def ordered(self, text: str) -> bool:
        """Tell whether half of the words of `text`, or more, were said in orders alone."""
        words = words_of(text).listed()
        return bool(words) and 2 * sum(word in self._ordered for word in words) >= len(words)

    def quote(self, claim: DraftQuote) -> DraftQuote | None:
        """Return a quote in the characters of the one segment that holds it, if one does.

        That is the segment it names, or the only one. One word is no quote, unless it is all
        that was said there.
        """
        wanted = words_of(claim.text)
        places = {
            index: span
            for index, words in self._words.items()
            if (span := words.find(wanted)) and len(wanted.spans) > min(1, len(words.spans) - 1)
        }
        named = type(claim.segment) is int and claim.segment in places
        if not named and len(places) != 1:
            return None
        index = claim.segment if named else next(iter(places))
        segment = self._segments[index]
        return DraftQuote(
            text=_with_marks(segment.text, *places[index]),
            segment=index,
            speaker=sanitised(segment.speaker or "") or None,
        )


def _with_marks(text: str, start: int, end: int) -> str:
    """Return the characters from `start` to `end` with the marks that belong to them."""
    opening = _OPENING.search(text, 0, start)
    closing = _CLOSING.match(text, end)
    return text[opening.start() if opening else start : closing.end() if closing else end]


def _unbroken(words: Words, text: str) -> list[str]:
    """Return the words of a segment with a bar after each where no name runs on."""
    row: list[str] = [] if words.spans else ["|"]
    nexts = [start for start, _ in words.spans[1:]] + [len(text)]
    for word, (_, end), start in zip(words.listed(), words.spans, nexts, strict=False):
        row += [word, "|"] if _breaks(text[end:start], word) else [word]
    return row


def _breaks(gap: str, before: str) -> bool:
    shortened = len(before) == 1 or before in _ABBREVIATED
    return bool(_BREAK.search(gap)) or ("." in gap and not shortened)
