"""A provider that fails is left alone, and tried again by one call at a time."""

import asyncio
from itertools import pairwise

import pytest

from agents.diarist.llm.caller import Caller
from agents.diarist.llm.circuit import CircuitPolicy
from agents.diarist.llm.language_model import CallFailed, Outcome, Reply
from agents.diarist.llm.provider import ProviderState
from agents.health import Health
from tests.support.calling import Accounts, a_caller, a_provider
from tests.support.clock import MockedClock
from tests.support.language_model import OK, ScriptedModel, Step, failed
from tests.support.sdk_models import QUESTION
from tests.support.waiting import until

DOWN = failed(Outcome.SERVER_ERROR)
OWN = [
    Outcome.OVERLOADED,
    Outcome.SERVER_ERROR,
    Outcome.UNREADABLE,
    Outcome.TIMEOUT,
    Outcome.CUT,
    Outcome.UNREACHABLE,
]


class Scene:
    """A caller whose clock moves only by hand, unless it is told otherwise."""

    def __init__(self, *steps: Step, held: bool = True) -> None:
        self.clock = MockedClock(held=held)
        self.health = Health()
        self.provider: ProviderState = a_provider(
            self.clock, health=self.health, policy=CircuitPolicy(failures=3)
        )
        self.model = ScriptedModel(self.clock, *steps)
        self.caller: Caller = a_caller(self.model, self.clock, self.provider)
        self.accounts = Accounts()

    async def ask(self, *, until_s: float = 600) -> Reply | Outcome:
        try:
            return await self.caller.ask(QUESTION, self.accounts.terms(deadline=until_s))
        except CallFailed as error:
            return error.outcome

    async def settles(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)

    @property
    def waiting_for(self) -> object:
        return self.health.facts()["waiting_for"]


def opened(*then: Step, outcome: Outcome = Outcome.SERVER_ERROR) -> Scene:
    """Return a scene whose provider is about to be found down by three calls."""
    return Scene(*[failed(outcome)] * 3, *then)


async def open_it(scene: Scene) -> None:
    for _ in range(3):
        # With so little time left nothing is tried again.
        await scene.ask(until_s=scene.clock.monotonic() + 1.4)


@pytest.mark.parametrize("outcome", OWN)
async def test_failures_in_a_row_open_the_circuit(outcome: Outcome) -> None:
    scene = opened(OK, outcome=outcome)
    await open_it(scene)
    assert (scene.provider.answering, scene.provider.down_since) == (False, 0.0)
    assert scene.waiting_for == ["scripted"]
    assert await scene.ask(until_s=1.9) is outcome
    assert len(scene.model.calls) == 3


@pytest.mark.parametrize("outcome", [Outcome.QUOTA, Outcome.UNAUTHORIZED])
async def test_what_the_operator_must_mend_opens_it_at_once(outcome: Outcome) -> None:
    scene = Scene(failed(outcome), OK)
    assert await scene.ask(until_s=1.4) is outcome
    assert scene.waiting_for == ["scripted"]
    asking = asyncio.create_task(scene.ask())
    await scene.settles()
    scene.clock.advance(29.9)
    await scene.settles()
    assert len(scene.model.calls) == 1
    scene.clock.advance(0.1)
    assert await asking == OK
    assert (scene.waiting_for, scene.provider.answering, scene.provider.down_since) == (
        [],
        True,
        None,
    )


@pytest.mark.parametrize("outcome", [Outcome.RATE_LIMITED, Outcome.BAD_REQUEST, Outcome.TOO_LARGE])
async def test_other_failures_do_not_open_it(outcome: Outcome) -> None:
    scene = Scene(failed(outcome), held=False)
    for _ in range(10):
        await scene.ask(until_s=scene.clock.monotonic() + 1.4)
    assert scene.provider.down_since is None
    assert scene.waiting_for == []


async def test_a_reply_between_them_closes_the_row() -> None:
    scene = Scene(DOWN, DOWN, OK, DOWN, DOWN, OK, held=False)
    for _ in range(2):
        assert await scene.ask() == OK
    assert scene.provider.down_since is None


