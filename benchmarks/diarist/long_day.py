"""Ten hours of speech, and one word of it, through a real diarist and a scripted provider."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.diarist.bench import DiaristBench, gathered
from benchmarks.diarist.concurrency import MODELS
from benchmarks.diarist.provider import Provider
from schemas import TranscriptReady
from tests.support.builders import a_transcript
from tests.support.long_speech import long_speech


@dataclass(frozen=True, slots=True, kw_only=True)
class LongDayRow:
    """One recording in a worker of its own."""

    what: str
    writer: str
    seconds: float
    """From its publication to its entry, a provider's 200 ms a call included."""
    calls: int
    prompt_tokens_max: int
    """Of one call, by the provider's count: characters by four."""
    peak_mb: float
    loop_longest_s: float
    """The event loop's longest halt."""
    loop_longest_cpu_s: float
    """The longest stretch of work on the event loop, in its thread's CPU time."""
    loop_halted_s: float
    """All halts longer than a tenth of a second together."""
    cites: int
    cited_from: float
    cited_to: float
    """Where the narrative's first and last cites lie in the recording, as shares of it."""
    fallback: bool


def long_day(bench: DiaristBench, provider: Provider) -> list[LongDayRow]:
    """Measure each recording with a model, over a cap, and offline."""
    day, word = long_speech(600, seed="day"), a_transcript("Hello.")
    provider_name, model = next(iter(MODELS.items()))
    asked = {"DAYBOOK_WRITERS": f"{provider_name}:{model}", **provider.environ}
    capped = {**asked, "DAYBOOK_DAILY_CAP_USER_MICROS": "1"}
    return [
        _told(bench, provider, "one word", word, asked),
        _told(bench, provider, "ten hours", day, asked),
        _told(bench, provider, "ten hours, over a cap", day, capped),
        _told(bench, provider, "ten hours, no model", day, {}),
    ]


def _told(
    bench: DiaristBench,
    provider: Provider,
    what: str,
    transcript: TranscriptReady,
    settings: Mapping[str, str],
) -> LongDayRow:
    provider.seen()
    with bench.reading() as consumer, bench.diarist(**settings) as diarist:
        bench.publish([long_speech(1, seed=what, recording_id=uuid.uuid4().hex)])
        gathered(consumer, diarist, 1)
        provider.seen()
        began = time.monotonic()
        bench.publish([transcript])
        entry = gathered(consumer, diarist, 1).entries[0]
        seconds = time.monotonic() - began
        watched = diarist.stop()
    asked = provider.seen()
    cites = [cite for told in entry["narrative_cites"] for cite in told["cites"]]
    starts_ms = [_start_ms(cite) for cite in cites]
    generator = entry["generator"]
    return LongDayRow(
        what=what,
        writer=generator["provider"],
        seconds=round(seconds, 2),
        calls=asked.calls,
        prompt_tokens_max=asked.prompt_tokens_max,
        peak_mb=watched["peak_mb"],
        loop_longest_s=max(watched["longest_s"], default=0.0),
        loop_longest_cpu_s=watched["longest_cpu_s"],
        loop_halted_s=watched["halted_s"],
        cites=len(cites),
        cited_from=round(min(starts_ms) / transcript.duration_ms, 2),
        cited_to=round(max(starts_ms) / transcript.duration_ms, 2),
        fallback=generator["fallback"],
    )


def _start_ms(cite: Mapping[str, Any]) -> int:
    return int(cite["start_ms"])
