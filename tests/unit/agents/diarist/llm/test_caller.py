"""What becomes of a question whose model answers, fails, or is not to be asked."""

import asyncio
from dataclasses import replace

import pytest

from agents import metrics
from agents.delivery.clock import SystemClock
from agents.diarist.llm.circuit import CircuitPolicy
from agents.diarist.llm.language_model import CallFailed, Outcome, Reply, Stop
from agents.diarist.llm.pauses import OwnPauses
from agents.diarist.llm.spending import OverBudget, Reservation
from agents.diarist.llm.waiting import LEAST_S
from schemas import GeneratorCall
from tests.support.calling import ESTIMATE, PRICE, WORST, Accounts, a_caller, a_provider
from tests.support.clock import MockedClock
from tests.support.language_model import OK, ScriptedModel, failed
from tests.support.llm_server import LlmServer, broken, failing, replying, script
from tests.support.sdk_models import QUESTION, WAYS
from tests.support.spending import RecordedSpending
from tests.support.waiting import until


@pytest.fixture
def clock() -> MockedClock:
    return MockedClock()


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


def call(outcome: Outcome, *, input_tokens: int = 0, cost_micros: int | None = 0) -> GeneratorCall:
    """Return a call of whose use nothing is known but, perhaps, the worst."""
    return GeneratorCall(
        provider="scripted",
        model="m",
        purpose="note",
        input_tokens=input_tokens,
        cached_tokens=0,
        cache_write_tokens=0,
        output_tokens=0,
        cost_micros=cost_micros,
        outcome=outcome,
    )


async def given_up(model: ScriptedModel, clock: MockedClock, accounts: Accounts) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=600))
    return caught.value


async def test_a_reply_is_noted_and_paid(clock: MockedClock, accounts: Accounts) -> None:
    model = ScriptedModel(clock, OK, takes_s=3)
    caller = a_caller(model, clock, timeout_s=60)
    assert await caller.ask(QUESTION, accounts.terms(deadline=600)) == OK
    paid = replace(
        call(Outcome.OK, input_tokens=100, cost_micros=PRICE),
        cached_tokens=20,
        cache_write_tokens=5,
        output_tokens=10,
    )
    assert accounts.calls == [paid]
    assert (accounts.spending.reserved, accounts.spending.settled) == ([WORST], {"1": PRICE})
    assert model.calls == [(0.0, 60)]


@pytest.mark.parametrize(
    ("stop", "outcome"),
    [(Stop.MAX_TOKENS, Outcome.TRUNCATED), (Stop.REFUSAL, Outcome.REFUSED)],
)
async def test_a_reply_that_is_of_no_use_is_paid_too(
    clock: MockedClock, accounts: Accounts, stop: Stop, outcome: Outcome
) -> None:
    caller = a_caller(ScriptedModel(clock, replace(OK, stop=stop)), clock)
    assert (await caller.ask(QUESTION, accounts.terms(deadline=600))).stop is stop
    assert accounts.outcomes == [outcome]


async def test_a_reply_that_does_not_tell_its_use_costs_the_worst(
    clock: MockedClock, accounts: Accounts
) -> None:
    caller = a_caller(ScriptedModel(clock, replace(OK, usage=None)), clock)
    await caller.ask(QUESTION, accounts.terms(deadline=600))
    assert accounts.calls == [call(Outcome.OK, input_tokens=ESTIMATE, cost_micros=WORST)]
    assert accounts.spending.settled == {"1": None}


async def test_an_unknown_price_stays_unknown(clock: MockedClock, accounts: Accounts) -> None:
    caller = a_caller(ScriptedModel(clock, OK), clock)
    terms = accounts.terms(deadline=600, worst_micros=None, price=lambda _: None)
    await caller.ask(QUESTION, terms)
    assert [one.cost_micros for one in accounts.calls] == [None]
    assert (accounts.spending.reserved, accounts.spending.settled) == ([None], {"1": None})


@pytest.mark.parametrize("perhaps_paid", [False, True])
async def test_a_failure_costs_what_it_may_have_cost(
    clock: MockedClock, accounts: Accounts, *, perhaps_paid: bool
) -> None:
    model = ScriptedModel(clock, failed(Outcome.CUT, perhaps_paid=perhaps_paid), OK)
    assert await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=600)) == OK
    worst = call(Outcome.CUT, input_tokens=ESTIMATE, cost_micros=WORST)
    assert accounts.calls[0] == (worst if perhaps_paid else call(Outcome.CUT))
    assert accounts.spending.settled == {"1": None if perhaps_paid else 0, "2": PRICE}


