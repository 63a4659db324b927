"""Asks one model until it answers or there is no more time, and accounts for every call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agents import metrics
from agents.delivery.clock import Clock
from agents.delivery.retry import RetryPolicy
from agents.diarist.llm.concurrency import ConcurrencyState, Slot
from agents.diarist.llm.language_model import (
    CallFailed,
    LanguageModel,
    Outcome,
    Question,
    Reply,
    Stop,
    Usage,
)
from agents.diarist.llm.provider import ProviderState
from agents.diarist.llm.spending import Reservation, Spending
from agents.diarist.llm.waiting import LEAST_S, NotCalled
from schemas import GeneratorCall

OWN_FAULT = frozenset({Outcome.BAD_REQUEST, Outcome.TOO_LARGE, Outcome.MODEL_UNKNOWN})
"""Failures that the same request meets again."""

TOO_MUCH = frozenset({Outcome.RATE_LIMITED, Outcome.OVERLOADED})
"""Failures that fewer calls at once avoid."""

PERHAPS_PAID_MAX = 3
"""Failures of one question that may each have been paid for, after which it is given up: a prompt
that a provider never finishes would else be paid again and again until its deadline."""

BACKOFF = RetryPolicy(first_s=0.5, longest_s=30.0)
"""Pauses of one question between its calls; providers' own retry-after comes on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPolicy:
    """Bounds of the calls of one model."""

    timeout_s: float = 120.0
    """Time that one call may take."""
    most_at_once: int = 8
    """Calls that this worker makes at once, at most."""
    backoff: RetryPolicy = BACKOFF


