"""What a day may cost, and who may spend what while nobody can ask."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import metrics
from agents.diarist.llm.budget import AWAY_S, Blocked, Budget, Caps
from agents.diarist.llm.ledger import ACCOUNT_TTL_S, FRESH_S, KNOWN_MOST, LOOK_EVERY_S, PRESENT_S
from agents.diarist.llm.spending import OverBudget, Reservation, Spending
from tests.support.clock import NOON, MockedClock
from tests.support.working_memory import DictMemory

MIDNIGHT = datetime(2026, 11, 19, tzinfo=UTC)


@pytest.fixture
def clock() -> MockedClock:
    return MockedClock()


@pytest.fixture
def memory(clock: MockedClock) -> DictMemory:
    return DictMemory(now_s=clock.monotonic)


@pytest.fixture
def worker(memory: DictMemory, clock: MockedClock) -> Callable[..., Budget]:
    """Make a worker's budget, with caps."""
    names = iter("abcdefgh")

    def make(**caps: int) -> Budget:
        return Budget(memory, caps=Caps(**caps), clock=clock, worker_id=next(names))

    return make


async def has_room(spending: Spending, worst: int | None) -> bool:
    """Reserve, and say whether that was possible."""
    try:
        await spending.reserve(worst)
    except OverBudget:
        return False
    return True


async def all_look(*budgets: Budget) -> None:
    """Let each know of all others."""
    for budget in (*budgets, *budgets):
        await budget.look()


async def test_a_cap_counts_what_calls_may_cost_until_they_have(
    worker: Callable[..., Budget],
) -> None:
    ana = worker(user_micros=100).account("acme", "ana")
    first = await ana.reserve(60)
    assert not await has_room(ana, 41)
    await ana.settle(first, 20)
    second = await ana.reserve(80)
    await ana.settle(second, 90)
    assert not await has_room(ana, 1)


async def test_what_is_never_settled_or_of_unknown_cost_stays_spent(
    worker: Callable[..., Budget],
) -> None:
    ana = worker(user_micros=100).account("acme", "ana")
    await ana.settle(await ana.reserve(50), None)
    await ana.reserve(50)
    assert not await has_room(ana, 1)


async def test_settling_twice_gives_back_once(worker: Callable[..., Budget]) -> None:
    ana = worker(user_micros=100).account("acme", "ana")
    await ana.reserve(50)
    reservation = await ana.reserve(50)
    for _ in range(3):
        await ana.settle(reservation, 0)
    assert not await has_room(ana, 51)
    assert await has_room(ana, 50)


async def test_the_narrowest_cap_counts(worker: Callable[..., Budget]) -> None:
    budget = worker(user_micros=100, tenant_micros=150, everybody_micros=180)
    assert await has_room(budget.account("acme", "ana"), 100)
    assert not await has_room(budget.account("acme", "ben"), 51)
    assert await has_room(budget.account("acme", "ben"), 50)
    assert not await has_room(budget.account("other", "ana"), 31)
    assert await has_room(budget.account("other", "ana"), 30)


async def test_a_persons_own_cap_can_only_be_lower(worker: Callable[..., Budget]) -> None:
    budget = worker(user_micros=100)
    assert not await has_room(budget.account("acme", "ana", 50), 51)
    assert not await has_room(budget.account("acme", "ana", 500), 101)
    uncapped = worker()
    assert not await has_room(uncapped.account("acme", "ben", 50), 51)
    assert await has_room(uncapped.account("acme", "ben"), 10**9)


async def test_an_unknown_price_has_room_only_where_there_is_no_cap(
    worker: Callable[..., Budget], memory: DictMemory
) -> None:
    free = worker().account("acme", "ana")
    reservation = await free.reserve(None)
    assert reservation.amount_micros == 0
    await free.settle(reservation, 70)
    assert not await has_room(worker(everybody_micros=10**9).account("acme", "ana"), None)
    # What was spent without a cap is known to those who have one.
    assert not await has_room(worker(user_micros=100).account("acme", "ana"), 31)
    assert not any("ana" in name or "acme" in name for name in memory._accounts)