async def test_a_failure_whose_use_is_told_costs_that(
    clock: MockedClock, accounts: Accounts
) -> None:
    told = CallFailed(Outcome.UNREADABLE, "no reply", perhaps_paid=True, usage=OK.usage)
    model = ScriptedModel(clock, told, OK)
    await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=600))
    assert [one.cost_micros for one in accounts.calls] == [PRICE, PRICE]
    assert accounts.spending.settled == {"1": PRICE, "2": PRICE}


@pytest.mark.parametrize("outcome", [Outcome.BAD_REQUEST, Outcome.TOO_LARGE, Outcome.MODEL_UNKNOWN])
async def test_what_would_fail_again_is_asked_once(
    clock: MockedClock, accounts: Accounts, outcome: Outcome
) -> None:
    model = ScriptedModel(clock, failed(outcome))
    assert (await given_up(model, clock, accounts)).outcome is outcome
    assert (accounts.calls, accounts.spending.settled) == ([call(outcome)], {"1": 0})


async def test_other_failures_are_tried_again_after_ever_longer_pauses(
    clock: MockedClock, accounts: Accounts
) -> None:
    failures = (Outcome.SERVER_ERROR, Outcome.OVERLOADED, Outcome.CUT)
    model = ScriptedModel(clock, *map(failed, failures), OK)
    assert await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=600)) == OK
    assert clock.slept == [0.5, 1.0, 2.0]
    assert accounts.outcomes == ["server-error", "overloaded", "cut", "ok"]


async def test_retry_after_is_kept(clock: MockedClock, accounts: Accounts) -> None:
    model = ScriptedModel(clock, failed(Outcome.RATE_LIMITED, retry_after_s=20), OK)
    assert await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=600)) == OK
    assert [began for began, _ in model.calls] == [0, 20]


async def test_a_pause_is_kept_by_everybody_who_knows_of_it(
    clock: MockedClock, accounts: Accounts
) -> None:
    pauses = OwnPauses(clock)
    first, second = (a_provider(clock, pauses=pauses) for _ in range(2))
    told = ScriptedModel(clock, failed(Outcome.RATE_LIMITED, retry_after_s=20))
    with pytest.raises(CallFailed):
        await a_caller(told, clock, first).ask(QUESTION, accounts.terms(deadline=10))
    assert len(told.calls) == 1
    model = ScriptedModel(clock, OK)
    caller = a_caller(model, clock, second)
    with pytest.raises(CallFailed) as caught:
        await caller.ask(QUESTION, accounts.terms(deadline=20))
    assert (caught.value.outcome, model.calls, clock.slept) == (Outcome.RATE_LIMITED, [], [])
    assert await caller.ask(QUESTION, accounts.terms(deadline=600)) == OK
    assert [began for began, _ in model.calls] == [20]


async def test_another_model_is_not_paused(clock: MockedClock, accounts: Accounts) -> None:
    provider = a_provider(clock)
    told = ScriptedModel(clock, failed(Outcome.RATE_LIMITED, retry_after_s=900))
    with pytest.raises(CallFailed):
        await a_caller(told, clock, provider).ask(QUESTION, accounts.terms(deadline=600))
    other = a_caller(ScriptedModel(clock, OK, model="other"), clock, provider)
    assert await other.ask(QUESTION, accounts.terms(deadline=600)) == OK
    assert clock.slept == []


async def test_nothing_is_called_after_the_deadline(clock: MockedClock, accounts: Accounts) -> None:
    model = ScriptedModel(clock, failed(Outcome.SERVER_ERROR), takes_s=0.5)
    assert (await given_up(model, clock, accounts)).outcome is Outcome.SERVER_ERROR
    assert len(model.calls) > 10
    assert all(began + LEAST_S <= 600 and began + had <= 600 for began, had in model.calls)
    assert clock.monotonic() <= 600
    with pytest.raises(CallFailed) as caught:
        await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=clock.monotonic()))
    assert caught.value.outcome is Outcome.UNREACHABLE
    assert accounts.spending.open_reservations == 0


async def test_a_prompt_that_is_never_finished_is_not_paid_for_ever(
    clock: MockedClock, accounts: Accounts
) -> None:
    model = ScriptedModel(clock, failed(Outcome.TIMEOUT, perhaps_paid=True))
    assert (await given_up(model, clock, accounts)).outcome is Outcome.TIMEOUT
    assert accounts.outcomes == ["timeout"] * 3


