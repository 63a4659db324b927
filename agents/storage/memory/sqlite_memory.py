"""Working memory in a SQLite file: for all workers of one machine, without a server."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from agents.storage.memory.one_thread import NotBegun, OneThread
from agents.storage.memory.outage import OutageState
from agents.storage.memory.owner_key import owner_key
from agents.storage.memory.sqlite_file import MemoryFile
from agents.storage.memory.working_memory import (
    ANSWER_S,
    Accounts,
    Found,
    MemoryUnavailable,
)

SWEEP_EVERY_S = 60.0
"""Time between two sweeps of what has expired, in seconds."""

SWEEP_ROWS = 500
"""Most rows of a table that one sweep takes out: some milliseconds."""

_MOST = 2**63 - 1
"""The largest number that an account holds."""

_GET = "SELECT CAST(value AS BLOB) FROM kept WHERE key = ? AND expires_at > ?"
_CLAIM = """
    INSERT INTO locks (key, holder, expires_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET holder = excluded.holder,
    expires_at = excluded.expires_at WHERE holder = excluded.holder OR expires_at <= ?
"""
_RELEASE = "DELETE FROM locks WHERE key = ? AND holder = ?"

_Result = TypeVar("_Result")


class SqliteMemory:
    """The file at *path* is made when it is first needed; *now_s* is the wall clock's time."""

    def __init__(self, path: Path, *, now_s: Callable[[], float] = time.time) -> None:
        self._file = MemoryFile(path)
        self._thread = OneThread("working-memory")
        self._outage = OutageState("sqlite")
        self._now_s = now_s
        self._sweep_at_s = 0.0

    async def get(self, key: str) -> bytes | None:
        """Return what was put under *key* and has not expired."""
        now_s = self._now_s()
        return await self._ask(lambda file: _get(file, key, now_s), writes=False)

    async def get_or_claim(self, keys: Sequence[str], holder: str, *, ttl_s: float) -> Found:
        """Return what is kept under *keys*, and take the lock of the first if nothing is."""
        now_s = self._now_s()

        def get_or_claim(file: sqlite3.Connection) -> Found:
            values = tuple(_get(file, key, now_s) for key in keys)
            is_claimed = values[0] is None and _claim(file, keys[0], holder, now_s, ttl_s)
            return Found(values, is_claimed)

        return await self._ask(get_or_claim)

    async def put(
        self, key: str, value: bytes, *, owner: str, ttl_s: float, holder: str = ""
    ) -> None:
        """Keep *value*, and give the lock *key* back."""
        row = (key, value, owner_key(owner), self._now_s() + ttl_s)
        insert = "INSERT OR REPLACE INTO kept (key, value, owner, expires_at) VALUES (?, ?, ?, ?)"

        def put(file: sqlite3.Connection) -> None:
            file.execute(insert, row)
            if holder:
                file.execute(_RELEASE, (key, holder))

        await self._ask(put)

    async def purge(self, owner: str) -> int:
        """Forget everything put for *owner*; return how much there was."""
        delete = "DELETE FROM kept WHERE owner = ? AND expires_at > ?"
        rest = "DELETE FROM kept WHERE owner = ?"

        def purge(file: sqlite3.Connection) -> int:
            purged = file.execute(delete, (owner_key(owner), self._now_s())).rowcount
            file.execute(rest, (owner_key(owner),))
            return purged

        return await self._ask(purge)

    async def claim(self, key: str, holder: str, *, ttl_s: float) -> bool:
        """Take the lock *key*, or keep it where *holder* has it; False if another holds it."""
        now_s = self._now_s()
        return await self._ask(lambda file: _claim(file, key, holder, now_s, ttl_s))

    async def release(self, key: str, holder: str) -> None:
        """Give the lock *key* back, if *holder* still has it."""
        await self._ask(lambda file: file.execute(_RELEASE, (key, holder)).rowcount)

    async def pause(self, name: str, *, for_s: float) -> None:
        """Have everybody leave *name* alone for so long; a longer pause stands."""
        row = (name, self._now_s() + for_s)
        insert = """
            INSERT INTO pauses (name, expires_at) VALUES (?, ?) ON CONFLICT (name)
            DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)
        """
        await self._ask(lambda file: file.execute(insert, row).rowcount)

    async def paused_s(self, name: str) -> float:
        """Return for how long *name* is still to be left alone; 0 if it is not."""
        query = "SELECT CAST(expires_at AS REAL) FROM pauses WHERE name = ?"
        found: tuple[float] | None = await self._ask(
            lambda file: file.execute(query, (name,)).fetchone(), writes=False
        )
        return 0.0 if found is None else max(0.0, found[0] - self._now_s())

    async def spend(
        self, accounts: Accounts, amount: int, *, ttl_s: float
    ) -> dict[str, int] | None:
        """Add *amount* to every account, or to none if one would exceed its cap."""

        def spend(file: sqlite3.Connection) -> dict[str, int] | None:
            now_s = self._now_s()
            found = {name: _account(file, name, now_s) for name in accounts}
            sums = {name: held + amount for name, (held, _) in found.items()}
            if amount > 0 and any(
                cap is not None and sums[name] > cap for name, cap in accounts.items()
            ):
                return None
            sums = {name: min(max(0, held), _MOST) for name, held in sums.items()}
            file.executemany(
                "INSERT OR REPLACE INTO accounts (name, held, expires_at) VALUES (?, ?, ?)",
                [(name, held, found[name][1] or now_s + ttl_s) for name, held in sums.items()],
            )
            return sums

        return await self._ask(spend)

    async def spent(self, accounts: Accounts) -> dict[str, int]:
        """Return what each account holds."""
        return await self._ask(
            lambda file: {name: _account(file, name, self._now_s())[0] for name in accounts},
            writes=False,
        )

    async def present(self, group: str, member: str, *, ttl_s: float) -> int:
        """Say that *member* is there; return how many members have said so in their *ttl_s*."""
        insert = "INSERT OR REPLACE INTO members (party, member, expires_at) VALUES (?, ?, ?)"
        count = "SELECT count(*) FROM members WHERE party = ? AND expires_at > ?"

        def present(file: sqlite3.Connection) -> int:
            now_s = self._now_s()
            file.execute(insert, (group, member, now_s + ttl_s))
            return int(file.execute(count, (group, now_s)).fetchone()[0])

        return await self._ask(present)

    async def close(self) -> None:
        """Let go of the file."""
        try:
            await self._thread.run(self._file.close, within_s=ANSWER_S)
        except (sqlite3.Error, OSError, NotBegun):
            return
        finally:
            self._thread.stop()

    async def _ask(
        self, work: Callable[[sqlite3.Connection], _Result], *, writes: bool = True
    ) -> _Result:
        """Return what *work* gives; says whether it may have been done if it gives nothing."""
        self._outage.is_to_be_tried()
        try:
            result = await self._thread.run(
                lambda: self._transact(work, writes=writes), within_s=ANSWER_S
            )
        except NotBegun as error:
            raise self._silent("other operations take too long", perhaps_done=False) from error
        except TimeoutError as error:
            raise self._silent("it does not answer", perhaps_done=True) from error
        except (sqlite3.Error, OSError) as error:
            # What failed was rolled back. A lock that others keep was waited for, in vain.
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise self._silent(str(error), perhaps_done=False) from error
            raise MemoryUnavailable(f"SQLite: {error}", perhaps_done=False) from error
        self._outage.ended()
        return result

    def _silent(self, reason: str, *, perhaps_done: bool) -> MemoryUnavailable:
        self._outage.noticed(f"SQLite: {reason}")
        return MemoryUnavailable(f"SQLite: {reason}", perhaps_done=perhaps_done)

    def _transact(self, work: Callable[[sqlite3.Connection], _Result], *, writes: bool) -> _Result:
        result = self._file.transact(work, writes=writes)
        if writes and self._now_s() >= self._sweep_at_s:
            self._sweep_at_s = self._now_s() + SWEEP_EVERY_S
            with suppress(sqlite3.Error, OSError):  # *work* is done; the next sweep does this
                self._file.transact(self._sweep)
        return result

    def _sweep(self, file: sqlite3.Connection) -> None:
        """Take out what has expired, some of it at a time."""
        for table in ("kept", "locks", "pauses", "accounts", "members"):
            delete = f"""
                DELETE FROM {table} WHERE rowid IN
                (SELECT rowid FROM {table} WHERE expires_at <= ? LIMIT ?)
            """  # noqa: S608 - the names are these five
            file.execute(delete, (self._now_s(), SWEEP_ROWS))


def _get(file: sqlite3.Connection, key: str, now_s: float) -> bytes | None:
    found: tuple[bytes] | None = file.execute(_GET, (key, now_s)).fetchone()
    return None if found is None else found[0]


def _claim(file: sqlite3.Connection, key: str, holder: str, now_s: float, ttl_s: float) -> bool:
    return file.execute(_CLAIM, (key, holder, now_s + ttl_s, now_s)).rowcount == 1


def _account(file: sqlite3.Connection, name: str, now_s: float) -> tuple[int, float | None]:
    """Return what an account holds, and until when; None for one that nobody has used."""
    query = """
        SELECT CAST(held AS INTEGER), CAST(expires_at AS REAL) FROM accounts
        WHERE name = ? AND expires_at > ?
    """
    found: tuple[int, float] | None = file.execute(query, (name, now_s)).fetchone()
    return (0, None) if found is None else found
