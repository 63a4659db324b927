"""The accounts that workers share, and what one may spend of them while memory is away.

Fails closed: a worker that cannot ask has its share of what was last known to be left, by its last
look at each account and at how many workers there were. So workers whose last looks differ may
together exceed a cap, by no more than what was spent between those looks and the outage.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from agents import metrics
from agents.delivery.clock import Clock
from agents.storage.memory.working_memory import Accounts, MemoryUnavailable, WorkingMemory

ACCOUNT_TTL_S = 3 * 86_400.0
"""Time for which a day's account is kept, in seconds: calls begun before midnight end after it."""

LOOK_EVERY_S = 5.0
"""Time between two looks at the accounts and at who is there, in seconds."""

PRESENT_S = 30.0
"""Time for which a worker counts as present, in seconds: a busy one misses no six looks."""

FRESH_S = 30.0
"""Age, in seconds, of what is too old to be relied on when memory is found to be away: others have
spent meanwhile."""

KNOWN_MOST = 5_000
"""Accounts that are remembered, those that were used last: of others nothing is known, and so
nothing may be spent while memory is away."""

LOOKED_AT_MOST = 500
"""Accounts that one look is at: those that were used last."""

GROUP = "spending"


class NoRoom(Exception):
    """An account has no room.

    Never leaves the package: it becomes OverBudget.
    """

    def __init__(self, account: str, *, is_shared: bool) -> None:
        super().__init__(account)
        self.account = account
        self.is_shared = is_shared
        """Whether memory says so; else this worker's share is spent, or it has none."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What an account held, and when that was known, by a clock that never goes back."""

    day: date
    held: int
    at_s: float


@dataclass(frozen=True, slots=True)
class _Outage:
    at_s: float
    at: datetime


class Ledger:
    """Adds to accounts; *worker_id* tells this worker from the others."""

    def __init__(self, memory: WorkingMemory, *, clock: Clock, worker_id: str) -> None:
        self._memory = memory
        self._clock = clock
        self._worker_id = worker_id
        self._looks: dict[str, _Look] = {}
        self._members: int | None = None
        self._owed: dict[str, int] = {}
        self._outage: _Outage | None = None
        self._look_at_s = float("-inf")

    async def add(self, day: date, accounts: Accounts, amount: int) -> None:
        """Add *amount* to every account of *day*, within what each may hold.

        Raises:
            NoRoom: one of them has none, and nothing was added.

        """
        await self._prepare()
        try:
            held = await self._memory.spend(accounts, amount, ttl_s=ACCOUNT_TTL_S)
        except MemoryUnavailable:
            self._is_away()
            self._add_alone(day, accounts, amount)
            return
        self._is_there()
        if held is None:
            raise NoRoom(await self._full(day, accounts, amount), is_shared=True)
        self._learn(day, held)

    async def correct(self, day: date, accounts: Iterable[str], amount: int) -> None:
        """Add *amount*, which may be negative, to every account: at once, or when it can be."""
        for account in accounts:
            self._owe(account, amount)
        await self._tell(day)

    async def look(self) -> None:
        """Say that this worker is there, look at the accounts, and add what could not be added."""
        self._look_at_s = self._clock.monotonic() + LOOK_EVERY_S
        today = self._clock.now().date()
        self._looks = {name: look for name, look in self._looks.items() if look.day == today}
        names = list(self._looks)[-LOOKED_AT_MOST:]
        at_s = self._clock.monotonic()
        try:
            members = await self._memory.present(GROUP, self._worker_id, ttl_s=PRESENT_S)
            held = await self._memory.spent(dict.fromkeys(names))
        except MemoryUnavailable:
            self._is_away()
            return
        self._is_there()
        self._members = members
        for name, micros in held.items():
            # What was spent during this look has been learnt from that, and is newer.
            if name in self._looks and self._looks[name].at_s <= at_s:
                self._looks[name] = _Look(today, micros, at_s)
        await self._tell(today)

    def known(self, account: str) -> int | None:
        """Return what *account* held when it was looked at last, and what is to be added."""
        look = self._looks.get(account)
        return None if look is None else look.held + self._owed.get(account, 0)

    async def _prepare(self) -> None:
        if self._clock.monotonic() >= self._look_at_s:
            await self.look()
        elif self._owed:
            await self._tell(self._clock.now().date())

    async def _full(self, day: date, accounts: Accounts, amount: int) -> str:
        """Return the account that has no room for *amount*, the widest if nobody knows."""
        try:
            self._learn(day, await self._memory.spent(accounts))
        except MemoryUnavailable:
            self._is_away()
        capped = [(name, cap) for name, cap in accounts.items() if cap is not None]
        for name, cap in capped:
            if (self.known(name) or 0) + amount > cap:
                return name
        return capped[0][0]

    def _add_alone(self, day: date, accounts: Accounts, amount: int) -> None:
        for name, cap in accounts.items():
            if cap is not None and self._owed.get(name, 0) + amount > self._share(day, name, cap):
                raise NoRoom(name, is_shared=False)
        for name in accounts:
            self._owe(name, amount)

    def _share(self, day: date, account: str, cap: int) -> int:
        """Return how much of *account* is this worker's while memory is away."""
        outage, look = self._outage, self._looks.get(account)
        if self._members is None or outage is None:
            return 0
        if outage.at.date() < day:
            held = 0  # the day began after anybody could have spent any of it elsewhere
        elif look is not None and look.at_s >= outage.at_s - FRESH_S:
            held = look.held
        else:
            return 0
        return max(0, cap - held) // max(1, self._members)

    def _owe(self, account: str, amount: int) -> None:
        """Note what is to be added to *account*; what cancels out is not owed."""
        owed = self._owed.pop(account, 0) + amount
        if owed:
            self._owed[account] = owed

    async def _tell(self, day: date) -> None:
        """Add what is owed, also over a cap: it is spent."""
        while self._owed:
            amount = next(iter(self._owed.values()))
            names = [name for name, owed in self._owed.items() if owed == amount]
            for name in names:
                del self._owed[name]
            # Whatever is in doubt counts as spent: a sum is added twice rather than not at all,
            # and given back not at all rather than twice.
            is_owed = amount > 0
            try:
                held = await self._memory.spend(dict.fromkeys(names), amount, ttl_s=ACCOUNT_TTL_S)
                is_owed = False
            except MemoryUnavailable as error:
                is_owed = is_owed or not error.perhaps_done
                self._is_away()
                return
            finally:
                for name in names if is_owed else ():
                    self._owe(name, amount)
            self._is_there()
            self._learn(day, held or {})

    def _learn(self, day: date, held: Accounts) -> None:
        at_s = self._clock.monotonic()
        for name, micros in held.items():
            self._looks.pop(name, None)  # so that the last is the one that was used last
            self._looks[name] = _Look(day, micros or 0, at_s)
        for name in list(islice(self._looks, max(0, len(self._looks) - KNOWN_MOST))):
            del self._looks[name]

    def _is_there(self) -> None:
        self._outage = None

    def _is_away(self) -> None:
        metrics.MEMORY_UNAVAILABLE.labels("spending").inc()
        if self._outage is None:
            self._outage = _Outage(self._clock.monotonic(), self._clock.now())


def account_name(day: date, scope: str, *ids: str) -> str:
    """Return the name of the account of *ids* on *day*; it does not say who they are."""
    whose = hashlib.sha256("/".join(ids).encode()).hexdigest()
    return f"{day.isoformat()}/{scope}/{whose}"
