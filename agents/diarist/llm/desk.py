"""Asks one model what it has not been asked before, and keeps account of every call."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import partial
from typing import Protocol, TypeVar

import structlog

from agents import metrics
from agents.delivery.clock import Clock
from agents.diarist.llm.asking import Ask, Rejected, Unusable
from agents.diarist.llm.bill import forget_free
from agents.diarist.llm.caller import Caller, Terms
from agents.diarist.llm.form import SCHEMA_VERSION
from agents.diarist.llm.kept_reply import Asked, CallLog, KeptReply, Verdict
from agents.diarist.llm.language_model import CallFailed, Outcome, Reply, Stop
from agents.diarist.llm.prices import Prices
from agents.diarist.llm.provider import ProviderState
from agents.diarist.llm.reply_cache import NotOurTurn, ReplyCache, Turn
from agents.diarist.llm.spending import Spending
from agents.diarist.llm.tokens import estimated_tokens
from agents.diarist.llm.waiting import LEAST_S
from agents.diarist.offload import computed
from agents.diarist.writer import Accounting, Order
from schemas import GeneratorCall

T = TypeVar("T")
log = structlog.get_logger()

FRAMING_TOKENS = 200
"""Tokens of a prompt beside its text: roles, the form of the answer."""

_SCHEMA_FACTOR = 1.5
"""Providers write the schema into the prompt, in a form of their own."""

_VERDICTS: dict[Stop, Verdict] = {
    Stop.COMPLETE: Outcome.OK,
    Stop.MAX_TOKENS: Outcome.TRUNCATED,
    Stop.REFUSAL: Outcome.REFUSED,
}


class Accounts(Protocol):
    """Gives what each person may spend."""

    def account(self, tenant_id: str, user_id: str, user_cap_micros: int | None = None) -> Spending:
        """Return what a person may spend; *user_cap_micros* is their own, lower cap."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOffice:
    """What the desks of all models of a worker share."""

    cache: ReplyCache
    accounts: Accounts
    prices: Prices
    clock: Clock


