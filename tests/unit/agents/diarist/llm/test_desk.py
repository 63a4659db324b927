"""What is asked once, what is answered from memory, and how calls are accounted for."""

import asyncio
from dataclasses import replace

import pytest

from agents.diarist.llm.asking import Ask, Rejected, Unusable
from agents.diarist.llm.bill import FREE_CALLS_MAX
from agents.diarist.llm.desk import Desk, DeskOffice
from agents.diarist.llm.language_model import CallFailed, Outcome, Question, Reply, Stop, Usage
from agents.diarist.llm.prices import load_prices
from agents.diarist.llm.reply_cache import ReplyCache
from agents.diarist.llm.spending import Reservation, Spending
from agents.diarist.writer import Order
from tests.support.builders import a_transcript
from tests.support.calling import a_caller, a_provider
from tests.support.clock import MockedClock
from tests.support.language_model import ScriptedModel, Step
from tests.support.spending import RecordedSpending
from tests.support.working_memory import DictMemory
from tests.support.writers import an_order

GOOD = Reply(text="good", stop=Stop.COMPLETE, usage=Usage(input_tokens=1000, output_tokens=100))
GONE = CallFailed(Outcome.BAD_REQUEST, "no")
LATE = CallFailed(Outcome.BAD_REQUEST, "late", perhaps_paid=True)
MODEL = "claude-haiku-5-5"


class Office:
    """A desk, and the memory, accounts and model behind it."""

    def __init__(self, *steps: Step) -> None:
        self.clock = MockedClock()
        self.memory = DictMemory(now_s=self.clock.monotonic)
        self.spending = RecordedSpending()
        self.model = ScriptedModel(self.clock, *steps, model=MODEL, takes_s=1.0)
        self.model.provider = "anthropic"
        self.caps: list[int | None] = []
        office = DeskOffice(
            cache=ReplyCache(self.memory, ttl_s=3600, salt=b"", clock=self.clock),
            accounts=self,
            prices=load_prices(),
            clock=self.clock,
        )
        self.desk = Desk(a_caller(self.model, self.clock, a_provider(self.clock)), office)

    def account(self, tenant_id: str, user_id: str, user_cap_micros: int | None = None) -> Spending:
        assert (tenant_id, user_id) == ("default", "ada")
        self.caps.append(user_cap_micros)
        return self.spending


def an_ask(canonical: str = "said", **changes: int) -> Ask:
    question = Question(
        instructions="Write.",
        content=canonical,
        schema_name="entry",
        schema={"type": "object"},
        max_tokens=changes.pop("max_tokens", 100),
    )
    return Ask(
        question=question, canonical=canonical, purpose="entry", prompt_version="p1", **changes
    )


def order_of(recording: str = "rec-1", **wishes: object) -> Order:
    return an_order(a_transcript("Something said.", recording_id=recording), **wishes)


def useful(text: str) -> str:
    if text != "good":
        raise Unusable
    return text.upper()


async def test_a_question_is_paid_for_once() -> None:
    office, first, second = Office(GOOD), order_of("rec-1"), order_of("rec-2")
    assert await office.desk.ask(an_ask(), first, useful) == "GOOD"
    await first.account()
    assert await office.desk.ask(an_ask(), second, useful) == "GOOD"
    assert len(office.model.calls) == 1
    (paid,), (found,) = first.calls, second.calls
    assert (paid.outcome, paid.cost_micros, paid.input_tokens) == ("ok", 150, 1000)
    assert (found.outcome, found.cost_micros, found.input_tokens) == ("cached", 0, 1000)


async def test_a_reply_whose_worker_did_not_come_to_write_the_entry_is_told_at_its_cost() -> None:
    office, killed, successor, replay = Office(GOOD), order_of(), order_of(), order_of()
    for order in (killed, successor):
        await office.desk.ask(an_ask(), order, useful)
    await successor.account()
    await office.desk.ask(an_ask(), replay, useful)
    assert successor.calls == killed.calls
    assert [call.outcome for call in replay.calls] == ["cached"]


async def test_one_entry_tells_of_a_reply_once_however_often_it_asks() -> None:
    office, order = Office(GOOD), order_of()
    for _ in range(2):
        await office.desk.ask(an_ask(), replace(order, patience_s=5), useful)
    assert [call.outcome for call in order.calls] == ["ok"]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (replace(GOOD, text="bad"), Outcome.UNUSABLE),
        (replace(GOOD, stop=Stop.MAX_TOKENS), Outcome.TRUNCATED),
        (replace(GOOD, stop=Stop.REFUSAL), Outcome.REFUSED),
    ],
)
async def test_a_reply_of_no_use_is_paid_for_once_too(reply: Reply, outcome: Outcome) -> None:
    office, order = Office(reply), order_of()
    for _ in range(2):
        with pytest.raises(Rejected) as rejected:
            await office.desk.ask(an_ask(), order, useful)
        assert rejected.value.outcome is outcome
    assert len(office.model.calls) == 1
    assert [(call.outcome, call.cost_micros) for call in order.calls] == [(outcome, 150)]


async def test_another_attempt_size_text_or_version_is_another_question() -> None:
    office, order = Office(GOOD), order_of()
    asks = [
        an_ask(),
        an_ask(attempt=2),
        an_ask(max_tokens=200),
        an_ask("else"),
        replace(an_ask(), prompt_version="p2"),
    ]
    for ask in asks:
        await office.desk.ask(ask, order, useful)
    assert len(office.model.calls) == len(asks)