async def test_a_new_day_is_one_of_utc_and_old_reservations_are_the_old_days(
    worker: Callable[..., Budget], clock: MockedClock
) -> None:
    ana = worker(user_micros=100).account("acme", "ana")
    late = await ana.reserve(100)
    clock.advance((MIDNIGHT - NOON).total_seconds() - 1)
    assert not await has_room(ana, 1)
    clock.advance(1)
    assert await has_room(ana, 100)
    await ana.settle(late, 10)
    assert not await has_room(ana, 1)


async def test_it_is_said_since_when_and_until_when_a_person_has_no_room(
    worker: Callable[..., Budget], clock: MockedClock
) -> None:
    budget = worker(user_micros=100)
    ana = budget.account("acme", "ana")
    reservation = await ana.reserve(100)
    clock.advance(60)
    assert not await has_room(ana, 40)
    blocked = Blocked(scope="user", since=NOON + timedelta(seconds=60), until=MIDNIGHT)
    clock.advance(60)
    assert not await has_room(ana, 40)
    assert budget.blocked("acme", "ana") == blocked
    assert budget.blocked("acme", "ben") is None
    await ana.settle(reservation, 61)
    assert budget.blocked("acme", "ana") == blocked
    clock.advance((MIDNIGHT - clock.now()).total_seconds())
    assert budget.blocked("acme", "ana") is None


async def test_who_has_room_again_is_no_longer_blocked(
    worker: Callable[..., Budget],
) -> None:
    one, other = worker(user_micros=100), worker(user_micros=100)
    ana = one.account("acme", "ana")
    reservation = await ana.reserve(100)
    assert not await has_room(other.account("acme", "ana"), 40)
    assert other.blocked("acme", "ana") is not None
    await ana.settle(reservation, 60)
    await other.look()
    assert other.blocked("acme", "ana") is None

    assert not await has_room(ana, 41)
    one.account("acme", "ana", 99)
    assert one.blocked("acme", "ana") is None


async def test_refusals_are_counted_by_what_had_no_room(
    worker: Callable[..., Budget], memory: DictMemory
) -> None:
    def counted() -> dict[str, float]:
        return {
            scope: metrics.SPENDING_REFUSED.labels(scope)._value.get()
            for scope in ("user", "tenant", "everybody", "price", "memory")
        }

    before = counted()
    for scope in ("user", "tenant", "everybody"):
        await has_room(worker(**{f"{scope}_micros": 1}).account("acme", "ana"), 2)
    await has_room(worker(user_micros=1).account("acme", "ana"), None)
    memory.fail()
    await has_room(worker(user_micros=1).account("acme", "ana"), 1)
    assert {scope: n - before[scope] for scope, n in counted().items()} == dict.fromkeys(before, 1)


async def test_without_memory_nothing_that_is_capped_is_spent_by_who_knows_nothing(
    worker: Callable[..., Budget], memory: DictMemory, clock: MockedClock
) -> None:
    memory.fail()
    capped, free = worker(tenant_micros=100), worker()
    assert not await has_room(capped.account("acme", "ana"), 1)
    assert capped.blocked("acme", "ana") == Blocked(
        scope="memory", since=NOON, until=NOON + timedelta(seconds=AWAY_S)
    )
    assert await has_room(free.account("acme", "ana"), 10)
    memory.recover()
    assert await has_room(free.account("acme", "ana"), 1)
    assert not await has_room(capped.account("acme", "ana"), 90)
    clock.advance(AWAY_S)
    assert await has_room(capped.account("acme", "ana"), 89)


async def test_without_memory_each_worker_has_its_share_of_what_was_left(
    worker: Callable[..., Budget], memory: DictMemory
) -> None:
    budgets = [worker(tenant_micros=100) for _ in range(3)]
    await budgets[0].account("acme", "ana").reserve(40)
    for budget in budgets:
        await has_room(budget.account("acme", "ana"), 0)
    await all_look(*budgets)
    memory.fail()

    for budget in budgets:
        ana = budget.account("acme", "ana")
        assert not await has_room(ana, 21)
        reservation = await ana.reserve(20)
        assert not await has_room(ana, 1)
        await ana.settle(reservation, 15)
        assert await has_room(ana, 5)
        assert not await has_room(ana, 1)
    memory.recover()
    await all_look(*budgets)
    assert not await has_room(budgets[0].account("acme", "ben"), 1)