async def _nothing() -> None:
    """Note nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What asking a question may cost, until when it may be asked, and who wants to know."""

    purpose: str
    """As in `GeneratorCall.purpose`."""
    deadline: float
    """On the monotonic clock; no call begins without some time left to it."""
    spending: Spending
    waits: bool = True
    """Whether to wait for a provider that is left alone, or a pause, to end before that."""
    worst_micros: int | None
    """Most that one call can cost; None where the price is unknown."""
    estimated_tokens: int
    """Tokens of the prompt, noted where a provider does not say."""
    price: Callable[[Usage], int | None]
    """Gives the cost of a call in millionths; None where the price is unknown."""
    note: Callable[[GeneratorCall], None]
    """Hears of every call, also of those that failed."""
    begins: Callable[[], Awaitable[None]] = _nothing
    """Is waited for right before each call is made."""
    failed: Callable[[], Awaitable[None]] = _nothing
    """Is waited for once one has failed, or did not come to be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """Leave to make one call now."""

    slot: Slot
    trial: bool
    reservation: Reservation


class Caller:
    """One model, called by everybody in this worker who asks it."""

    def __init__(
        self, model: LanguageModel, provider: ProviderState, clock: Clock, policy: CallPolicy
    ) -> None:
        self.model = model
        self.provider = provider
        self._clock = clock
        self._policy = policy
        self._labels = (model.provider, model.model)
        limit = metrics.LLM_CONCURRENCY.labels(*self._labels)
        self._slots = ConcurrencyState(policy.most_at_once, clock, limit.set)

    @property
    def answering(self) -> bool:
        """Whether the model has answered since the start, or since it was last found down."""
        return self.provider.model_answers(self.model.model)

    @property
    def down_since(self) -> float | None:
        """Since when, on the monotonic clock, the model cannot be used; None if it can."""
        return self.provider.model_down_since(self.model.model)

    async def ask(self, question: Question, terms: Terms) -> Reply:
        """Return the reply, after as many calls as it takes.

        Raises:
            CallFailed: there is none in time, or never would be one: the last call's failure, or
                what it was waited for in vain.
            OverBudget: a call would cost more than is left to spend.

        """
        last: CallFailed | None = None
        attempt = perhaps_paid = 0
        while True:
            try:
                return await self._attempt(question, terms)
            except NotCalled as not_called:
                failed = last or self.provider.failure(not_called.outcome)
                break
            except CallFailed as error:
                failed = last = error
            attempt += 1
            perhaps_paid += failed.perhaps_paid
            pause_s = self._policy.backoff.pause_s(attempt, self._clock.jitter())
            next_at = self._clock.monotonic() + max(pause_s, failed.retry_after_s or 0.0)
            failed.is_last = perhaps_paid >= PERHAPS_PAID_MAX
            if failed.outcome in OWN_FAULT or failed.is_last:
                break
            if next_at + LEAST_S > terms.deadline:
                break
            await self._clock.sleep(pause_s)
        raise failed

    async def _attempt(self, question: Question, terms: Terms) -> Reply:
        async with self._slots.slot(terms.deadline) as slot:
            while True:
                trial = await self.provider.admitted(
                    self.model.model, terms.deadline, waits=terms.waits
                )
                ended = False
                try:
                    turn = await self._turn(slot, terms, trial=trial)
                    if turn is None:
                        continue
                    ended = True
                finally:
                    if not ended:
                        self.provider.not_called(trial=trial)
                return await self._call(question, terms, turn)

    async def _turn(self, slot: Slot, terms: Terms, *, trial: bool) -> _Turn | None:
        """Reserve what the call may cost; None if meanwhile it is not to be made any more."""
        reservation = await terms.spending.reserve(terms.worst_micros)
        await terms.begins()
        late = self._clock.monotonic() + LEAST_S > terms.deadline
        if not late and self.provider.is_open_to(trial=trial):
            return _Turn(slot=slot, trial=trial, reservation=reservation)
        await terms.spending.settle(reservation, 0)
        await terms.failed()
        return None

    async def _call(self, question: Question, terms: Terms, turn: _Turn) -> Reply:
        began, known = self._clock.monotonic(), False
        timeout_s = min(self._policy.timeout_s, terms.deadline - began)
        try:
            reply = await self.model.ask(question, timeout_s=timeout_s)
            known = True
        except CallFailed as failed:
            known = True
            self._took(began)
            self._learn(failed.outcome, turn)
            cost_micros = self._note_failed(terms, failed)
            await self._settle_failed(failed, cost_micros, terms, turn)
            await terms.failed()
            raise
        finally:
            if not known:
                # Given up. The reservation stands: the provider may finish the work, and charge.
                self.provider.not_called(trial=turn.trial)
                self._note(terms, Outcome.LOST, perhaps_paid=True)
        self._took(began)
        self._slots.succeeded(turn.slot)
        self.provider.replied(self.model.model)
        cost_micros = self._note_reply(terms, reply)
        await terms.spending.settle(turn.reservation, cost_micros)
        return reply

    def _learn(self, outcome: Outcome, turn: _Turn) -> None:
        if outcome in TOO_MUCH:
            self._slots.overdone(turn.slot)
        self.provider.failed(self.model.model, outcome, trial=turn.trial)

    async def _settle_failed(
        self, failed: CallFailed, cost_micros: int | None, terms: Terms, turn: _Turn
    ) -> None:
        if failed.retry_after_s is not None and failed.outcome not in OWN_FAULT:
            await self.provider.pause(self.model.model, failed.retry_after_s)
        await terms.spending.settle(turn.reservation, cost_micros)

    def _note_failed(self, terms: Terms, failed: CallFailed) -> int | None:
        """Tell of a failure; return what it cost, None if nobody knows."""
        if failed.usage is None:
            self._note(terms, failed.outcome, perhaps_paid=failed.perhaps_paid)
            return None if failed.perhaps_paid else 0
        return self._note_use(terms, failed.outcome, failed.usage)

    def _took(self, began: float) -> None:
        metrics.LLM_CALL_SECONDS.labels(*self._labels).observe(self._clock.monotonic() - began)

    def _note_reply(self, terms: Terms, reply: Reply) -> int | None:
        """Tell of a reply; return what it cost, None if nobody knows."""
        outcome = Outcome.OK if reply.stop is Stop.COMPLETE else Outcome(reply.stop)
        if reply.usage is None:
            self._note(terms, outcome, perhaps_paid=True)
            return None
        return self._note_use(terms, outcome, reply.usage)

    def _note_use(self, terms: Terms, outcome: Outcome, usage: Usage) -> int | None:
        """Tell of a call that says what it used; return what that cost."""
        cost_micros = terms.price(usage)
        self._note_call(terms, outcome, usage, cost_micros)
        for kind, count in (
            ("input", usage.input_tokens),
            ("cached", usage.cached_tokens),
            ("cache-written", usage.cache_write_tokens),
            ("output", usage.output_tokens),
        ):
            metrics.LLM_TOKENS.labels(*self._labels, kind).inc(count)
        return cost_micros

    def _note(self, terms: Terms, outcome: Outcome, *, perhaps_paid: bool) -> None:
        """Tell of a call of whose use nothing is known: at worst it is all that it may cost."""
        if perhaps_paid:
            usage = Usage(input_tokens=terms.estimated_tokens)
            self._note_call(terms, outcome, usage, terms.worst_micros)
        else:
            self._note_call(terms, outcome, Usage(), 0)

    def _note_call(
        self, terms: Terms, outcome: Outcome, usage: Usage, cost_micros: int | None
    ) -> None:
        metrics.LLM_CALLS.labels(*self._labels, outcome).inc()
        terms.note(
            GeneratorCall(
                provider=self.model.provider,
                model=self.model.model,
                purpose=terms.purpose,
                input_tokens=usage.input_tokens,
                cached_tokens=usage.cached_tokens,
                cache_write_tokens=usage.cache_write_tokens,
                output_tokens=usage.output_tokens,
                cost_micros=cost_micros,
                outcome=outcome,
            )
        )