async def test_one_call_alone_tries_whether_it_is_back() -> None:
    release = asyncio.Event()

    async def trial() -> Reply:
        await release.wait()
        return OK

    scene = opened(trial, OK)
    await open_it(scene)
    asking = [asyncio.create_task(scene.ask()) for _ in range(10)]
    await scene.settles()
    assert len(scene.model.calls) == 3
    scene.clock.advance(1.0)
    await until(lambda: len(scene.model.calls) == 4)
    await scene.settles()
    assert len(scene.model.calls) == 4
    release.set()
    assert await asyncio.gather(*asking) == [OK] * 10
    assert len(scene.model.calls) == 13


async def test_trials_become_rarer() -> None:
    scene = opened(DOWN)
    await open_it(scene)
    asking = asyncio.create_task(scene.ask(until_s=300))
    while not asking.done():
        scene.clock.advance(0.5)
        await scene.settles()
    begun = [began for began, _ in scene.model.calls[3:]]
    gaps = [later - earlier for earlier, later in pairwise(begun)]
    assert begun[0] == 1.0
    assert gaps == sorted(gaps)
    assert gaps[:4] == [2.0, 4.0, 8.0, 16.0]
    assert set(gaps[4:]) == {30.0}
    assert asking.result() is Outcome.SERVER_ERROR


async def test_a_trial_that_says_something_else_closes_it() -> None:
    scene = opened(failed(Outcome.RATE_LIMITED))
    await open_it(scene)
    scene.clock.advance(1.0)
    assert await scene.ask(until_s=2.2) is Outcome.RATE_LIMITED
    assert (scene.provider.down_since, scene.provider.answering) == (None, False)
    assert scene.waiting_for == []


async def never() -> Reply:
    await asyncio.Event().wait()
    return OK


async def odd() -> Reply:
    raise LookupError


async def test_a_trial_that_is_given_up_is_followed_by_another() -> None:
    scene = opened(never, OK)
    await open_it(scene)
    scene.clock.advance(1.0)
    trial = asyncio.create_task(scene.ask())
    await until(lambda: scene.model.under_way)
    trial.cancel()
    await asyncio.wait([trial])
    assert await scene.ask() == OK


async def test_a_trial_that_breaks_is_followed_by_another() -> None:
    scene = opened(odd, OK)
    await open_it(scene)
    scene.clock.advance(1.0)
    with pytest.raises(LookupError):
        await scene.ask()
    assert await scene.ask() == OK


async def test_a_reply_to_an_earlier_call_closes_it_too() -> None:
    release = asyncio.Event()

    async def late() -> Reply:
        await release.wait()
        return OK

    scene = Scene(late, DOWN, DOWN, DOWN, OK)
    first = asyncio.create_task(scene.ask())
    await until(lambda: scene.model.under_way)
    await open_it(scene)
    second = asyncio.create_task(scene.ask())
    await scene.settles()
    assert scene.waiting_for == ["scripted"]
    release.set()
    assert (await first, await second) == (OK, OK)
    assert (scene.waiting_for, scene.clock.monotonic()) == ([], 0.0)


async def test_a_model_that_is_unknown_all_at_once_does_not_count_as_answering() -> None:
    scene = Scene(OK, failed(Outcome.MODEL_UNKNOWN))
    assert await scene.ask() == OK
    assert scene.provider.answering
    assert await scene.ask() is Outcome.MODEL_UNKNOWN
    assert not scene.provider.answering


async def test_an_unknown_model_is_down_and_its_neighbours_are_not() -> None:
    scene = Scene(failed(Outcome.MODEL_UNKNOWN), OK)
    other = a_caller(ScriptedModel(scene.clock, OK, model="other"), scene.clock, scene.provider)
    assert await scene.ask() is Outcome.MODEL_UNKNOWN
    assert scene.waiting_for == ["scripted"]
    assert await other.ask(QUESTION, scene.accounts.terms(deadline=600)) == OK
    assert (scene.waiting_for, scene.provider.down_since) == (["scripted"], 0.0)
    assert await scene.ask() == OK
    assert scene.provider.answering
    assert scene.waiting_for == []


async def test_a_model_that_is_not_known_leaves_the_others_alone() -> None:
    scene = Scene(failed(Outcome.MODEL_UNKNOWN), held=False)
    other = a_caller(ScriptedModel(scene.clock, OK, model="other"), scene.clock, scene.provider)
    await scene.ask()
    await other.ask(QUESTION, scene.accounts.terms(deadline=600))
    assert (scene.caller.down_since, scene.caller.answering) == (0.0, False)
    assert (other.down_since, other.answering) == (None, True)
