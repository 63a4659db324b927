"""Several processes spend and cache while processes and servers are killed and frozen."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.storage.memory.redis_memory import RedisMemory
from agents.storage.memory.sqlite_memory import SqliteMemory
from tests.support.redis_server import RedisServer, redis_server
from tests.support.spender import ACCOUNT

CAP, AMOUNT = 30_000, 10
PROCESSES = 4
AT_ONCE = 4
"""Things that one of them does at the same time, and that a kill leaves unclear."""


class Spenders:
    """Processes that spend from one memory, and what they have said."""

    def __init__(self, where: str, folder: Path) -> None:
        self._where = where
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []
        self._begun = 0

    def begin(self) -> None:
        """Start one more."""
        command = [sys.executable, "-m", "tests.support.spender", self._where, str(CAP)]
        with (self._folder / f"said-{self._begun}").open("wb") as said:
            self._running.append(subprocess.Popen([*command, str(AMOUNT)], stdout=said))
        self._begun += 1

    def kill_one(self) -> None:
        """End the one that has run for longest."""
        oldest = self._running.pop(0)
        oldest.kill()
        oldest.wait()

    def kill_all(self) -> None:
        """End what is left."""
        while self._running:
            self.kill_one()

    def said(self) -> Counter[str]:
        """Count what they have all said so far."""
        words: Counter[str] = Counter()
        for path in self._folder.glob("said-*"):
            words.update(path.read_text().split())
        return words

    def await_end(self) -> None:
        """Wait until all have been refused."""
        for process in self._running:
            assert process.wait(timeout=120) == 0


@contextmanager
def spenders(where: str, folder: Path) -> Iterator[Spenders]:
    """Run some, wait until all spend, and leave none behind."""
    spending = Spenders(where, folder)
    try:
        for _ in range(PROCESSES):
            spending.begin()
        _await(lambda: spending.said()["granted"] > 500)
        yield spending
    finally:
        spending.kill_all()


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "the spenders do not go on"
        time.sleep(0.02)


def assert_right(said: Counter[str], held: int, kills: int) -> None:
    """Check that nothing was spent that is not there, nor over the cap."""
    assert said["wrong"] == 0
    assert CAP - AMOUNT < held <= CAP
    unexplained = held // AMOUNT - said["granted"]
    assert 0 <= unexplained <= said["unclear"] + kills * AT_ONCE, said


def go_on(spending: Spenders) -> None:
    """Wait until some more was granted, or nothing can be any more."""
    before = spending.said()
    _await(lambda: spending.said()["granted"] > before["granted"] + 50 or _is_over(spending))


def _is_over(spending: Spenders) -> bool:
    return spending.said()["refused"] >= AT_ONCE


async def test_processes_that_share_a_file_are_killed(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    kills = 6
    with spenders(str(path), tmp_path) as spending:
        for _ in range(kills):
            spending.kill_one()
            spending.begin()
            go_on(spending)
        spending.await_end()
        said = spending.said()
    memory = SqliteMemory(path)
    held = (await memory.spent({ACCOUNT: None}))[ACCOUNT]
    await memory.close()
    assert_right(said, held, kills)
    assert not path.with_name(path.name + ".damaged").exists()


async def test_a_server_that_processes_share_is_killed_and_frozen(tmp_path: Path) -> None:
    chance = random.Random(20261127)
    with (
        redis_server(tmp_path / "redis") as server,
        spenders(server.url, tmp_path) as spending,
    ):
        for _ in range(6):
            _disturb(server, chance)
            go_on(spending)
        spending.await_end()
        said = spending.said()
        memory = RedisMemory(server.url)
        held = (await memory.spent({ACCOUNT: None}))[ACCOUNT]
        await memory.close()
    assert_right(said, held, kills=0)
    assert said["away"] + said["unclear"] > 0


def _disturb(server: RedisServer, chance: random.Random) -> None:
    if chance.random() < 0.5:
        server.freeze()
        time.sleep(chance.uniform(0.1, 2.0))
        server.thaw()
    else:
        server.kill()
        time.sleep(chance.uniform(0.0, 1.0))
        server.start()
