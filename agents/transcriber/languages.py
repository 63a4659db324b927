"""Languages: what a person asks for, and what a whole recording is in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.errors import LanguageUnsupported
from agents.transcriber.engine import ServedModel

SURE = 0.8
"""Probability from which a chunk's language is believed against the recording's."""

ENOUGH_SPEECH_MS = 2_000
"""Speech that is needed to tell a language."""

LANGUAGE_MIXED = "language_mixed"
"""Warning code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardLanguage:
    """The language of one chunk and how much speech says so."""

    code: str
    probability: float | None
    speech_ms: int

    @property
    def share(self) -> float | None:
        """The probability as a share: rounding may have made a hair too much of it."""
        return None if self.probability is None else min(1.0, self.probability)

    @property
    def is_sure(self) -> bool:
        """Whether it can be believed by itself."""
        return is_sure(self.probability, self.speech_ms)


def choose_language(
    ranking: Sequence[tuple[str, float]], *, prior: str | None, speech_ms: int
) -> tuple[str, float]:
    """Return a chunk's language and its probability, from the *ranking* that the model gives.

    The most probable one, unless there is a *prior*: from that a chunk departs only if the model
    is sure of another one, and there is speech enough to be sure from. The ranking has the
    languages that the model knows only, the most probable first, and is not empty.
    """
    best, probability = ranking[0]
    if prior is None or best == prior or is_sure(probability, speech_ms):
        return best, probability
    return prior, dict(ranking).get(prior, 0.0)


def is_sure(probability: float | None, speech_ms: int) -> bool:
    """Whether a chunk's language can be believed, whatever that of its recording is."""
    return probability is not None and probability >= SURE and speech_ms >= ENOUGH_SPEECH_MS


def asked_language(hint: str | None, model: ServedModel) -> str | None:
    """Return the ISO 639 code of a *hint* such as `de` or `de-AT`.

    Raises:
        LanguageUnsupported: the model does not know the language; names the setting.

    """
    if not hint:
        return None
    code = hint.replace("_", "-").partition("-")[0].lower()
    if code not in model.languages:
        known = sorted(model.languages)
        some = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")  # noqa: PLR2004 - one line
        raise LanguageUnsupported(
            f"language_hint {hint!r}: the model {model.name!r} knows {some} only; "
            "set DAYBOOK_WHISPER_MODEL to a model that knows this language"
        )
    return code


def majority(heard: Iterable[HeardLanguage]) -> HeardLanguage | None:
    """Return the language of most of the speech, its probability weighted by speech."""
    by_code: dict[str, list[HeardLanguage]] = defaultdict(list)
    for item in heard:
        by_code[item.code].append(item)
    totals = (_together(items) for items in by_code.values())
    return max(totals, key=lambda item: (item.speech_ms, item.code), default=None)


def is_mixed(heard: Iterable[HeardLanguage]) -> bool:
    """Whether more than one language was surely spoken."""
    return len({item.code for item in heard if item.is_sure}) > 1


def _together(items: Sequence[HeardLanguage]) -> HeardLanguage:
    """Return what *items*, all of one language, say together."""
    known = [item for item in items if item.probability is not None]
    weight = max(1, sum(item.speech_ms for item in known))
    weighted = sum((item.probability or 0.0) * item.speech_ms for item in known)
    return HeardLanguage(
        code=items[0].code,
        probability=weighted / weight if known else None,
        speech_ms=sum(item.speech_ms for item in items),
    )