async def test_what_was_spent_alone_is_added_also_over_the_cap(
    worker: Callable[..., Budget], memory: DictMemory
) -> None:
    one, other = worker(user_micros=100), worker(user_micros=100)
    await one.account("acme", "ana").reserve(0)
    memory.fail()
    assert await has_room(one.account("acme", "ana"), 90)
    memory.recover()
    await other.account("acme", "ana").reserve(80)
    await one.look()
    assert sorted(held for held, _ in memory._accounts.values()) == [170, 170, 170]


async def test_what_was_given_back_without_memory_is_given_back_later(
    worker: Callable[..., Budget], memory: DictMemory, clock: MockedClock
) -> None:
    ana = worker(user_micros=100).account("acme", "ana")
    reservation = await ana.reserve(100)
    memory.fail(perhaps_done=False)
    await ana.settle(reservation, 30)
    assert await has_room(ana, 70)
    memory.recover()
    clock.advance(LOOK_EVERY_S)
    assert not await has_room(ana, 1)


async def test_what_may_have_been_given_back_is_not_given_back_again(
    worker: Callable[..., Budget], memory: DictMemory
) -> None:
    ana = worker(user_micros=100).account("acme", "ana")
    for is_done in (True, False):
        reservation = await ana.reserve(50)
        memory.fail("spend", is_done=is_done)
        await ana.settle(reservation, 0)
        memory.recover()
    assert not await has_room(ana, 51)
    assert await has_room(ana, 50)


async def test_what_was_known_long_before_is_not_known(
    worker: Callable[..., Budget], memory: DictMemory, clock: MockedClock
) -> None:
    resting, looking = worker(user_micros=100), worker(user_micros=100)
    for budget in (resting, looking):
        await budget.account("acme", "ana").reserve(0)
    for _ in range(int(FRESH_S / LOOK_EVERY_S) + 1):
        clock.advance(LOOK_EVERY_S)
        await looking.look()
    memory.fail()
    await looking.look()
    clock.advance(10 * FRESH_S)
    assert not await has_room(resting.account("acme", "ana"), 1)
    assert await has_room(looking.account("acme", "ana"), 100)


async def test_a_day_that_begins_without_memory_has_its_whole_cap_to_share(
    worker: Callable[..., Budget], memory: DictMemory, clock: MockedClock
) -> None:
    budgets = [worker(user_micros=100) for _ in range(2)]
    await budgets[0].account("acme", "ana").reserve(100)
    await all_look(*budgets)
    memory.fail()
    assert not await has_room(budgets[0].account("acme", "ana"), 1)
    clock.advance((MIDNIGHT - NOON).total_seconds())
    for person in ("ana", "ben"):
        assert not await has_room(budgets[0].account("acme", person), 51)
        assert await has_room(budgets[0].account("acme", person), 50)
        assert not await has_room(budgets[0].account("acme", person), 1)
    assert not await has_room(budgets[1].account("acme", "ana"), 1)


async def test_a_worker_says_that_it_is_there_now_and_then(
    worker: Callable[..., Budget], memory: DictMemory, clock: MockedClock
) -> None:
    ana = worker(user_micros=100).account("acme", "ana")
    for _ in range(50):
        await ana.settle(await ana.reserve(1), 0)
    assert memory.calls.count("present") == 1
    clock.advance(LOOK_EVERY_S)
    await ana.reserve(1)
    assert memory.calls.count("present") == 2
    clock.advance(PRESENT_S)
    assert await memory.present("spending", "another", ttl_s=PRESENT_S) == 1


async def test_accounts_and_what_is_known_of_them_are_forgotten(
    worker: Callable[..., Budget], memory: DictMemory, clock: MockedClock
) -> None:
    budget = worker(user_micros=100)
    for _ in range(5):
        await budget.account("acme", "ana").reserve(50)
        assert not await has_room(budget.account("acme", "ana"), 51)
        clock.advance(86_400)
    assert len(budget._open) <= 3
    assert len(budget._ledger._looks) <= 6
    assert len(budget._refusals) <= 1
    clock.advance(ACCOUNT_TTL_S)
    assert sum(memory._held(name) for name in memory._accounts) == 0


