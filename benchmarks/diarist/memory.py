"""Whether memory stays flat over many entries; each kind of writer in a process of its own.

`python -m benchmarks.diarist.memory KIND ENTRIES` is that process: `offline`, `model` for some
people who come again and again, `strangers` where everybody comes once.
"""

import asyncio
import gc
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.diarist.llm.budget import Caps
from agents.diarist.step import write_entry
from agents.diarist.writer_chain import WriterChain
from benchmarks.diarist.concurrency import MODELS
from benchmarks.diarist.offline import offline_chain
from benchmarks.diarist.replies import InstantModel, instant_chain
from schemas.user_settings import UserSettings
from tests.support.long_speech import LANGUAGES, long_speech

MINUTES = 0.15
"""Of one recording: two sentences, so that there can be many."""

PEOPLE = 500
WARM_UP_SHARE = 0.1
AT_ONCE = 16
GROWN = 10
"""So many kinds of objects are told that have become more."""

CAP_MICROS = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRow:
    """One kind of writer, in MB of resident memory."""

    kind: str
    entries: int
    warm_mb: float
    """After a tenth of the entries."""
    tenths_mb: list[float]
    end_mb: float
    grown: dict[str, int]
    """Objects that have become more since then, by kind."""
    took_s: float


def memory(entries: dict[str, int]) -> list[MemoryRow]:
    """Measure each kind that is named, over so many entries."""
    return [_measured(kind, count) for kind, count in entries.items()]


def _measured(kind: str, count: int) -> MemoryRow:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.diarist.memory", kind, str(count)],
        stdout=subprocess.PIPE,
        check=True,
    )
    row = MemoryRow(**json.loads(done.stdout.splitlines()[-1]))
    print(f"{kind}: {row.warm_mb:.1f} MB, at the end {row.end_mb:.1f} MB", flush=True)
    return row


@asynccontextmanager
async def _chain(kind: str) -> AsyncIterator[WriterChain]:
    if kind == "offline":
        yield offline_chain()
        return
    provider, name = next(iter(MODELS.items()))
    with TemporaryDirectory() as folder:
        caps = Caps(user_micros=CAP_MICROS, everybody_micros=CAP_MICROS)
        model = InstantModel(provider, name)
        async with instant_chain(model, Path(folder) / "memory.sqlite", caps=caps) as chain:
            yield _forgetting(chain, model)


def _forgetting(chain: WriterChain, model: InstantModel) -> WriterChain:
    model.prompt_tokens = _Nothing()
    return chain


class _Nothing(list[int]):
    """Keeps nothing of what is put into it."""

    def append(self, _: int) -> None:
        """Do nothing."""


async def _written(kind: str, chain: WriterChain, numbers: range) -> None:
    """Write entries, some at once as a worker does."""
    left = iter(numbers)

    async def one_after_the_other() -> None:
        for number in left:
            user = f"user-{number if kind == 'strangers' else number % PEOPLE}"
            transcript = long_speech(
                MINUTES,
                language=LANGUAGES[number % len(LANGUAGES)],
                seed=f"{kind}-{number}",
                recording_id=f"{kind}-{number}",
                user_id=user,
            )
            wishes = UserSettings(user_id=user)
            written = await write_entry(transcript, wishes=wishes, chain=chain)
            if written.entry.generator.fallback:
                raise RuntimeError("an entry was stood in for")

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def _run(kind: str, count: int) -> MemoryRow:
    began, tenth = time.monotonic(), round(count * WARM_UP_SHARE)
    tenths_mb: list[float] = []
    async with _chain(kind) as chain:
        await _written(kind, chain, range(tenth))
        before, warm_mb = _objects(), _rss_mb()
        for start in range(tenth, count, tenth):
            await _written(kind, chain, range(start, min(count, start + tenth)))
            tenths_mb.append(round(_rss_mb(), 1))
        after, end_mb = _objects(), _rss_mb()
    grown = Counter({name: after[name] - before[name] for name in after})
    return MemoryRow(
        kind=kind,
        entries=count,
        warm_mb=round(warm_mb, 1),
        tenths_mb=tenths_mb,
        end_mb=round(end_mb, 1),
        grown={name: more for name, more in grown.most_common(GROWN) if more > 0},
        took_s=round(time.monotonic() - began, 1),
    )


def _objects() -> Counter[str]:
    gc.collect()
    return Counter(type(one).__qualname__ for one in gc.get_objects())


def _rss_mb() -> float:
    gc.collect()
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_run(sys.argv[1], int(sys.argv[2]))))))
