"""Entries a second without any language model: by the writer alone, by the step, by the worker."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agents.delivery.clock import SystemClock
from agents.diarist.offline.extractive_writer import ExtractiveWriter, draft
from agents.diarist.step import write_entry
from agents.diarist.writer_chain import WriterChain
from benchmarks.diarist.bench import DiaristBench, gathered
from schemas import TranscriptReady
from schemas.user_settings import UserSettings
from tests.support.long_speech import LANGUAGES, long_speech

WARM_UP = 20
WISHES = UserSettings(user_id="ada")


@dataclass(slots=True, kw_only=True)
class OfflineRow:
    """Rates of one contender, for recordings of one length."""

    what: str
    minutes: float
    entries_per_s: list[float] = field(default_factory=list)
    cpu_ms_per_entry: list[float] = field(default_factory=list)


def recordings(count: int, minutes: float, *, mark: str) -> list[TranscriptReady]:
    """Return recordings in all languages by turns; *mark* and number make each another's words."""
    return [
        long_speech(
            minutes,
            language=LANGUAGES[number % len(LANGUAGES)],
            seed=f"{mark}-{number}",
            recording_id=f"{mark}-{number}",
        )
        for number in range(count)
    ]


def offline_chain() -> WriterChain:
    """Return the chain of a worker without models."""
    return WriterChain([], ExtractiveWriter(), fallback_after_s=60, clock=SystemClock())


def offline(bench: DiaristBench, counts: dict[float, int], rounds: int) -> list[OfflineRow]:
    """Measure all contenders by turns; *counts* are recordings a round, by their minutes."""
    rows: list[OfflineRow] = []
    for minutes, count in counts.items():
        of_length = [
            OfflineRow(what="the writer alone", minutes=minutes),
            OfflineRow(what="the step: writer, verification, ids", minutes=minutes),
            OfflineRow(what="a worker on a real broker", minutes=minutes),
        ]
        for number in range(rounds):
            heard = recordings(count, minutes, mark=f"offline-{minutes:g}-{number}")
            _timed(of_length[0], heard, lambda all_: [draft(one) for one in all_])
            _timed(of_length[1], heard, lambda all_: asyncio.run(_stepped(all_)))
            _worked(bench, of_length[2], heard)
            print([(row.what, row.entries_per_s[-1]) for row in of_length], flush=True)
        rows += of_length
    return rows


def _timed(
    row: OfflineRow,
    heard: Sequence[TranscriptReady],
    write: Callable[[Sequence[TranscriptReady]], object],
) -> None:
    write(heard[:3])
    began, cpu_s = time.monotonic(), time.process_time()
    write(heard)
    row.entries_per_s.append(round(len(heard) / (time.monotonic() - began), 1))
    row.cpu_ms_per_entry.append(round(1000 * (time.process_time() - cpu_s) / len(heard), 2))


async def _stepped(heard: Sequence[TranscriptReady]) -> None:
    chain = offline_chain()
    for one in heard:
        await write_entry(one, wishes=WISHES, chain=chain)


def _worked(bench: DiaristBench, row: OfflineRow, heard: Sequence[TranscriptReady]) -> None:
    """Have a worker that is warm write a backlog, which begins with its publication."""
    with bench.reading() as consumer, bench.diarist() as diarist:
        bench.publish(recordings(WARM_UP, row.minutes, mark="warm-up"))
        gathered(consumer, diarist, WARM_UP)
        began, cpu_s = time.time(), diarist.cpu_s()
        bench.publish(heard)
        outputs = gathered(consumer, diarist, len(heard))
        cpu_s = diarist.cpu_s() - cpu_s
        diarist.stop()
    row.entries_per_s.append(round(len(heard) / (max(outputs.times_s) - began), 1))
    row.cpu_ms_per_entry.append(round(1000 * cpu_s / len(heard), 2))
