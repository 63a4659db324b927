"""Who writes an entry: the first model that answers, and what stands in where none does."""

import asyncio

import pytest

from agents.diarist.llm.asking import Rejected
from agents.diarist.llm.language_model import CallFailed, Outcome
from agents.diarist.llm.spending import OverBudget
from agents.diarist.offline.rules.catalogue import RULES_VERSION
from agents.diarist.writer import Order
from agents.diarist.writer_chain import FAILURES_MAX, OTHERS, PAID_IN_VAIN_MAX, Written
from agents.errors import DependencyUnavailable
from tests.support.builders import a_transcript
from tests.support.clock import MockedClock
from tests.support.writers import ScriptedModel, a_call, a_chain, a_draft, an_order

GONE = CallFailed(Outcome.UNREACHABLE, "gone")


def of_ada() -> Order:
    return an_order(a_transcript("I met Anna for coffee."))


async def written(*models: ScriptedModel, **chain: object) -> Written:
    return await a_chain(*models, **chain).write(of_ada())  # type: ignore[arg-type]


async def test_the_first_model_that_answers_writes_the_entry() -> None:
    second = ScriptedModel(a_draft(title="Second"))
    result = await written(ScriptedModel(Rejected(Outcome.REFUSED)), second)
    assert (result.draft.title, result.upgradable) == ("Second", False)
    assert not result.draft.generator.fallback


async def test_without_models_an_offline_entry_is_no_fallback() -> None:
    result = await written()
    assert result.draft.generator.provider == "extractive"
    assert (result.draft.generator.fallback, result.upgradable) == (False, False)


async def test_providers_that_do_not_answer_in_time_are_stood_in_for() -> None:
    clock = MockedClock()
    models = [ScriptedModel(GONE, name=name, clock=clock, takes_s=7) for name in "ab"]
    result = await written(*models, clock=clock)
    assert result.draft.generator.fallback
    assert result.upgradable
    assert 60 - 15 <= clock.monotonic() <= 60 + 7


async def test_each_of_several_providers_gets_its_share_of_the_patience() -> None:
    models = [ScriptedModel(GONE, name=name) for name in "abc"]
    await written(*models, fallback_after_s=30.0)
    assert [model.orders[0].patience_s for model in models] == [10.0, 15.0, 30.0]


async def test_a_provider_that_is_left_alone_is_passed_by_while_another_one_answers() -> None:
    first, second = ScriptedModel(GONE), ScriptedModel(a_draft(title="Second"))
    first.availability.down_since = 0.0
    result = await written(first, second)
    assert (result.draft.title, first.orders) == ("Second", [])


async def test_providers_known_to_be_silent_for_long_cost_an_entry_no_time() -> None:
    clock = MockedClock()
    clock.advance(100)
    model = ScriptedModel(GONE)
    model.availability.down_since = 30.0
    result = await written(model, clock=clock)
    assert (result.upgradable, clock.monotonic()) == (True, 100.0)
    assert [order.waits for order in model.orders] == [False]


async def test_a_provider_that_comes_back_in_time_writes_the_entry() -> None:
    model = ScriptedModel(GONE, GONE, a_draft(title="Back"))
    result = await written(model)
    assert (result.draft.title, len(model.orders)) == ("Back", 3)


async def test_a_cap_means_an_offline_entry_for_now() -> None:
    result = await written(ScriptedModel(OverBudget("user")))
    assert (result.draft.generator.fallback, result.upgradable) == (True, True)


@pytest.mark.parametrize(
    "failure",
    [Rejected(Outcome.UNUSABLE), Rejected(Outcome.REFUSED), CallFailed(Outcome.BAD_REQUEST, "no")],
)
async def test_models_that_answer_without_use_are_not_asked_again_later(
    failure: Exception,
) -> None:
    model = ScriptedModel(failure)
    result = await written(model)
    assert (result.draft.generator.fallback, result.upgradable) == (True, False)
    assert len(model.orders) == 1


async def test_a_fallback_tells_what_was_paid_in_vain() -> None:
    result = await written(ScriptedModel(Rejected(Outcome.UNUSABLE)))
    generator = result.draft.generator
    assert generator.calls == (a_call(model="anthropic:m"),)
    assert (generator.input_tokens, generator.cost_micros) == (100, 7)


async def test_who_may_have_been_paid_several_times_is_not_asked_again_for_now() -> None:
    cut = CallFailed(Outcome.CUT, "cut", perhaps_paid=True)
    cut.is_last = True
    model = ScriptedModel(cut)
    result = await written(model)
    assert (result.upgradable, len(model.orders)) == (True, 1)


