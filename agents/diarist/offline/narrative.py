"""Chooses the sentences that tell a recording's story, in the speaker's own words and order."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.diarist.draft import DraftMoment, DraftPassage, DraftQuote
from agents.diarist.offline.clauses import headline
from agents.diarist.offline.ranking import content_words, rank
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence

WHOLE_BELOW_WORDS = 160
"""A recording this short is told whole."""

_LEAST_WORDS = 120
_MOST_WORDS = 400
_SHARE = 0.1
"""A longer one is told in 120 words and a tenth of its own, at most 400."""

_PARAGRAPH_GAP_MS = 60_000
"""Sentences this far apart, in ms, stand in paragraphs of their own."""

_EPISODE_GAP_MS = 120_000
_MOST_MOMENTS = 8
_SUMMARY_CHARACTERS = 220
_QUOTE_WORDS = range(6, 26)
_SENTENCES_PER_QUOTE = 5
_MOST_QUOTES = 3
_OPENING_WEIGHTS = (1.5, 1.2)
"""People say first what a recording is about."""

_ASIDE_WEIGHT = 0.4
"""Hearsay, refusals and what stands among the tasks anyway are seldom the heart of a story."""

_INTERJECTION_WORDS = 3
_HEADLINE_WORDS = range(3, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Ranked sentences, from which all that an entry tells is chosen."""

    sentences: tuple[Sentence, ...]
    scores: tuple[float, ...]
    rules: LanguageRules

    def passages(self) -> tuple[DraftPassage, ...]:
        """Return the narrative."""
        chosen = sorted(self._told())
        return tuple(
            DraftPassage(
                text=self.sentences[i].tidy(self.rules),
                cites=self.sentences[i].cites,
                opens_paragraph=position > 0
                and self._gap(chosen[position - 1], i) >= _PARAGRAPH_GAP_MS,
            )
            for position, i in enumerate(chosen)
        )

    def title(self) -> str:
        """Return the headline of the sentence that makes the best one."""
        return self._headline(range(len(self.sentences)))

    def summary(self) -> str:
        """Return the one or two best sentences, in the order they were said."""
        first, *others = self._by_rank()
        best = [first]
        for other in others[:3]:
            both = [self.sentences[i].tidy(self.rules) for i in sorted((first, other))]
            if len(" ".join(both)) <= _SUMMARY_CHARACTERS:
                best.append(other)
                break
        return " ".join(self.sentences[i].tidy(self.rules) for i in sorted(best))

    def moments(self) -> tuple[DraftMoment, ...]:
        """Return one item per episode: a stretch of speech without a long pause."""
        return tuple(
            DraftMoment(
                headline=self._headline(episode), cites=self.sentences[episode.start].cites[:1]
            )
            for episode in self._episodes()
        )

    def quotes(self, *, unless: frozenset[int]) -> tuple[DraftQuote, ...]:
        """Return what is worth reading word by word; segments in `unless` are told elsewhere."""
        most = min(_MOST_QUOTES, len(self.sentences) // _SENTENCES_PER_QUOTE)
        quotable = [i for i in self._by_rank() if self._is_quotable(self.sentences[i], unless)]
        return tuple(
            DraftQuote(text=self.sentences[i].text, segment=self.sentences[i].cites[0])
            for i in sorted(quotable[:most])
        )

    def _by_rank(self) -> list[int]:
        return sorted(range(len(self.sentences)), key=lambda i: (-self.scores[i], i))

    def _told(self) -> list[int]:
        words = [len(sentence.text.split()) for sentence in self.sentences]
        total = sum(words)
        if total <= WHOLE_BELOW_WORDS:
            return list(range(len(words)))
        left = min(_MOST_WORDS, _LEAST_WORDS + int(_SHARE * total))
        chosen = []
        for i in self._by_rank():
            if words[i] <= left:
                chosen.append(i)
                left -= words[i]
        return chosen or self._by_rank()[:1]

    def _gap(self, before: int, after: int) -> int:
        return self.sentences[after].start_ms - self.sentences[before].end_ms

    def _episodes(self) -> list[range]:
        starts = [0]
        spoken = self.sentences[-1].end_ms - self.sentences[0].start_ms
        longest = max(3 * _EPISODE_GAP_MS, spoken // (_MOST_MOMENTS - 1))
        for i in range(1, len(self.sentences)):
            begun = self.sentences[i].start_ms - self.sentences[starts[-1]].start_ms
            paused = self._gap(i - 1, i) >= _EPISODE_GAP_MS
            if (paused or begun >= longest) and len(starts) < _MOST_MOMENTS:
                starts.append(i)
        return [
            range(a, b) for a, b in zip(starts, [*starts[1:], len(self.sentences)], strict=True)
        ]

    def _headline(self, among: range) -> str:
        headlines = {i: headline(self.sentences[i].tidy(self.rules), self.rules) for i in among}
        fitting = [i for i in among if len(headlines[i].split()) in _HEADLINE_WORDS]
        told = [i for i in fitting if not self._asks(i)]
        return headlines[max(told or fitting or among, key=lambda i: (self.scores[i], -i))]

    def _asks(self, i: int) -> bool:
        text = self.sentences[i].text
        return text.endswith("?") or self.rules.notes.wonders.search(text) is not None

    def _is_quotable(self, sentence: Sentence, unless: frozenset[int]) -> bool:
        return (
            len(sentence.cites) == 1
            and sentence.cites[0] not in unless
            and len(sentence.text.split()) in _QUOTE_WORDS
            and not sentence.text.endswith("?")
        )


def story(
    sentences: Sequence[Sentence], rules: LanguageRules, *, noted: frozenset[int] = frozenset()
) -> Story:
    """Rank sentences, of which there is at least one, after leaving out mere interjections.

    Segments in `noted` have a place of their own, as a task or a question: they make poor titles.
    """
    words = [content_words(sentence.text, rules.stopwords) for sentence in sentences]
    kept = [
        i
        for i, sentence in enumerate(sentences)
        if words[i] or len(sentence.text.split()) > _INTERJECTION_WORDS
    ] or list(range(len(sentences)))
    scores = rank([words[i] for i in kept])
    return Story(
        sentences=tuple(sentences[i] for i in kept),
        scores=tuple(
            score * _weight(sentences[i], rules, position=position, noted=noted)
            for position, (i, score) in enumerate(zip(kept, scores, strict=True))
        ),
        rules=rules,
    )


def _weight(
    sentence: Sentence, rules: LanguageRules, *, position: int, noted: frozenset[int]
) -> float:
    opening = _OPENING_WEIGHTS[position] if position < len(_OPENING_WEIGHTS) else 1.0
    asides = (
        *rules.tasks.obligations,
        rules.plans.others_plan,
        rules.notes.asked_by_others,
        rules.notes.undecided,
    )
    is_aside = any(pattern.search(sentence.text) for pattern in asides)
    return opening * (_ASIDE_WEIGHT if is_aside or not noted.isdisjoint(sentence.cites) else 1.0)
