"""Ranks sentences by how much the others speak of the same things (TextRank).

R. Mihalcea and P. Tarau, "TextRank: Bringing Order into Texts", 2004,
https://aclanthology.org/W04-3252/. Long texts are ranked window by window and the best of each
window again, so that time grows with the length of a text and not with its square.
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence

WINDOW_SENTENCES = 150
"""Sentences ranked against each other: 150 take about 20 ms."""

_DAMPING = 0.85
_ROUNDS = 15
_KEPT_OF_A_WINDOW = 4
"""One sentence of this many goes on to the next round."""

_STEM_CHARACTERS = 6
"""Words that begin alike count as one: a stem for languages that bend the ends of words."""

_WORD = re.compile(r"\w[\w'’]*")  # noqa: RUF001 - the apostrophe of typeset text
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


def content_words(text: str, stopwords: frozenset[str]) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    stems: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.search(word):
            stems.update(word[i : i + 2] for i in range(len(word) - 1))
        elif len(word) > 2 and word not in stopwords:  # noqa: PLR2004 - shorter words mean little
            stems.add(word[:_STEM_CHARACTERS])
    return frozenset(stems)


def rank(texts: Sequence[frozenset[str]]) -> list[float]:
    """Return one score per sentence, given its content words; a higher one matters more.

    Sentences that lose against their window score 0.
    """
    alive = list(range(len(texts)))
    while len(alive) > WINDOW_SENTENCES:
        alive = [index for window in _windows(alive) for index in _best(window, texts)]
    scores = [0.0] * len(texts)
    for index, score in zip(alive, _text_rank([texts[i] for i in alive]), strict=True):
        scores[index] = score
    return scores


def _windows(indices: Sequence[int]) -> list[Sequence[int]]:
    step = WINDOW_SENTENCES
    return [indices[start : start + step] for start in range(0, len(indices), step)]


def _best(window: Sequence[int], texts: Sequence[frozenset[str]]) -> list[int]:
    scores = _text_rank([texts[index] for index in window])
    order = sorted(range(len(window)), key=lambda i: (-scores[i], i))
    kept = order[: max(1, len(window) // _KEPT_OF_A_WINDOW)]
    return [window[i] for i in sorted(kept)]


def _text_rank(texts: Sequence[frozenset[str]]) -> list[float]:
    edges = _edges(texts)
    weights = [sum(neighbours.values()) for neighbours in edges]
    scores = [1.0] * len(texts)
    for _ in range(_ROUNDS):
        scores = [
            (1 - _DAMPING)
            + _DAMPING * sum(scores[j] * weight / weights[j] for j, weight in neighbours.items())
            for neighbours in edges
        ]
    # In short notes hardly a word is said twice: there a sentence that says more is worth more.
    return [
        (1 + score) * math.log(2 + len(text)) for score, text in zip(scores, texts, strict=True)
    ]


def _edges(texts: Sequence[frozenset[str]]) -> list[dict[int, float]]:
    speakers_of: defaultdict[str, list[int]] = defaultdict(list)
    shared: list[defaultdict[int, int]] = [defaultdict(int) for _ in texts]
    for index, text in enumerate(texts):
        for word in sorted(text):
            for other in speakers_of[word]:
                shared[index][other] += 1
                shared[other][index] += 1
            speakers_of[word].append(index)
    return [
        {
            other: count / (math.log(1 + len(texts[index])) + math.log(1 + len(texts[other])))
            for other, count in neighbours.items()
        }
        for index, neighbours in enumerate(shared)
    ]
