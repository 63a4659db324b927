"""The tables of a run."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_HEAD = """# Speech

Written by `scripts/bench_speech` (`benchmarks/speech`). The bundled demo model and its recordings:
real speech through the real engine, though of a tiny model (each clip costs the encoder a whole
window of 30 s, as with any Whisper). Rows of a table are measured by turns in one run; ratios are
of medians.
"""

_PIPELINE = (
    "the whole pipeline, `audio.received` to `transcripts.ready`, with broker and all agents on "
    "the same cores, words included; its rounds after the others"
)

_OTHER_TEXTS = """
*Other texts* are clips whose text differs from the bare loop's, which has no voice activity.
Batches gain next to nothing on a CPU: what is won is encoding once, and working side by side.
"""

_MEMORY = """MP3 of 32 kbit/s, each in a worker of its own that had heard a minute before. *Instant*
is an engine that answers at once, so that ten hours need not be transcribed; all else is real.
"""


def page(run: Mapping[str, Any], name: str) -> str:
    """Return the tables of *run*, which the file *name* holds."""
    tables = ["\n".join(part(run)) for part in (_throughput, _lone, _fairness, _memory)]
    return "\n".join([_HEAD, *filter(None, tables), _foot(run, name)])


def _throughput(run: Mapping[str, Any]) -> Iterator[str]:
    if not run["throughput"]:
        return
    medians = {row["name"]: statistics.median(row["clips_per_s"]) for row in run["throughput"]}
    plain, bare = medians["faster-whisper"], medians["bare loop"]
    yield "## Clips a second\n"
    yield f"{run['clips']} clips of one sentence each, in three languages, of unknown language.\n"
    yield from _header(
        "", "clips/s", "all rounds", "to faster-whisper", "to bare loop", "other texts"
    )
    for row in run["throughput"]:
        yield _rates(row["what"], row["clips_per_s"], plain, bare) + f" {row['other_texts']} |"
    if run["pipeline"]:
        yield _rates(_PIPELINE, run["pipeline"]["clips_per_s"], plain, bare) + " |"
    yield _OTHER_TEXTS


def _rates(what: str, rates: Sequence[float], plain: float, bare: float) -> str:
    median = statistics.median(rates)
    every = ", ".join(f"{rate:.2f}" for rate in rates)
    return f"| {what} | **{median:.2f}** | {every} | {median / plain:.2f} | {median / bare:.2f} |"


def _lone(run: Mapping[str, Any]) -> Iterator[str]:
    if not run["lone"]:
        return
    yield "## One lone clip\n"
    yield from _header("", "p50 ms", "p95 ms")
    for row in run["lone"]:
        yield f"| {row['what']} | {row['p50_ms']:.1f} | {row['p95_ms']:.1f} |"
    yield ""


def _fairness(run: Mapping[str, Any]) -> Iterator[str]:
    row = run["fairness"]
    if not row:
        return
    yield "## A voice note beside a long recording\n"
    yield f"{row['notes']} notes, one after the other, alone and while a recording of"
    yield f"{row['hours']:g} hours is transcribed.\n"
    yield from _header("", "p50 ms", "p95 ms")
    yield f"| alone | {row['alone_p50_ms']:.1f} | {row['alone_p95_ms']:.1f} |"
    yield f"| beside it | {row['beside_p50_ms']:.1f} | {row['beside_p95_ms']:.1f} |"
    yield f"| one batch of the long recording, mean | {row['batch_ms']:.1f} | |\n"


def _memory(run: Mapping[str, Any]) -> Iterator[str]:
    if not run["memory"]:
        return
    yield "## Memory against length\n"
    yield _MEMORY
    yield from _header(
        "length",
        "engine",
        "added to the worker, MB",
        "worker before, MB",
        "decoder and engine processes, MB",
        "took s",
        "first batch after s",
    )
    for row in run["memory"]:
        first = "" if row["first_batch_s"] is None else f"{row['first_batch_s']:.2f}"
        yield (
            f"| {row['minutes']:g} min | {row['engine']} | **{row['added_mb']:.0f}** "
            f"| {row['before_mb']:.0f} | {row['children_mb']:.0f} | {row['took_s']:.1f} | {first} |"
        )
    yield ""


def _header(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"


def _foot(run: Mapping[str, Any], name: str) -> str:
    machine, found = run["machine"], ", ".join(f"{k} {v}" for k, v in run["versions"].items())
    return (
        f"{run['date']}, commit {run['commit']}, `{name}`. {machine['cpu']}, "
        f"{machine['cores']} cores, {machine['system']}, load before {machine['load_before']}. "
        f"{found}.\n"
    )
