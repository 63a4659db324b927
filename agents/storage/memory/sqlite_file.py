"""One SQLite file that all workers of a machine share; what is damaged is begun anew.

Used by one thread at a time.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import structlog

log = structlog.get_logger()

BUSY_S = 0.7
"""Longest wait for the other workers' writes, in seconds: less than any caller's patience."""

_VERSION = 1
"""Of the tables below; a file with others is another program's, and treated as damaged."""

_TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS kept (
    key TEXT PRIMARY KEY, value BLOB NOT NULL, owner TEXT NOT NULL, expires_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS kept_owner ON kept (owner);
CREATE INDEX IF NOT EXISTS kept_expires ON kept (expires_at);
CREATE TABLE IF NOT EXISTS locks (
    key TEXT PRIMARY KEY, holder TEXT NOT NULL, expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS pauses (name TEXT PRIMARY KEY, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY, held INTEGER NOT NULL, expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS members (
    party TEXT NOT NULL, member TEXT NOT NULL, expires_at REAL NOT NULL,
    PRIMARY KEY (party, member)
);
PRAGMA user_version = 1;
COMMIT;
"""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""Our statements never change, so an error in one of them is the tables' fault."""

_Result = TypeVar("_Result")


class Foreign(sqlite3.DatabaseError):
    """The file holds another program's tables, or those of another version."""


class MemoryFile:
    """Opens the file when it is first needed, and again when another one lies in its place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None

    def transact(
        self, work: Callable[[sqlite3.Connection], _Result], *, writes: bool = True
    ) -> _Result:
        """Return what *work* gives; all that it changed is there then, or nothing if it raised.

        A damaged file is set aside, and *work* done on a new one.

        Raises:
            sqlite3.Error: the file cannot be worked with now.
            OSError: same.

        """
        try:
            return self._transact(work, writes=writes)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not _is_damage(error):
                raise
            self._set_aside(error)
        return self._transact(work, writes=writes)

    def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _transact(self, work: Callable[[sqlite3.Connection], _Result], *, writes: bool) -> _Result:
        connection = self._opened()
        connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        try:
            result = work(connection)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        return result

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and self._inode_there() == self._inode:
            return self._connection
        # SQLite sees that its file has been moved, and leaves alone what has its name now.
        self.close()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            self._create()
            self._inode = self._inode_there()
            connection = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)
            try:
                _prepare(connection)
            except BaseException:
                connection.close()
                raise
        self._connection = connection
        return connection

    def _create(self) -> None:
        """Make the file, readable by its owner only; SQLite makes those beside it alike.

        One that is there is not opened: closing it would take away the locks that this process
        may have on it.
        """
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            if self._path.stat().st_mode & 0o077:
                self._path.chmod(0o600)

    def _inode_there(self) -> int | None:
        try:
            return self._path.stat().st_ino
        except FileNotFoundError:
            return None

    def _set_aside(self, damage: Exception) -> None:
        """Give the damaged file another name, unless another worker has done so."""
        with self._alone():
            if self._inode_there() == self._inode:
                log.warning("memory_damaged", file=str(self._path), reason=str(damage))
                for suffix in ("-wal", "-shm"):
                    self._beside(suffix).unlink(missing_ok=True)
                self._path.replace(self._beside(".damaged"))
        self.close()

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only one that opens the file or sets it aside."""
        lock = os.open(self._beside(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _is_damage(error: Exception) -> bool:
    """Whether the file is to blame; its nonsense may stand in a message that cannot be decoded."""
    code = getattr(error, "sqlite_errorcode", None)
    is_coded = code is not None and code & 0xFF in _DAMAGED
    return is_coded or isinstance(error, Foreign | UnicodeDecodeError)


def _prepare(connection: sqlite3.Connection) -> None:
    """Set how the file is written, and make its tables.

    What a crash of the machine loses is time and money; what was purged is overwritten.
    """
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON")
    with closing(connection.execute("PRAGMA user_version")) as found:
        version = found.fetchone()[0]
    if version not in (0, _VERSION):
        raise Foreign(f"its tables have version {version}, not {_VERSION}")
    if not version:
        connection.executescript(_TABLES)
