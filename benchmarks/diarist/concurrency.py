"""Entries a second with a provider that takes 200 ms a call, against what concurrency allows.

Contenders by turns: the provider's SDK called in a loop, which is the most that any program in
Python can have of it here; our step in one process; and a worker on a real broker.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.delivery.clock import SystemClock
from agents.diarist.llm.concurrency import START
from agents.diarist.llm.form import reply_schema
from agents.diarist.llm.language_model import LanguageModel, Question
from agents.diarist.llm.prompt import prompt_for
from agents.diarist.llm.transcript_text import CANONICAL_NONCE, in_block, transcript_lines
from agents.diarist.open_writers import open_writers
from agents.diarist.step import write_entry
from agents.health import Health
from agents.settings import load_settings
from benchmarks.diarist.bench import DiaristBench, gathered
from benchmarks.diarist.offline import WISHES, recordings
from benchmarks.diarist.provider import Provider
from schemas import TranscriptReady

LATENCY_S = 0.2
STEADY_S = 3.0
"""Time that the steady state is measured for, if all goes as it may, in seconds."""

MODELS: Mapping[str, str] = {"anthropic": "claude-haiku-5-5", "openai": "gpt-6-luna"}

Work = Callable[[TranscriptReady], Awaitable[object]]


@dataclass(slots=True, kw_only=True)
class ConcurrencyRow:
    """What one contender did; rates are entries a second."""

    what: str
    provider: str
    memory: str
    in_flight: int
    allowed_per_s: float
    """Calls in flight by the provider's time for one."""
    warm_up_s: float
    """Time in which the limit may grow from its start, entries of `grown` long."""
    warm_up_per_s: float
    steady_per_s: float
    cpu_ms_per_entry: float
    provider_late_ms: float
    """By which the provider, on the same cores, answered too late on average."""
    at_once_max: int
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """Steady state by what is allowed."""
        return self.steady_per_s / self.allowed_per_s


def grown(in_flight: int) -> int:
    """Return the answers after which a limit that grows with each has reached *in_flight*."""
    return max(0, in_flight - START)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the contenders of one comparison have in common."""

    provider: Provider
    sdk: str
    in_flight: int
    heard: Sequence[TranscriptReady]

    @property
    def warm_up(self) -> int:
        """Entries that do not count as steady: those of the growth, and a window more."""
        return grown(self.in_flight) + 2 * self.in_flight

    def row(self, what: str, memory: str, times_s: Sequence[float], cpu_s: float) -> ConcurrencyRow:
        """Return the row of a contender whose entries were there at *times_s*."""
        times, seen = sorted(times_s), self.provider.seen()
        before, steady = times[: self.warm_up], times[self.warm_up : len(times) - self.in_flight]
        return ConcurrencyRow(
            what=what,
            provider=self.sdk,
            memory=memory,
            in_flight=self.in_flight,
            allowed_per_s=self.in_flight / LATENCY_S,
            warm_up_s=round(before[-1] - before[0], 2),
            warm_up_per_s=round(_rate(before), 1),
            steady_per_s=round(_rate(steady), 1),
            cpu_ms_per_entry=round(1000 * cpu_s / len(times), 2),
            provider_late_ms=round(seen.late_ms_sum / max(1, seen.calls), 2),
            at_once_max=seen.at_once_max,
        )


def _rate(times: Sequence[float]) -> float:
    return (len(times) - 1) / max(1e-3, times[-1] - times[0])


def conditions(provider: Provider, sdk: str, in_flight: int, *, mark: str) -> Conditions:
    """Return conditions with recordings for as long as the steady state is to be seen."""
    count = grown(in_flight) + 3 * in_flight + int(STEADY_S * in_flight / LATENCY_S)
    heard = recordings(count, 1, mark=mark)
    return Conditions(provider=provider, sdk=sdk, in_flight=in_flight, heard=heard)


def bare(now: Conditions) -> ConcurrencyRow:
    """Ask the SDK alone, the questions that the step would ask."""
    model: LanguageModel = import_module(f"agents.diarist.llm.{now.sdk}_writer").connect(
        MODELS[now.sdk], environ=now.provider.environ
    )

    async def ask(transcript: TranscriptReady) -> None:
        await model.ask(_question(transcript), timeout_s=60)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Work]:
        yield ask
        await model.close()

    times_s, cpu_s = asyncio.run(_all(now, opened))
    return now.row("the SDK alone, in a loop", "", times_s, cpu_s)


def stepped(now: Conditions, redis_url: str | None) -> ConcurrencyRow:
    """Write entries in this process, as a worker does, without a broker."""
    with TemporaryDirectory() as folder:
        settings = load_settings(
            state_dir=Path(folder),
            writers=f"{now.sdk}:{MODELS[now.sdk]}",
            redis_url=redis_url,
        )

        @asynccontextmanager
        async def opened() -> AsyncIterator[Work]:
            environ = now.provider.environ
            async with open_writers(settings, Health(), SystemClock(), environ=environ) as writers:

                async def write(transcript: TranscriptReady) -> None:
                    chain = writers.chain_for(transcript)
                    written = await write_entry(transcript, wishes=WISHES, chain=chain)
                    if written.entry.generator.fallback:
                        raise RuntimeError("a scripted provider was not answered by")

                yield write

        times_s, cpu_s = asyncio.run(_all(now, opened))
    return now.row("our step in one process", _name(redis_url), times_s, cpu_s)


def worked(now: Conditions, bench: DiaristBench, redis_url: str | None) -> ConcurrencyRow:
    """Write entries by a worker on a real broker."""
    settings = {
        "DAYBOOK_WRITERS": f"{now.sdk}:{MODELS[now.sdk]}",
        "DAYBOOK_IN_FLIGHT": str(now.in_flight),
        **({"DAYBOOK_REDIS_URL": redis_url} if redis_url else {}),
    }
    with (
        bench.reading() as consumer,
        bench.diarist(**now.provider.environ, **settings) as diarist,
    ):
        bench.publish(recordings(1, 1, mark="first"))
        gathered(consumer, diarist, 1)
        cpu_s = diarist.cpu_s()
        bench.publish(now.heard)
        outputs = gathered(consumer, diarist, len(now.heard))
        cpu_s = diarist.cpu_s() - cpu_s
        diarist.stop()
    if any(entry["generator"]["fallback"] for entry in outputs.entries):
        raise RuntimeError("an entry was stood in for")
    return now.row("a worker on a real broker", _name(redis_url), outputs.times_s, cpu_s)


async def _all(
    now: Conditions, opened: Callable[[], AbstractAsyncContextManager[Work]]
) -> tuple[list[float], float]:
    """Do the work for every recording, so many at a time; return when each ended, and the CPU."""
    waiting, times_s = iter(now.heard), list[float]()

    async def one_after_the_other(work: Work) -> None:
        for transcript in waiting:
            await work(transcript)
            times_s.append(time.time())

    async with opened() as work:
        cpu_s = time.process_time()
        async with asyncio.TaskGroup() as group:
            for _ in range(now.in_flight):
                group.create_task(one_after_the_other(work))
        return times_s, time.process_time() - cpu_s


def _question(transcript: TranscriptReady) -> Question:
    prompt = prompt_for(transcript, WISHES, own=None)
    return Question(
        instructions=prompt.entry,
        content=in_block(transcript_lines(transcript.segments), nonce=CANONICAL_NONCE),
        schema_name="diary_entry",
        schema=reply_schema(prompt.sections),
        max_tokens=6_000,
    )


def _name(redis_url: str | None) -> str:
    return "Redis" if redis_url else "SQLite"