class Desk:
    """One model: answers from the cache, or calls within the person's caps."""

    def __init__(self, caller: Caller, office: DeskOffice) -> None:
        self._caller = caller
        self._office = office
        self._without_price: set[date] = set()

    @property
    def provider(self) -> str:
        """Name of the provider."""
        return self._caller.model.provider

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._caller.model.model

    @property
    def availability(self) -> ProviderState:
        """Whether the provider answers."""
        return self._caller.provider

    async def ask(self, ask: Ask, order: Order, judge: Callable[[str], T]) -> T:
        """Return what *judge* makes of the reply, kept or new.

        A complete reply is kept with its verdict before anything else is done with it: also one
        that is of no use is paid for once.

        Raises:
            CallFailed: no reply came in the order's patience.
            OverBudget: a cap leaves no room for the call.
            Rejected: the reply is of no use.

        """
        key, owner = self._key(ask, order), _owner(order)
        # However short the patience: a call that may never begin would be none.
        deadline = self._office.clock.monotonic() + max(order.patience_s, 2 * LEAST_S)
        try:
            async with self._office.cache.once(key, owner=owner, wait_s=order.patience_s) as turn:
                question = order.question(key)
                if turn.kept is not None:
                    self._note_found(turn, turn.kept, ask, order)
                    return await self._made_of(turn.kept, order, judge)
                question.account = self._accounting(key, order)
                new, made = await self._asked(ask, order, judge, turn, deadline)
                question.is_answered = True
                await turn.keep(new)
        except NotOurTurn:
            message = "another entry has been asking the same for too long"
            raise CallFailed(Outcome.UNREACHABLE, message) from None
        if made is None:
            raise Rejected(new.verdict)
        return made[0]

    async def _asked(
        self, ask: Ask, order: Order, judge: Callable[[str], T], turn: Turn, deadline: float
    ) -> tuple[KeptReply, tuple[T] | None]:
        """Return the reply as it is to be kept, and what it was made into if it is of use."""
        made_for, calls = order.payer, order.question(turn.key).calls
        if len(told := turn.unaccounted(made_for)) > len(calls):
            calls[:] = told  # by workers that were killed, or lost the record to this one
        forget_free(calls)
        terms = self._terms(ask, order, calls, deadline)

        async def begins() -> None:
            await turn.note(CallLog(made_for=made_for, calls=(*calls, self._lost(terms))))

        async def failed() -> None:
            await turn.note(CallLog(made_for=made_for, calls=tuple(calls)))

        terms = replace(terms, begins=begins, failed=failed)
        reply = await self._caller.ask(ask.question, terms)
        verdict, made = await self._judged(reply, order, judge)
        calls[-1] = replace(calls[-1], outcome=verdict)
        kept = KeptReply(
            text=reply.text,
            stop=reply.stop,
            verdict=verdict,
            made_for=made_for,
            calls=tuple(calls),
        )
        return kept, made

    async def _judged(
        self, reply: Reply, order: Order, judge: Callable[[str], T]
    ) -> tuple[Verdict, tuple[T] | None]:
        """Return the verdict on a reply, and what it was made into if it is of use."""
        verdict = _VERDICTS[reply.stop]
        if verdict is not Outcome.OK:
            return verdict, None
        try:
            made = await computed(lambda: judge(reply.text), order.transcript.segments, reply.text)
        except Unusable:
            return Outcome.UNUSABLE, None
        return verdict, (made,)

    async def _made_of(self, kept: KeptReply, order: Order, judge: Callable[[str], T]) -> T:
        if kept.verdict is not Outcome.OK:
            raise Rejected(kept.verdict)
        try:
            return await computed(lambda: judge(kept.text), order.transcript.segments, kept.text)
        except Unusable:  # it was of use to another transcript with the same words
            raise Rejected(Outcome.UNUSABLE) from None

    def _lost(self, terms: Terms) -> GeneratorCall:
        """Return the call that a killed worker made, at the worst it may have cost."""
        return GeneratorCall(
            provider=self.provider,
            model=self.model,
            purpose=terms.purpose,
            input_tokens=terms.estimated_tokens,
            cached_tokens=0,
            cache_write_tokens=0,
            output_tokens=0,
            cost_micros=terms.worst_micros,
            outcome=Outcome.LOST,
        )

    def _accounting(self, key: str, order: Order) -> Accounting:
        cache = self._office.cache
        return partial(cache.account, key, made_for=order.payer, owner=_owner(order))

    def _key(self, ask: Ask, order: Order) -> str:
        return self._office.cache.key(
            Asked(
                tenant_id=order.transcript.tenant_id,
                provider=self.provider,
                model=self.model,
                prompt_version=ask.prompt_version,
                schema_version=SCHEMA_VERSION,
                max_tokens=ask.question.max_tokens,
                attempt=ask.attempt,
                content=f"{ask.question.instructions}\n{ask.canonical}",
            )
        )

    def _note_found(self, turn: Turn, kept: KeptReply, ask: Ask, order: Order) -> None:
        """Tell of a kept reply, once.

        One that was paid for this very entry, by a worker that did not come to publish it, is told
        with all its calls as they were; any other one costs nothing.
        """
        question = order.question(turn.key)
        if question.is_answered:
            return
        question.is_answered = True
        if told := turn.unaccounted(order.payer):
            question.calls[:] = told
            question.account = self._accounting(turn.key, order)
        else:
            last = kept.calls[-1]
            found = replace(last, purpose=ask.purpose, cost_micros=0, outcome=Outcome.CACHED)
            question.calls.append(found)

    def _terms(self, ask: Ask, order: Order, calls: list[GeneratorCall], deadline: float) -> Terms:
        office, question = self._office, ask.question
        today = office.clock.now().astimezone(UTC).date()
        prompt_tokens = FRAMING_TOKENS + estimated_tokens(question.instructions, question.content)
        prompt_tokens += int(_SCHEMA_FACTOR * estimated_tokens(str(dict(question.schema))))
        transcript, wishes = order.transcript, order.wishes
        self._warn_without_price(today)
        return Terms(
            purpose=ask.purpose,
            deadline=deadline,
            waits=order.waits,
            spending=office.accounts.account(
                transcript.tenant_id, transcript.user_id, wishes.daily_cap_micros
            ),
            worst_micros=office.prices.worst_micros(
                self.provider,
                self.model,
                prompt_tokens=prompt_tokens,
                max_tokens=question.max_tokens,
                on=today,
            ),
            estimated_tokens=prompt_tokens,
            price=lambda usage: office.prices.cost_micros(
                self.provider, self.model, usage, on=today
            ),
            note=calls.append,
        )

    def _warn_without_price(self, today: date) -> None:
        """Say once a day that what this model costs is in no sum."""
        if self._office.prices.knows(self.provider, self.model, on=today):
            return
        metrics.LLM_WITHOUT_PRICE.labels(self.provider, self.model).set(1)
        if today not in self._without_price:
            self._without_price = {today}
            log.warning("model without a price", provider=self.provider, model=self.model)


def _owner(order: Order) -> str:
    return f"{order.transcript.tenant_id}/{order.transcript.user_id}"
