"""Languages: what a person asks for, and what a whole recording is in."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from agents.errors import LanguageUnsupported
from agents.transcriber.engine import TranscriptionEngine

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
    probability: float
    speech_ms: int


def asked_language(hint: str | None, engine: TranscriptionEngine) -> str | None:
    """Return the ISO 639 code of a *hint* such as `de` or `de-AT`.

    Raises:
        LanguageUnsupported: the model does not know the language; names the setting.

    """
    if not hint:
        return None
    code = hint.replace("_", "-").partition("-")[0].lower()
    if code not in engine.languages:
        known = sorted(engine.languages)
        some = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")  # noqa: PLR2004 - one line
        raise LanguageUnsupported(
            f"language_hint {hint!r}: the model {engine.model!r} knows {some} only; "
            "set DAYBOOK_WHISPER_MODEL to a model that knows this language"
        )
    return code


def majority(heard: Iterable[HeardLanguage]) -> HeardLanguage | None:
    """Return the language of most of the speech, its probability weighted by speech."""
    by_code: dict[str, list[HeardLanguage]] = defaultdict(list)
    for item in heard:
        by_code[item.code].append(item)
    totals = {
        code: HeardLanguage(
            code=code,
            probability=sum(item.probability * item.speech_ms for item in items)
            / max(1, sum(item.speech_ms for item in items)),
            speech_ms=sum(item.speech_ms for item in items),
        )
        for code, items in by_code.items()
    }
    return max(totals.values(), key=lambda item: (item.speech_ms, item.code), default=None)


def is_mixed(heard: Iterable[HeardLanguage]) -> bool:
    """Whether more than one language was surely spoken."""
    sure = {
        item.code
        for item in heard
        if item.probability >= SURE and item.speech_ms >= ENOUGH_SPEECH_MS
    }
    return len(sure) > 1
