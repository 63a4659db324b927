"""Which writers an entry is asked of: chains named in the settings, and the rule between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.errors import SettingsError
from schemas import TranscriptReady

OFFLINE = "extractive"
PROVIDERS = ("anthropic", "openai")

_SPEAKERS, _WORDS, _MINUTES = "speakers", "words", "minutes"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model as the settings name it: `anthropic:MODEL`."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.model}"


def parse_writers(text: str, *, setting: str) -> tuple[ModelName, ...]:
    """Return the language models of a chain, in order; none where it is `extractive` alone.

    The offline writer ends every chain, whether it is named or not.

    Raises:
        SettingsError: the chain is not of the form `anthropic:MODEL,openai:MODEL,extractive`.

    """
    names = [part.strip() for part in text.split(",")]
    if OFFLINE in names[:-1]:
        raise SettingsError(
            f"{setting}={text!r}: {OFFLINE!r} always answers, so nothing may come after it"
        )
    return tuple(_model_name(name, text, setting) for name in names if name != OFFLINE)


def _model_name(name: str, text: str, setting: str) -> ModelName:
    provider, _, model = name.partition(":")
    if provider not in PROVIDERS or not model:
        raise SettingsError(
            f"{setting}={text!r}: {name!r} is no writer; those are "
            f"{', '.join(f'{known}:MODEL' for known in PROVIDERS)} and {OFFLINE}"
        )
    return ModelName(provider, model)


@dataclass(frozen=True, slots=True)
class StrongRule:
    """Tells which recordings are long or complex enough for the strong chain."""

    least: Mapping[str, int] = field(default_factory=dict)
    """From a measure to the least of it that calls for a strong model; any one suffices."""

    def applies(self, transcript: TranscriptReady) -> bool:
        """Tell whether *transcript*, with its segments, is for the strong chain."""
        segments = transcript.segments
        measured = {
            _WORDS: sum(len(segment.text.split()) for segment in segments),
            _SPEAKERS: len({segment.speaker for segment in segments if segment.speaker}),
            _MINUTES: transcript.speech_ms // 60_000,
        }
        return any(measured[name] >= least for name, least in self.least.items())


def parse_strong_rule(text: str, *, setting: str) -> StrongRule:
    """Return the rule in `words=3000,speakers=3,minutes=30`; any of the three may be left out.

    Raises:
        SettingsError: it is not of that form.

    """
    least: dict[str, int] = {}
    for part in text.split(","):
        name, _, number = part.strip().partition("=")
        if name not in {_WORDS, _SPEAKERS, _MINUTES} or not number.isdecimal() or name in least:
            raise SettingsError(
                f"{setting}={text!r}: {part.strip()!r} is not like words=3000, speakers=3 or "
                "minutes=30"
            )
        least[name] = int(number)
    return StrongRule(least)
