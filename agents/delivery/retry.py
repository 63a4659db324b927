"""What to do about an error: a pure decision, carried out elsewhere."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.errors import ChildDied, DependencyUnavailable, PipelineError

DEATHS_MAX = 3
"""Deaths of a child process on the same piece of work that make an event poison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Exponential backoff with full jitter, bounded in number and in time."""

    first_s: float = 0.2
    factor: float = 2.0
    longest_s: float = 30.0
    attempts: int = 3
    """Attempts at one piece of work in all, the first one included."""
    deadline_s: float = 600.0
    """Time after the end of the first failed attempt in which another one may begin."""
    probe_s: float = 1.0
    """Time until the second look at a dependency that does not answer; it grows by *factor*."""
    probe_longest_s: float = 5.0
    """Longest such time: how late, at most, it is noticed that a dependency is back."""
    attempts_by_reason: Mapping[str, int] = field(default_factory=dict)
    """Attempts at work that fails for these reasons, where they differ."""

    def pause_s(self, attempt: int, jitter: float) -> float:
        """Return the pause after a failed attempt, in seconds.

        The pause is a share *jitter*, 0 to 1, of the full backoff, so that workers which failed
        together do not come back together:
        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        return self._grown(self.first_s, attempt, self.longest_s) * jitter

    def probe_pause_s(self, look: int) -> float:
        """Return the pause after the look number *look* at a dependency, in seconds."""
        return self._grown(self.probe_s, look, max(self.probe_s, self.probe_longest_s))

    def _grown(self, first_s: float, number: int, longest_s: float) -> float:
        # Past the exponent that a float holds there is nothing but the longest pause.
        return min(longest_s, first_s * self.factor ** min(number - 1, 60))

    def attempts_at(self, reason: str) -> int:
        """Return how often work that fails for *reason* is attempted."""
        return self.attempts_by_reason.get(reason, self.attempts)


@dataclass(slots=True, kw_only=True)
class TriesState:
    """What has become of one piece of work so far; times are seconds on the caller's clock."""

    attempt: int = 1
    """Number of the current attempt: tells people how often the work began, and paces it."""
    failures: int = 0
    """Attempts that failed: neither for want of a dependency nor with their child."""
    looks: int = 0
    """Looks at a dependency that did not answer, one after another."""
    failed_at: float | None = None
    deaths: Counter[str] = field(default_factory=Counter)

    def note(self, error: Exception, now: float) -> None:
        """Note that the current attempt ended in *error*.

        Time in which nothing could be done does not count: the deadline begins anew after it.
        """
        self.looks = self.looks + 1 if isinstance(error, DependencyUnavailable) else 0
        if isinstance(error, DependencyUnavailable | ChildDied):
            self.failed_at = None
        else:
            self.failures += 1
            self.failed_at = now if self.failed_at is None else self.failed_at
        if isinstance(error, ChildDied) and error.counts:
            self.deaths[error.piece] += error.deaths

    def elapsed_s(self, now: float) -> float:
        """Return the time since the first failure that the deadline is counted from."""
        return 0.0 if self.failed_at is None else now - self.failed_at


@dataclass(frozen=True, slots=True)
class Retry:
    """Try the same piece of work again after a pause."""

    after_s: float


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Give the event up, with a reason code and a message for people."""

    reason: str
    message: str
    of_work: bool = False
    """Whether the work failed, rather than the input was refused."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for a dependency, for as long as it takes: it is not the event's fault."""

    dependency: str
    probe_s: float


Decision = Retry | DeadLetter | Wait


def decide(
    error: Exception, tries: TriesState, policy: RetryPolicy, *, now: float, jitter: float
) -> Decision:
    """Decide about *error*, in which the current one of *tries* ended, and which they noted."""
    if isinstance(error, DependencyUnavailable):
        return Wait(error.dependency, policy.probe_pause_s(max(1, tries.looks)))
    if isinstance(error, ChildDied):
        return _after_death(error, tries, policy, jitter=jitter)
    given_up = _given_up(error)
    retryable = error.retryable if isinstance(error, PipelineError) else True
    attempts = policy.attempts_at(given_up.reason)
    if retryable and tries.failures < attempts and tries.elapsed_s(now) < policy.deadline_s:
        return Retry(policy.pause_s(tries.attempt, jitter))
    return given_up


def _after_death(
    error: ChildDied, tries: TriesState, policy: RetryPolicy, *, jitter: float
) -> Decision:
    """Try again, however often children were killed from outside, until the work is to blame."""
    if tries.deaths[error.piece] >= DEATHS_MAX:
        return _given_up(error)
    return Retry(policy.pause_s(tries.attempt, jitter))


def _given_up(error: Exception) -> DeadLetter:
    if isinstance(error, PipelineError):
        return DeadLetter(error.reason, str(error), of_work=error.of_work)
    return unexpected(error)


def unexpected(error: Exception) -> DeadLetter:
    """Return the end of a record that an error of no known kind was met with."""
    return DeadLetter("internal-error", f"{type(error).__name__}: {error}", of_work=True)
