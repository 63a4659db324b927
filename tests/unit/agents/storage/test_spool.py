import asyncio
import threading
from pathlib import Path

import pytest

from agents.errors import AudioTooLarge
from agents.storage.spool import Expected, Spool
from tests.support.waiting import until


class HeldSpool(Spool):
    """Writes once it is let go."""

    def __init__(self, folder: Path, expected: Expected) -> None:
        super().__init__(folder, expected)
        self.begun, self.go = threading.Event(), threading.Event()

    def write(self, piece: bytes | bytearray) -> None:
        self.begun.set()
        assert self.go.wait(10.0)
        super().write(piece)


@pytest.mark.parametrize("allowed", [5, 4])
async def test_who_is_cancelled_while_writing_ends_after_the_thread(
    tmp_path: Path, allowed: int
) -> None:
    with HeldSpool(tmp_path, Expected(max_bytes=allowed)) as spool:
        taking = asyncio.create_task(spool.take(b"sound"))
        await until(spool.begun.is_set)
        taking.cancel()
        for _ in range(10):
            await asyncio.sleep(0.001)
        assert not taking.done()

        spool.go.set()
        with pytest.raises(asyncio.CancelledError):
            await taking
        spool.restart()
        spool.write(b"new")
        assert (spool.size_bytes, spool.file.seek(0), spool.file.read()) == (3, 0, b"new")


async def test_what_goes_wrong_in_the_thread_is_told(tmp_path: Path) -> None:
    with Spool(tmp_path, Expected(max_bytes=4)) as spool, pytest.raises(AudioTooLarge):
        await spool.take(b"sound")
