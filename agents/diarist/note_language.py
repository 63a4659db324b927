"""Which language a note is in, by its commonest words: where that is plain, and only there."""

import re
from collections.abc import Iterable

from agents.diarist.draft import Draft
from agents.diarist.offline.rules.catalogue import rules_for
from schemas import Segment

_KNOWN = ("en", "de", "es")
"""Languages whose commonest words are listed; of others nothing is claimed."""

_FEWEST_WORDS = 12
_PLAIN_SHARE = 0.3
"""Share of a language's commonest words that its text has at least (own samples: 0.45-0.6)."""

_LEAD = 2.0
"""How many times the share of the next language it has to be: a name or two change nothing."""

_CODE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def strays(draft: Draft, segments: Iterable[Segment], *languages: str | None) -> bool:
    """Tell whether a draft is plainly in none of `languages`, nor in any that was spoken.

    A draft that strays has followed something that was said; a writer had better ask again.
    """
    said = tuple(segments)
    expected = {primary(language) for language in languages if language}
    if not expected or not expected <= set(_KNOWN):
        return False
    expected |= {primary(segment.language) for segment in said if segment.language}
    written = written_in(_told(draft))
    if written is None or written in expected:
        return False
    return written not in {written_in([segment.text]) for segment in said} | {
        written_in(segment.text for segment in said)
    }


def written_in(texts: Iterable[str]) -> str | None:
    """Return the language that `texts` are plainly written in, if it is one we know."""
    words = [word for text in texts for word in re.findall(r"\w+", text.casefold())]
    if len(words) < _FEWEST_WORDS:
        return None
    commonest = {language: rules_for(language).stopwords for language in _KNOWN}
    shares = {
        language: sum(word in stopwords for word in words) / len(words)
        for language, stopwords in commonest.items()
    }
    second, first = sorted(shares, key=shares.__getitem__)[-2:]
    plain = shares[first] >= max(_PLAIN_SHARE, _LEAD * shares[second])
    return first if plain else None


def settled(
    claimed: str | None, segments: Iterable[Segment], *, spoken: str | None, wanted: str | None
) -> str | None:
    """Return the language to publish: the one claimed if it was spoken or wanted, else the spoken.

    Where nobody says what was spoken, it is the one of most segments, else what is claimed.
    """
    spoken = spoken or _commonest(segments)
    allowed = {primary(language) for language in (spoken, wanted) if language}
    code = claimed.strip() if claimed else ""
    if not _CODE.fullmatch(code):
        return spoken
    return code if not allowed or primary(code) in allowed else spoken


def primary(language: str) -> str:
    """Return the language of a code without its region: "de" of "de-AT"."""
    return re.split(r"[-_]", language.strip().lower())[0]


def _commonest(segments: Iterable[Segment]) -> str | None:
    lengths: dict[str, int] = {}
    for segment in segments:
        if segment.language:
            lengths[segment.language] = lengths.get(segment.language, 0) + len(segment.text)
    return max(lengths, key=lengths.__getitem__, default=None)


def _told(draft: Draft) -> tuple[str, ...]:
    passages = tuple(passage.text for passage in draft.narrative)
    moments = tuple(f"{moment.headline} {moment.detail}" for moment in draft.timeline)
    return (draft.title, draft.summary, *passages, *moments)
