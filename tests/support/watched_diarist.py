"""`daybook worker diarist` that notes for how long its event loop was held up, and its memory.

What it has seen is in a file of its state folder, written anew every second.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agents import wiring
from agents.cli.main import main
from agents.kafka.host import WorkerHost
from agents.kafka.worker import Worker
from agents.wiring import diarist
from tests.support.memory import forget_peak, peak_bytes

FILE = "watched.json"

BEAT_S, WRITE_S = 0.01, 1.0
"""Time between two looks at the clock, and between two writes of the file, in seconds."""

LONG_S = 0.1
"""What counts as held up, in seconds."""

LONGEST = 10
"""So many of the longest halts are told."""


class LoopWatch:
    """Sleeps again and again, and notes by how much too long."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._halts_s: list[float] = []
        self._longest_cpu_s = 0.0

    async def run(self) -> None:
        write_at = time.monotonic()
        while True:
            cpu_s = time.thread_time()
            due = time.monotonic() + BEAT_S
            await asyncio.sleep(BEAT_S)
            now = time.monotonic()
            self._longest_cpu_s = max(self._longest_cpu_s, time.thread_time() - cpu_s)
            if now - due > LONG_S:
                self._halts_s.append(round(now - due, 3))
            if now >= write_at:
                write_at = now + WRITE_S
                self.write()

    def write(self) -> None:
        halts = sorted(self._halts_s, reverse=True)
        seen = {
            "halts": len(halts),
            "halted_s": round(sum(halts), 3),
            "longest_s": halts[:LONGEST],
            # Of the loop's own thread from one look to the next: the same on a busy machine.
            "longest_cpu_s": round(self._longest_cpu_s, 3),
            "peak_mb": round(peak_bytes() / 1e6, 1),
        }
        self._file.write_text(json.dumps(seen))


@asynccontextmanager
async def watched_worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build the worker as the product does, and watch the loop it runs on."""
    watch = LoopWatch(host.settings.state_dir / FILE)
    forget_peak()
    async with diarist.worker(host) as worker:
        watching = asyncio.create_task(watch.run())
        try:
            yield worker
        finally:
            watching.cancel()
            await asyncio.wait((watching,))
            watch.write()


if __name__ == "__main__":
    wiring.WORKERS["diarist"] = watched_worker
    main()
