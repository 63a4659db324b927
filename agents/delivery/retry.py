"""What to do about an error: a pure decision, carried out elsewhere."""

from dataclasses import dataclass

from agents.errors import DependencyUnavailable, PipelineError


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Exponential backoff with full jitter, bounded in number and in time."""

    first_s: float = 0.2
    factor: float = 2.0
    longest_s: float = 30.0
    attempts: int = 3
    """Attempts at one piece of work in all, the first one included."""
    probe_s: float = 1.0
    """Time between looks at a dependency that does not answer."""

    def pause_s(self, attempt: int, jitter: float) -> float:
        """Return the pause after a failed attempt, in seconds.

        The pause is a share *jitter*, 0 to 1, of the full backoff, so that workers which failed
        together do not come back together:
        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        full = min(self.longest_s, self.first_s * self.factor ** (attempt - 1))
        return full * jitter


@dataclass(frozen=True, slots=True)
class Retry:
    """Try the same piece of work again after a pause."""

    after_s: float


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Give the event up, with a reason code and a message for people."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for a dependency, for as long as it takes: it is not the event's fault."""

    dependency: str
    probe_s: float


Decision = Retry | DeadLetter | Wait


def decide(error: Exception, attempt: int, policy: RetryPolicy, *, jitter: float) -> Decision:
    """Decide about *error*, raised by the attempt number *attempt* (1 is the first)."""
    if isinstance(error, DependencyUnavailable):
        return Wait(error.dependency, policy.probe_s)
    retryable = error.retryable if isinstance(error, PipelineError) else True
    if retryable and attempt < policy.attempts:
        return Retry(policy.pause_s(attempt, jitter))
    if isinstance(error, PipelineError):
        return DeadLetter(error.reason, str(error))
    return unexpected(error)


def unexpected(error: Exception) -> DeadLetter:
    """Return the end of a record that an error of no known kind was met with."""
    return DeadLetter("internal-error", f"{type(error).__name__}: {error}")