async def test_an_upgrade_waits_for_a_provider() -> None:
    model = ScriptedModel(GONE)
    model.availability.answering = False
    chain = a_chain(model)
    for _ in range(2 * FAILURES_MAX):
        with pytest.raises(DependencyUnavailable, match="gone"):
            await chain.upgrade(of_ada())


async def test_an_upgrade_tells_of_the_calls_of_all_its_tries() -> None:
    model = ScriptedModel(GONE, a_draft())
    chain = a_chain(model, fallback_after_s=0.1)
    with pytest.raises(DependencyUnavailable):
        await chain.upgrade(of_ada())
    await chain.upgrade(of_ada())
    assert len(model.orders[-1].calls) == 2
    assert chain._upgrades == {}


async def test_an_upgrade_that_fails_while_others_do_not_is_given_up() -> None:
    late = CallFailed(Outcome.TIMEOUT, "late", perhaps_paid=True)
    chain = a_chain(ScriptedModel(late), fallback_after_s=0.1)
    for _ in range(FAILURES_MAX - 1):
        with pytest.raises(DependencyUnavailable):
            await chain.upgrade(of_ada())
    told = await chain.upgrade(of_ada())
    assert told is not None
    assert len(told.draft.generator.calls) == FAILURES_MAX


async def test_what_may_have_been_paid_for_often_waits_for_an_answer_to_others() -> None:
    cut = CallFailed(Outcome.CUT, "cut", perhaps_paid=True)
    cut.is_last = True
    model = ScriptedModel(cut, outcome="cut")
    model.availability.answering = False
    chain = a_chain(model, fallback_after_s=0.1)
    for _ in range(PAID_IN_VAIN_MAX + 5):
        with pytest.raises(DependencyUnavailable) as waited:
            await chain.upgrade(of_ada())
    assert (len(model.orders), waited.value.dependency) == (PAID_IN_VAIN_MAX, OTHERS)
    model.availability.answering = True
    for _ in range(FAILURES_MAX - 1):
        with pytest.raises(DependencyUnavailable):
            await chain.upgrade(of_ada())
    assert await chain.upgrade(of_ada()) is not None
    assert len(model.orders) == PAID_IN_VAIN_MAX + FAILURES_MAX


async def test_each_try_of_an_upgrade_has_more_patience_up_to_some_minutes() -> None:
    model = ScriptedModel(CallFailed(Outcome.RATE_LIMITED, "later"))
    chain = a_chain(model, fallback_after_s=60.0)
    model.availability.down_since = -60.0
    for _ in range(5):
        with pytest.raises(DependencyUnavailable):
            await chain.upgrade(of_ada())
    assert [order.patience_s for order in model.orders] == [60, 120, 240, 300, 300]


async def test_an_upgrade_waits_until_a_cap_leaves_room() -> None:
    with pytest.raises(DependencyUnavailable) as waited:
        await a_chain(ScriptedModel(OverBudget("user"))).upgrade(of_ada())
    assert waited.value.dependency == "budget"


async def test_an_upgrade_without_use_is_none_or_where_it_was_paid_for_an_offline_draft() -> None:
    refuses = Rejected(Outcome.REFUSED)
    assert await a_chain(ScriptedModel(refuses, costs=0)).upgrade(of_ada()) is None
    told = await a_chain(ScriptedModel(refuses)).upgrade(of_ada())
    assert told is not None
    generator = told.draft.generator
    assert (generator.provider, generator.fallback) == ("extractive", False)
    assert generator.prompt_version == f"{RULES_VERSION}-final"
    assert (len(generator.calls), generator.cost_micros) == (1, 7)


async def test_an_upgrade_waits_for_as_long_as_a_provider_asks_for_patience() -> None:
    chain = a_chain(ScriptedModel(CallFailed(Outcome.RATE_LIMITED, "later")), fallback_after_s=0.1)
    for _ in range(2 * FAILURES_MAX):
        with pytest.raises(DependencyUnavailable, match="later"):
            await chain.upgrade(of_ada())


async def test_providers_that_are_all_left_alone_are_waited_for_by_turns() -> None:
    first, second = ScriptedModel(GONE), ScriptedModel(GONE, a_draft(title="Back"))
    first.availability.down_since = second.availability.down_since = 0.0
    result = await written(first, second)
    assert result.draft.title == "Back"


async def test_what_a_model_refuses_of_everybody_may_be_had_later() -> None:
    model = ScriptedModel(CallFailed(Outcome.BAD_REQUEST, "no"))
    model.availability.answering = False
    result = await written(model)
    assert (result.draft.generator.fallback, result.upgradable) == (True, True)


async def test_the_same_upgrade_twice_at_once_ends_twice() -> None:
    chain = a_chain(ScriptedModel(a_draft()))
    both = await asyncio.gather(chain.upgrade(of_ada()), chain.upgrade(of_ada()))
    assert None not in both