async def test_where_there_is_no_money_nothing_is_called(clock: MockedClock) -> None:
    accounts = Accounts(spending=RecordedSpending(calls_max=1))
    model = ScriptedModel(clock, failed(Outcome.SERVER_ERROR), OK)
    with pytest.raises(OverBudget):
        await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=600))
    assert (accounts.outcomes, accounts.spending.settled) == (["server-error"], {"1": 0})


async def test_a_call_that_money_came_too_late_for_is_not_made(accounts: Accounts) -> None:
    clock = MockedClock()

    class Slow(RecordedSpending):
        async def reserve(self, worst_micros: int | None) -> Reservation:
            await clock.sleep(30)
            return await super().reserve(worst_micros)

    accounts.spending = Slow()
    model = ScriptedModel(clock, OK)
    with pytest.raises(CallFailed):
        await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=30))
    assert (model.calls, accounts.spending.settled) == ([], {"1": 0})


async def never() -> Reply:
    await asyncio.Event().wait()
    return OK


async def test_who_gives_up_leaves_the_worst_and_the_slot(
    clock: MockedClock, accounts: Accounts
) -> None:
    model = ScriptedModel(clock, never, OK)
    caller = a_caller(model, clock, most_at_once=1)
    first = asyncio.create_task(caller.ask(QUESTION, accounts.terms(deadline=600)))
    await until(lambda: model.under_way)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await caller.ask(QUESTION, accounts.terms(deadline=600)) == OK
    assert accounts.calls[0] == call(Outcome.LOST, input_tokens=ESTIMATE, cost_micros=WORST)
    assert accounts.spending.settled == {"2": PRICE}


async def test_who_gives_up_before_the_call_costs_nothing(accounts: Accounts) -> None:
    clock = MockedClock(held=True)
    model = ScriptedModel(clock, never, OK)
    caller = a_caller(model, clock, most_at_once=1)
    terms = accounts.terms(deadline=600)
    first, second, third = (asyncio.create_task(caller.ask(QUESTION, terms)) for _ in range(3))
    await until(lambda: model.under_way)
    second.cancel()
    first.cancel()
    assert await third == OK
    await asyncio.wait([first, second])
    assert accounts.outcomes == ["lost", "ok"]
    assert len(accounts.spending.reserved) == 2


async def test_calls_are_counted(clock: MockedClock, accounts: Accounts) -> None:
    model = ScriptedModel(clock, failed(Outcome.OVERLOADED), OK, model="counted")
    await a_caller(model, clock).ask(QUESTION, accounts.terms(deadline=600))
    labels = ("scripted", "counted")
    counts = [metrics.LLM_CALLS.labels(*labels, outcome) for outcome in ("overloaded", "ok")]
    assert [count._value.get() for count in counts] == [1, 1]
    kinds = ("input", "cached", "cache-written", "output")
    tokens = [metrics.LLM_TOKENS.labels(*labels, kind)._value.get() for kind in kinds]
    assert tokens == [100, 20, 5, 10]
    assert metrics.LLM_CONCURRENCY.labels(*labels)._value.get() == 2


@pytest.mark.parametrize("way", sorted(WAYS))
async def test_nothing_is_lost_between_a_person_and_a_provider_that_often_fails(way: str) -> None:
    """Each question meets faults of its own, of which too few are paid for to have it given up."""
    faults = [
        failing(500),
        failing(529, "overloaded_error"),
        failing(429, headers={"retry-after-ms": "40"}),
        broken(replying({}), cut=True),
        broken(replying({}), status=502),
        broken(replying({}), body=b"<html>"),
    ]
    answers = {
        f"Recipe {n}.": script(faults[n % 6], faults[n // 6 % 6], replying({}))
        if n % 3
        else replying({})
        for n in range(30)
    }
    clock, accounts = SystemClock(), Accounts()
    patient = CircuitPolicy(failures=1000)
    with LlmServer(lambda request: answers[request.content](request)) as server:
        model = WAYS[way](server.environ)
        caller = a_caller(model, clock, a_provider(clock, policy=patient), timeout_s=5)
        deadline = clock.monotonic() + 60
        replies = await asyncio.gather(
            *(
                caller.ask(replace(QUESTION, content=content), accounts.terms(deadline=deadline))
                for content in answers
            )
        )
        await model.close()
        assert [reply.text for reply in replies] == ["{}"] * 30
        assert len(accounts.calls) == len(server.requests) == len(accounts.spending.settled)
    assert accounts.outcomes.count("ok") == 30
    assert len(accounts.calls) > 30