async def test_the_same_question_at_the_same_time_is_asked_once() -> None:
    office = Office(GOOD)
    orders = [order_of(f"rec-{n}") for n in range(5)]
    answers = await asyncio.gather(*(office.desk.ask(an_ask(), o, useful) for o in orders))
    assert (answers, len(office.model.calls)) == (["GOOD"] * 5, 1)
    assert sorted(call.outcome for order in orders for call in order.calls) == [
        *["cached"] * 4,
        "ok",
    ]


async def test_a_call_that_a_killed_worker_made_is_told_as_lost_at_its_worst() -> None:
    begun = asyncio.Event()

    async def never() -> Reply:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    office, order = Office(never, GOOD), order_of()
    killed = asyncio.create_task(office.desk.ask(an_ask(), order_of(), useful))
    await begun.wait()
    killed.cancel()
    await asyncio.wait((killed,))
    await office.desk.ask(an_ask(), order, useful)
    lost, paid = order.calls
    assert (lost.outcome, lost.output_tokens, paid.outcome) == ("lost", 0, "ok")
    assert lost.cost_micros == office.spending.reserved[0]


async def test_a_failed_call_is_told_by_who_made_it_and_is_lost_to_nobody() -> None:
    office, first, second = Office(LATE, GOOD), order_of(), order_of()
    with pytest.raises(CallFailed):
        await office.desk.ask(an_ask(), first, useful)
    await first.account()
    await office.desk.ask(an_ask(), second, useful)
    assert [call.outcome for call in (*first.calls, *second.calls)] == ["bad-request", "ok"]


async def test_what_a_worker_paid_in_vain_before_it_was_killed_is_told_by_its_successor() -> None:
    office, killed, successor = Office(LATE, LATE, GOOD), order_of(), order_of()
    for order in (killed, successor):
        with pytest.raises(CallFailed):
            await office.desk.ask(an_ask(), order, useful)
    assert [call.outcome for call in successor.calls] == ["bad-request"] * 2
    replay = order_of()
    await successor.account()
    await office.desk.ask(an_ask(), replay, useful)
    assert [call.outcome for call in replay.calls] == ["ok"]


async def test_what_an_entry_tells_of_its_upgrade_does_not_tell_again() -> None:
    office, entry = Office(LATE, LATE, GOOD), order_of()
    upgrade = replace(order_of(), is_upgrade=True)
    for order in (entry, upgrade):
        with pytest.raises(CallFailed):
            await office.desk.ask(an_ask(), order, useful)
    assert [len(order.calls) for order in (entry, upgrade)] == [1, 1]


async def test_a_call_that_failed_is_not_taken_for_lost_while_the_next_is_waited_for() -> None:
    waits = asyncio.Event()

    class SecondWaits(RecordedSpending):
        async def reserve(self, worst_micros: int | None) -> Reservation:
            if self.reserved:
                waits.set()
                await asyncio.Event().wait()
            return await super().reserve(worst_micros)

    free = CallFailed(Outcome.RATE_LIMITED, "later")
    office, killed, successor = Office(free, GOOD), order_of(), order_of()
    office.spending = SecondWaits()
    asking = asyncio.create_task(office.desk.ask(an_ask(), killed, useful))
    await waits.wait()
    asking.cancel()
    await asyncio.wait((asking,))
    office.spending = RecordedSpending()
    await office.desk.ask(an_ask(), successor, useful)
    assert [call.outcome for call in successor.calls] == ["rate-limited", "ok"]


async def test_waiting_for_anothers_answer_is_part_of_the_patience() -> None:
    office, order = Office(GOOD), replace(order_of(), patience_s=100.0)
    key = office.desk._key(an_ask(), order)
    assert await office.memory.claim(key, "another", ttl_s=60.0)
    await office.desk.ask(an_ask(), order, useful)
    (_, timeout_s), *_ = office.model.calls
    assert timeout_s <= 40.0


async def test_a_long_outage_does_not_make_an_entry_large() -> None:
    office, order = Office(*[GONE] * 2 * FREE_CALLS_MAX, GOOD), order_of()
    for _ in range(2 * FREE_CALLS_MAX):
        with pytest.raises(CallFailed):
            await office.desk.ask(an_ask(), order, useful)
    await office.desk.ask(an_ask(), order, useful)
    assert len(order.calls) == FREE_CALLS_MAX + 1


async def test_without_memory_everything_is_asked_and_nothing_fails() -> None:
    office = Office(GOOD)
    office.memory.fail()
    for _ in range(2):
        order = order_of()
        assert await office.desk.ask(an_ask(), order, useful) == "GOOD"
        await order.account()
    assert len(office.model.calls) == 2


async def test_a_persons_own_cap_goes_with_the_question() -> None:
    office = Office(GOOD)
    await office.desk.ask(an_ask(), order_of(daily_cap_micros=9), useful)
    assert office.caps == [9]


async def test_the_worst_case_covers_prompt_schema_and_the_whole_reply() -> None:
    office = Office(GOOD)
    await office.desk.ask(an_ask("word " * 4000, max_tokens=6000), order_of(), useful)
    (worst,) = office.spending.reserved
    assert worst is not None
    assert worst >= 4000 * 0.125 + 6000 * 0.5
