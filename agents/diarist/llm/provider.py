"""What this worker knows of one provider: whether it answers, and when it may be asked."""

import asyncio
from contextlib import ExitStack
from math import inf

from agents import metrics
from agents.delivery.clock import Clock
from agents.diarist.llm.circuit import CircuitPolicy, CircuitState
from agents.diarist.llm.language_model import CallFailed, Outcome
from agents.diarist.llm.pauses import PAUSE_MAX_S, Pauses
from agents.diarist.llm.waiting import LEAST_S, NotCalled, either
from agents.health import Health

PROVIDERS_OWN = frozenset(
    {
        Outcome.OVERLOADED,
        Outcome.SERVER_ERROR,
        Outcome.UNREADABLE,
        Outcome.TIMEOUT,
        Outcome.CUT,
        Outcome.UNREACHABLE,
    }
)
"""Failures that speak of the provider, not of the request."""

OPERATORS = frozenset({Outcome.QUOTA, Outcome.UNAUTHORIZED})
"""Failures of every call, until somebody pays or mends the key."""

_CIRCUIT = ""


class ProviderState:
    """One provider, for all of its models that this worker asks."""

    def __init__(
        self,
        name: str,
        *,
        clock: Clock,
        health: Health,
        pauses: Pauses,
        policy: CircuitPolicy | None = None,
    ) -> None:
        self.name = name
        self._answering: set[str] = set()
        self._clock = clock
        self._health = health
        self._pauses = pauses
        self._circuit = CircuitState(policy or CircuitPolicy())
        self._opened_by = Outcome.UNREACHABLE
        self._down: dict[str, float] = {}
        self._waiting = ExitStack()
        self._told = False
        self._moved = asyncio.Event()
        self._show()

    @property
    def answering(self) -> bool:
        """Whether some model has answered since the start, or since it was last found down."""
        return bool(self._answering)

    def model_answers(self, model: str) -> bool:
        """Whether *model* has."""
        return model in self._answering

    def model_down_since(self, model: str) -> float | None:
        """Since when, on the monotonic clock, *model* cannot be used."""
        since = (self._down.get(_CIRCUIT), self._down.get(model))
        return min((at for at in since if at is not None), default=None)

    @property
    def down_since(self) -> float | None:
        """Since when, on the monotonic clock, it or a model of it cannot be used."""
        return min(self._down.values(), default=None)

    async def admitted(self, model: str, deadline: float, *, waits: bool = True) -> bool:
        """Wait until a call of *model* may begin; return whether it is the trial of a provider.

        Without *waits* it begins now or not at all. A trial ends with one of `replied`, `failed`
        and `not_called`.

        Raises:
            NotCalled: that is not before there is too little time left to *deadline*.

        """
        latest = deadline - LEAST_S
        while True:
            await self._closed_or_trial(latest if waits else -inf)
            paused_s = await self._pauses.paused_s(self._pause_name(model))
            if self._clock.monotonic() + paused_s > latest or (paused_s and not waits):
                raise NotCalled(Outcome.RATE_LIMITED if paused_s else Outcome.UNREACHABLE)
            if paused_s:
                await self._clock.sleep(paused_s)
            elif not self._circuit.is_open:
                return False
            elif self._circuit.next_trial_at <= self._clock.monotonic():
                self._circuit.begin_trial()
                return True

    def is_open_to(self, *, trial: bool) -> bool:
        """Whether an admitted call may still begin."""
        return trial or not self._circuit.is_open

    def replied(self, model: str) -> None:
        """Note a reply of *model*."""
        self._circuit.answered()
        self._answering.add(model)
        self._down.pop(model, None)
        self._show()

    def failed(self, model: str, outcome: Outcome, *, trial: bool) -> None:
        """Note how a call of *model* failed."""
        now = self._clock.monotonic()
        if outcome in PROVIDERS_OWN | OPERATORS:
            at_once, was_open = outcome in OPERATORS, self._circuit.is_open
            self._circuit.failed(now, self._clock.jitter(), trial=trial, at_once=at_once)
            if self._circuit.is_open and (trial or not was_open):
                self._opened_by = outcome
                self._answering.clear()
        elif trial:
            self._circuit.answered()
        if outcome is Outcome.MODEL_UNKNOWN:
            self._answering.discard(model)
            self._down.setdefault(model, now)
        self._show()

    def not_called(self, *, trial: bool) -> None:
        """Note that an admitted call was not made, or nobody waited for how it ended."""
        if trial:
            self._circuit.end_trial()
            self._show()

    async def pause(self, model: str, for_s: float) -> None:
        """Have everybody leave *model* alone for so long."""
        await self._pauses.pause(self._pause_name(model), for_s=min(for_s, PAUSE_MAX_S))

    def failure(self, outcome: Outcome) -> CallFailed:
        """Return the failure of a call that could not be made in time."""
        return CallFailed(outcome, f"{self.name} is not to be asked in time ({outcome})")

    async def _closed_or_trial(self, latest: float) -> None:
        """Return when the circuit is closed, or a trial may begin."""
        while (trial_at := self._circuit.next_trial_at) > (now := self._clock.monotonic()):
            if now >= latest or (trial_at > latest and not self._circuit.on_trial):
                raise NotCalled(self._opened_by)
            await either(self._moved.wait(), self._clock, min(trial_at, latest) - now)

    def _pause_name(self, model: str) -> str:
        return f"llm:{self.name}:{model}"

    def _show(self) -> None:
        """Tell health and metrics, and whoever waits for a change."""
        if self._circuit.is_open:
            self._down.setdefault(_CIRCUIT, self._clock.monotonic())
        else:
            self._down.pop(_CIRCUIT, None)
        if self._down and not self._told:
            self._waiting.enter_context(self._health.waiting_for(self.name))
        elif not self._down:
            self._waiting.close()
        self._told = bool(self._down)
        metrics.LLM_CIRCUIT_OPEN.labels(self.name).set(int(self._circuit.is_open))
        self._moved.set()
        self._moved = asyncio.Event()
