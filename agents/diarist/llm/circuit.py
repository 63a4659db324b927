"""Decides whether a provider that failed is asked again; time and chance come as arguments."""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitPolicy:
    """When a provider counts as down, and how often it is tried then."""

    failures: int = 5
    """Failures of its own, one after another, after which it is left alone."""
    first_s: float = 1.0
    """Time until it is tried for the first time, in seconds; it doubles with each failure."""
    longest_s: float = 30.0
    """Longest such time: how late, at most, it is noticed that a provider is back."""


class CircuitState:
    """Closed while a provider answers; open, it lets one call through now and then: the trial."""

    def __init__(self, policy: CircuitPolicy) -> None:
        self._policy = policy
        self._failures = 0
        self._pause_s = 0.0
        self._retry_at: float | None = None
        self._on_trial = False

    @property
    def is_open(self) -> bool:
        """Whether the provider is left alone."""
        return self._retry_at is not None

    @property
    def on_trial(self) -> bool:
        """Whether the one call that is let through is under way."""
        return self._on_trial

    @property
    def next_trial_at(self) -> float:
        """When a trial may begin: at once, while the circuit is closed; never, during another."""
        if self._on_trial:
            return inf
        return -inf if self._retry_at is None else self._retry_at

    def begin_trial(self) -> None:
        """Let one call through."""
        self._on_trial = True

    def end_trial(self) -> None:
        """Let another one through instead: this one did not come to be made."""
        self._on_trial = False

    def answered(self) -> None:
        """Note a reply, or an answer to the trial that speaks of something else."""
        self._failures, self._retry_at, self._on_trial = 0, None, False

    def failed(self, now: float, jitter: float, *, trial: bool, at_once: bool) -> None:
        """Note a failure of the provider's own; *at_once*: no further call is any use.

        Of calls that began before the circuit opened nothing new is learnt.
        """
        trial = trial and self.is_open  # another call may have been answered meanwhile
        if self.is_open and not trial:
            return
        self._failures += 1
        policy, self._on_trial = self._policy, False
        if not trial and not at_once and self._failures < policy.failures:
            return
        doubled_s = self._pause_s * 2 if trial else policy.first_s
        self._pause_s = policy.longest_s if at_once else min(policy.longest_s, doubled_s)
        # At least half of it: jitter is there to spread trials, not to hasten them.
        self._retry_at = now + self._pause_s * (1 + jitter) / 2
