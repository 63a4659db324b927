"""Caps on what language models may cost in one day: of a person, of a tenant, of everybody.

A day is one of UTC, for everybody: the accounts are shared by people of many time zones.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from agents import metrics
from agents.delivery.clock import Clock
from agents.diarist.llm.ledger import Ledger, NoRoom, account_name
from agents.diarist.llm.spending import OverBudget, Reservation, Spending
from agents.storage.memory.working_memory import WorkingMemory

USER, TENANT, EVERYBODY = "user", "tenant", "everybody"
PRICE, MEMORY = "price", "memory"
"""Scopes of a refusal that no cap's own account gave."""

AWAY_S = 30.0
"""Time for which somebody counts as blocked because memory does not answer, in seconds."""

_KEPT_FOR = timedelta(days=2)
"""Age of a reservation that nobody will settle any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Most that may be spent in one day, in micros; None where there is no cap."""

    user_micros: int | None = None
    tenant_micros: int | None = None
    everybody_micros: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Since when somebody has no room, for which reason, and until when that is so."""

    scope: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accounts:
    """A person's three accounts of one day, by scope, and the cap of each."""

    day: date
    names: dict[str, str]
    caps: dict[str, int | None]

    @property
    def by_name(self) -> dict[str, int | None]:
        return {name: self.caps[scope] for scope, name in self.names.items()}

    @property
    def is_capped(self) -> bool:
        return any(cap is not None for cap in self.caps.values())

    def scope(self, name: str) -> str:
        return next(scope for scope, known in self.names.items() if known == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    blocked: Blocked
    caps: dict[str, int | None]
    full: tuple[str, int] | None
    """The account without room, and the most that it may hold for the call to have some."""


class Budget:
    """What one worker knows of everybody's spending."""

    def __init__(self, memory: WorkingMemory, *, caps: Caps, clock: Clock, worker_id: str) -> None:
        self._ledger = Ledger(memory, clock=clock, worker_id=worker_id)
        self._caps = caps
        self._clock = clock
        self._open: dict[str, _Accounts] = {}
        self._refusals: dict[tuple[str, str], _Refusal] = {}

    def account(self, tenant_id: str, user_id: str, user_cap_micros: int | None = None) -> Spending:
        """Return what a person may spend; *user_cap_micros* is their own, lower cap."""
        own = [cap for cap in (self._caps.user_micros, user_cap_micros) if cap is not None]
        caps = {
            EVERYBODY: self._caps.everybody_micros,
            TENANT: self._caps.tenant_micros,
            USER: min(own, default=None),
        }
        return _PersonSpending(self, (tenant_id, user_id), caps)

    async def look(self) -> None:
        """Say that this worker is there, and see what is left.

        Happens with every few reservations; called every few seconds by a worker that rests, it
        lets that worker, too, spend its share when memory goes away. Never raises.
        """
        await self._ledger.look()

    def blocked(self, tenant_id: str, user_id: str) -> Blocked | None:
        """Return why and until when a person was found to have no room; None if there may be."""
        person = (tenant_id, user_id)
        refusal = self._refusals.get(person)
        if refusal is None:
            return None
        is_over = self._clock.now() >= refusal.blocked.until
        if refusal.full is not None:
            # Calls that cost less than they might have leave room again.
            name, most = refusal.full
            known = self._ledger.known(name)
            is_over = is_over or (known is not None and known <= most)
        if is_over:
            del self._refusals[person]
            return None
        return refusal.blocked

    async def reserve(
        self, person: tuple[str, str], caps: dict[str, int | None], worst_micros: int | None
    ) -> Reservation:
        """Reserve for `Spending`, as it says."""
        accounts = _accounts(person, caps, self._clock.now().date())
        if worst_micros is None and accounts.is_capped:
            self._refuse(person, accounts, scope=PRICE)
            raise OverBudget("there is a cap, and the model's price is unknown")
        amount = worst_micros or 0
        try:
            await self._ledger.add(accounts.day, accounts.by_name, amount)
        except NoRoom as error:
            scope = accounts.scope(error.account)
            if error.is_shared:
                room = (accounts.caps[scope] or 0) - amount
                self._refuse(person, accounts, scope=scope, full=(error.account, room))
                raise OverBudget(f"today's cap ({scope}) has no room for {amount}") from error
            self._refuse(person, accounts, scope=MEMORY)
            raise OverBudget(
                f"working memory is away, and this worker's share ({scope}) has no room"
            ) from error
        self._refusals.pop(person, None)
        reservation = Reservation(id=uuid.uuid4().hex, amount_micros=amount)
        self._remember(reservation, accounts)
        return reservation

    async def settle(self, reservation: Reservation, cost_micros: int | None) -> None:
        """Settle for `Spending`, as it says; a second time changes nothing."""
        accounts = self._open.pop(reservation.id, None)
        if accounts is None or cost_micros is None:
            return
        difference = cost_micros - reservation.amount_micros
        await self._ledger.correct(accounts.day, accounts.names.values(), difference)

    def _remember(self, reservation: Reservation, accounts: _Accounts) -> None:
        while self._open:
            oldest, opened = next(iter(self._open.items()))
            if accounts.day - opened.day <= _KEPT_FOR:
                break
            del self._open[oldest]
        self._open[reservation.id] = accounts

    def _refuse(
        self,
        person: tuple[str, str],
        accounts: _Accounts,
        *,
        scope: str,
        full: tuple[str, int] | None = None,
    ) -> None:
        metrics.SPENDING_REFUSED.labels(scope).inc()
        now = self._clock.now()
        midnight = datetime.combine(accounts.day + timedelta(days=1), time(), UTC)
        until = midnight if scope != MEMORY else min(midnight, now + timedelta(seconds=AWAY_S))
        since = now
        earlier = self._refusals.get(person)
        if earlier is not None and earlier.blocked.scope == scope and earlier.blocked.until > now:
            since = earlier.blocked.since
        blocked = Blocked(scope=scope, since=since, until=until)
        self._refusals = {
            someone: refusal
            for someone, refusal in self._refusals.items()
            if refusal.blocked.until > now
        }
        self._refusals[person] = _Refusal(blocked=blocked, caps=accounts.caps, full=full)

    def forget_other_caps(self, person: tuple[str, str], caps: dict[str, int | None]) -> None:
        """Forget that somebody had no room, if that was with other caps than these."""
        refusal = self._refusals.get(person)
        if refusal is not None and refusal.caps != caps:
            del self._refusals[person]


class _PersonSpending:
    """A person's part of the budget, behind the seam."""

    def __init__(
        self, budget: Budget, person: tuple[str, str], caps: dict[str, int | None]
    ) -> None:
        self._budget = budget
        self._person = person
        self._caps = caps
        budget.forget_other_caps(person, caps)

    async def reserve(self, worst_micros: int | None) -> Reservation:
        return await self._budget.reserve(self._person, self._caps, worst_micros)

    async def settle(self, reservation: Reservation, cost_micros: int | None) -> None:
        await self._budget.settle(reservation, cost_micros)


def _accounts(person: tuple[str, str], caps: dict[str, int | None], day: date) -> _Accounts:
    names = {
        EVERYBODY: account_name(day, EVERYBODY),
        TENANT: account_name(day, TENANT, person[0]),
        USER: account_name(day, USER, *person),
    }
    return _Accounts(day=day, names=names, caps=caps)
