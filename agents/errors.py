"""Everything that can go wrong in the pipeline, as one tree.

PipelineError
├── InvalidEventError       the event's own bytes or fields are wrong
├── AudioError              the recording cannot be had or used
│   ├── AudioMissing
│   ├── AudioForbidden
│   ├── AudioSchemeRefused
│   ├── AudioUnreachable
│   ├── AudioMismatch
│   ├── AudioTooLarge
│   ├── AudioTooLong
│   └── AudioUndecodable
├── ArtefactError           what an event refers to in our own store cannot be had
│   ├── ArtefactMissing
│   └── ArtefactDamaged
├── EngineError             the speech engine cannot do this piece of work
│   ├── ModelUnknown
│   ├── LanguageUnsupported
│   ├── EngineFailed
│   ├── DiarizerFailed      never a dead letter: the transcript carries a warning instead
│   └── ChildDied
├── DeliveryError           a result cannot be handed on
│   └── OutputTooLarge
├── DependencyUnavailable   a dependency named in the settings does not answer
├── WorkBroken              nearly all work fails: the worker has to stop
├── LocalBrokerError        the broker that Daybook starts itself does not run
├── SupervisorError         the parts on this machine cannot be run
└── SettingsError           a setting is wrong or missing

`reason` is a stable code: it stands in dead letters, statuses and metrics. `retryable` says
whether trying the same piece of work again can help, `of_work` whether the work failed rather than
the input was refused. Messages name the thing and the cure.
"""

import signal
from typing import ClassVar

_FROM_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT}
"""Signals that no code sends to itself by an error: somebody wanted the process to end."""


class PipelineError(Exception):
    """Something in the pipeline failed."""

    reason: str = "internal-error"
    retryable: ClassVar[bool] = False
    of_work: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class InvalidEventError(PipelineError):
    """The event is not one that this agent can read."""

    def __init__(self, reason: str, message: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class AudioError(PipelineError):
    """The recording cannot be used."""

    reason = "audio-unusable"


class AudioMissing(AudioError):
    """The recording's file does not exist."""

    reason = "audio-missing"


class AudioForbidden(AudioError):
    """The URI points outside of what this worker may read."""

    reason = "uri-forbidden"


class AudioSchemeRefused(AudioError):
    """The recording's URI has a scheme that this worker is not configured for."""

    reason = "uri-scheme"


class AudioUnreachable(AudioError):
    """The host that the recording's URI names did not give it."""

    reason = "unreachable"

    def __init__(
        self, message: str | None = None, *, passing: bool = False, after_s: float = 0.0
    ) -> None:
        super().__init__(message)
        self.passing = passing
        """Whether asking again soon may help; whoever fetches has then done so for a while."""
        self.after_s = after_s
        """How long the host asked to be left alone, in seconds."""


class AudioMismatch(AudioError):
    """The recording's bytes are not those that the event describes."""

    reason = "audio-mismatch"


class AudioTooLarge(AudioError):
    """The recording has more bytes than allowed."""

    reason = "audio-too-large"


class AudioTooLong(AudioError):
    """The recording lasts longer than allowed."""

    reason = "audio-too-long"


class AudioUndecodable(AudioError):
    """No sound could be decoded from the recording."""

    reason = "audio-undecodable"


class ArtefactError(PipelineError):
    """An artefact that the event refers to cannot be had."""

    reason = "artefact-unusable"


class ArtefactMissing(ArtefactError):
    """The artefact that the event refers to does not exist."""

    reason = "artefact-missing"


class ArtefactDamaged(ArtefactError):
    """The artefact that the event refers to is not what was kept there."""

    reason = "artefact-damaged"


class EngineError(PipelineError):
    """The speech engine cannot do this piece of work."""

    reason = "engine-error"


class ModelUnknown(EngineError):
    """The event asks for a model that this worker does not serve."""

    reason = "model-unknown"


class LanguageUnsupported(EngineError):
    """The configured model does not know the language asked for."""

    reason = "language-unsupported"


class EngineFailed(EngineError):
    """The speech engine broke while working on this recording."""

    reason = "engine-failed"
    retryable = True
    of_work = True

    def __init__(
        self,
        message: str | None = None,
        *,
        out_of_memory: bool = False,
        engine_broken: bool = False,
    ) -> None:
        super().__init__(message)
        self.out_of_memory = out_of_memory
        """Whether fewer rows at once may do."""
        self.engine_broken = engine_broken
        """Whether the engine must be loaded anew before it can do anything."""


class DiarizerFailed(EngineError):
    """The speakers of this recording cannot be told apart; its text can be had without."""

    reason = "diarizer-failed"


class ChildDied(EngineError):
    """The process that worked on this recording alone died of it, again and again."""

    reason = "poison"
    retryable = True
    of_work = True

    def __init__(
        self,
        message: str | None = None,
        *,
        piece: str = "",
        alone: bool = True,
        ended_by: int | None = None,
        over_limit: bool = False,
        deaths: int = 1,
    ) -> None:
        super().__init__(message)
        self.piece = piece
        """Names the piece of work, such as a file to decode or one chunk of it."""
        self.deaths = deaths
        """How often this happened, one after another."""
        self.ended_by = ended_by
        """The signal that it ended by."""
        self.over_limit = over_limit
        """Whether it was ended for breaking its own limits."""
        self.alone = alone
        """Whether it was the only piece of work of its child."""
        outside = ended_by in _FROM_OUTSIDE and not over_limit
        self.counts = alone and not outside
        """Whether the piece of work is to blame: it was alone in the child, and the child was not
        killed from outside, unless for breaking its own limits."""


class DeliveryError(PipelineError):
    """A result cannot be handed on."""

    reason = "delivery-error"


class OutputTooLarge(DeliveryError):
    """A result is larger than its topic allows."""

    reason = "output-too-large"


class DependencyUnavailable(PipelineError):
    """A dependency named in the settings does not answer: wait for it, never dead-letter."""

    reason = "dependency-unavailable"
    retryable = True

    def __init__(self, dependency: str, message: str | None = None) -> None:
        super().__init__(message or f"{dependency} does not answer")
        self.dependency = dependency


class WorkBroken(PipelineError):
    """Nearly all work fails in this worker."""

    reason = "work-broken"


class LocalBrokerError(PipelineError):
    """The broker that Daybook starts itself does not run."""

    reason = "local-broker"


class SupervisorError(PipelineError):
    """The parts of Daybook on this machine cannot be run."""

    reason = "supervisor"

    def __init__(self, message: str | None = None, *, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        """How the program ended that could not run; None where none did."""


class SettingsError(PipelineError):
    """A setting is wrong or missing."""

    reason = "settings"