async def test_of_strangers_only_the_last_are_remembered_and_of_everybody_all(
    worker: Callable[..., Budget], memory: DictMemory
) -> None:
    budget = worker(everybody_micros=1_000_000)
    for number in range(KNOWN_MOST + 10):
        await budget.account(f"tenant-{number}", "ana").reserve(1)
    assert len(budget._ledger._looks) == KNOWN_MOST
    await budget.look()
    memory.fail()
    assert await has_room(budget.account("tenant-0", "ana"), 990_000)
    assert not await has_room(budget.account("tenant-0", "ana"), 10_000)


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("operation", ["spend", "spent", "present"])
async def test_memory_that_fails_anywhere_costs_no_error(
    worker: Callable[..., Budget], memory: DictMemory, operation: str, *, is_done: bool
) -> None:
    budget = worker(user_micros=100, everybody_micros=150)
    ana = budget.account("acme", "ana")
    reservation = await ana.reserve(10)
    memory.fail(operation, is_done=is_done)
    await budget.look()
    await ana.settle(reservation, 5)
    for _ in range(20):
        if await has_room(ana, 30):
            await ana.settle(await ana.reserve(0), None)
    memory.recover()
    await budget.look()
    assert not await has_room(ana, 96)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), st.integers(0, 2), st.integers(0, 60)),
        st.tuples(st.just("settle"), st.integers(0, 30), st.integers(0, 60)),
        st.tuples(st.just("advance"), st.just(0), st.sampled_from([1, 6, 40, 20_000])),
        st.tuples(st.just("away"), st.just(0), st.sampled_from([0, 1, 2])),
        st.tuples(st.just("back"), st.just(0), st.just(0)),
    ),
    max_size=40,
)


class Model:
    """Three workers, what they have truly spent by day, and how memory has failed."""

    def __init__(self) -> None:
        self.clock = MockedClock()
        self.memory = DictMemory(now_s=lambda: 0.0)  # nothing expires
        caps = Caps(everybody_micros=100)
        self.budgets = [
            Budget(self.memory, caps=caps, clock=self.clock, worker_id=f"{number}")
            for number in range(3)
        ]
        self.open: list[tuple[int, Reservation, str]] = []
        self.spent: dict[str, int] = {}
        self.is_clear = True

    async def step(self, what: str, which: int, amount: int) -> None:
        match what:
            case "reserve":
                await self._reserve(which, amount)
            case "settle" if self.open:
                await self._settle(which, amount)
            case "advance":
                self.clock.advance(amount)
            case "away":
                await all_look(*self.budgets)
                self.is_clear = self.is_clear and amount == 0
                self.memory.fail(is_done=amount == 2, perhaps_done=amount > 0)
            case "back":
                self.memory.recover()
                await all_look(*self.budgets)

    async def _reserve(self, worker: int, amount: int) -> None:
        day = self.clock.now().date().isoformat()
        try:
            reservation = await self.budgets[worker].account("acme", "ana").reserve(amount)
        except OverBudget:
            return
        self.spent[day] = self.spent.get(day, 0) + amount
        self.open.append((worker, reservation, day))

    async def _settle(self, which: int, amount: int) -> None:
        worker, reservation, day = self.open.pop(which % len(self.open))
        cost = min(amount, reservation.amount_micros)
        await self.budgets[worker].account("acme", "ana").settle(reservation, cost)
        self.spent[day] += cost - reservation.amount_micros

    def held(self) -> dict[str, int]:
        """Return what the account of everybody holds, by day."""
        return {
            name.split("/")[0]: held
            for name, (held, _) in self.memory._accounts.items()
            if "/everybody/" in name and held
        }


@settings(max_examples=300, deadline=None)
@given(steps=STEPS)
def test_whatever_happens_nothing_spent_is_forgotten_and_no_cap_exceeded(
    steps: list[tuple[str, int, int]],
) -> None:
    """Workers look at the same time before memory goes and after it is back, as the cap needs."""

    async def check() -> None:
        model = Model()
        await all_look(*model.budgets)
        for step in steps:
            await model.step(*step)
            assert all(spent <= 100 for spent in model.spent.values())
        await model.step("back", 0, 0)
        spent = {day: micros for day, micros in model.spent.items() if micros}
        if model.is_clear:
            assert model.held() == spent
        assert all(model.held().get(day, 0) >= micros for day, micros in spent.items())

    asyncio.run(check())
