"""The tables of a run on a GPU."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

BARE_GOAL, PLAIN_GOAL = 0.9, 5.0
"""What our best rate is to be, of the bare loop's best and of faster-whisper's."""

_HEAD = """# Speech on a GPU

Written by `scripts/bench_gpu` (`benchmarks/speech/gpu`). Weights are random and every window is
{tokens} tokens long, so there is no word error rate, no fallback to other temperatures and no early
end of a row: these are times of the machinery, not of any speech. Contenders of a table are
measured by turns in one run, after two rounds to warm up; medians of {rounds} rounds, with the
lowest and the highest.
"""

_REHEARSAL = """
**A rehearsal on a processor: it shows that the benchmark runs, and nothing about any GPU.**
"""

_UNFINISHED = "\n**The run did not come to its end; this is what it had measured.**\n"

_BARE = "CTranslate2 alone, features computed before, {load} rows a batch"
_WHAT = {
    "bare": _BARE,
    "plain": "faster-whisper, one after the other, language unknown",
    "ours": "ours, {load} in flight",
}


def page(run: Mapping[str, Any], name: str) -> str:
    """Return the tables of *run*, which the file *name* holds."""
    head = _HEAD.format(tokens=run["tokens"], rounds=run["rounds"])
    head += _REHEARSAL if run["gpu"]["device"] == "cpu" else ""
    head += "" if run["complete"] else _UNFINISHED
    tables = ["\n".join(part(run)) for part in (_rates, _lone, _files, _parts)]
    return "\n".join([head, *filter(None, tables), *_foot(run, name)]) + "\n"


def _rates(run: Mapping[str, Any]) -> Iterator[str]:
    for (shape, beam), rows in _grouped(run["rates"]):
        yield f"## Windows a second: {shape}, {_decoding(beam)}\n"
        yield f"Chunks of 5 to 30 s, {run['chunk_s']:.1f} s in the mean. {_caveat(run)}\n"
        yield from _header(
            "", "windows/s", "audio s per s", "p50 ms", "p95 ms", "p99 ms", "batch", "fill"
        )
        for row in rows:
            median = statistics.median(row["windows_per_s"])
            latency = [_number(row["latency_ms"].get(f"p{at}"), ".0f") for at in (50, 95, 99)]
            cells = [
                _WHAT[row["name"]].format(load=row["load"]),
                _spread(row["windows_per_s"], ".2f"),
                f"{median * run['chunk_s']:.0f}",
                *latency,
                _number(row["batch_rows"], ".1f"),
                _number(row["batch_fill"], ".0%"),
            ]
            yield f"| {' | '.join(cells)} |"
        yield ""
        yield from _goals(rows)


def _goals(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    best = {
        name: max(statistics.median(row["windows_per_s"]) for row in of_name)
        for name, of_name in groupby(rows, lambda row: row["name"])
    }
    for name, goal in (("bare", BARE_GOAL), ("plain", PLAIN_GOAL)):
        if {name, "ours"} <= best.keys():
            ratio = best["ours"] / best[name]
            reached = "reached" if ratio >= goal else "**missed**"
            what = {"bare": "the bare loop's best", "plain": "faster-whisper's"}[name]
            yield f"- our best to {what}: **{ratio:.2f}** (goal: {goal:g} or more; {reached})"
    yield ""


def _lone(run: Mapping[str, Any]) -> Iterator[str]:
    lone = [row for row in run["rates"] if row["name"] != "bare" and row["load"] == 1]
    if not lone:
        return
    yield "## One lone clip\n"
    yield f"When nothing else is done, the way to the engine's process included. {_caveat(run)}\n"
    yield from _header("model", "decoding", "", "p50 ms", "p95 ms", "p99 ms")
    for row in lone:
        latency = " | ".join(f"{row['latency_ms'][f'p{at}']:.1f}" for at in (50, 95, 99))
        what = _WHAT[row["name"]].format(load=1)
        yield f"| {row['shape']} | {_decoding(row['beam'])} | {what} | {latency} |"
    yield ""


def _files(run: Mapping[str, Any]) -> Iterator[str]:
    if not run["files"]:
        return
    yield "## Whole recordings from files\n"
    yield "Opus and MP3 of 5 to 60 s, looped demo speech, through our whole step: fetch, confined"
    yield "decoding, voice activity, features, batches; without words' times and without Kafka."
    yield "Their language is given and loops are let stand, so that each chunk is heard once."
    yield f"Processor time is of the worker and all its processes. {_caveat(run)}\n"
    yield from _header(
        "model", "decoding", "files", "audio s per s", "windows/s", "CPU s per hour of audio"
    )
    for row in run["files"]:
        speed = [row["audio_s"] / took_s for took_s in row["took_s"]]
        pairs = zip(row["windows"], row["took_s"], strict=True)
        cells = [
            row["shape"],
            _decoding(row["beam"]),
            f"{row['files']} ({row['audio_s'] / 60:.0f} min)",
            _spread(speed, ".0f"),
            _spread([windows / took_s for windows, took_s in pairs], ".2f"),
            _spread([3600 * cpu_s / row["audio_s"] for cpu_s in row["cpu_s"]], ".0f"),
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _parts(run: Mapping[str, Any]) -> Iterator[str]:
    for (shape, beam), rows in _grouped(run["parts"]):
        yield f"## The model's halves: {shape}, {_decoding(beam)}\n"
        yield "The encoder's time has the copy of its output to the host in it, so the share of the"
        yield "GPU's peak is the least that it can be. Memory is all that is in use on the GPU"
        yield f"after that batch size, which includes what smaller ones took. {_caveat(run)}\n"
        yield from _header(
            "batch", "encoder ms/window", "share of peak", "decoder ms/step", "GPU memory, MB"
        )
        for row in rows:
            if row["too_little_memory"]:
                yield f"| {row['rows']} | too little memory | | | |"
                continue
            cells = [
                str(row["rows"]),
                _spread(row["encoder_ms"], ".2f"),
                _number(_share(run, row), ".0%"),
                _spread(row["step_ms"], ".3f"),
                _number(row["memory_mb"], ".0f"),
            ]
            yield f"| {' | '.join(cells)} |"
        yield ""


def _share(run: Mapping[str, Any], row: Mapping[str, Any]) -> float | None:
    """Return the share of the GPU's peak at which the encoder works, where both are known."""
    work, peak = run["encoder_tflop"][row["shape"]], run["gpu"]["peak_tflops"]
    if work is None or peak is None:
        return None
    return float(work / (statistics.median(row["encoder_ms"]) / 1000) / peak)


def _caveat(run: Mapping[str, Any]) -> str:
    gpu = run["gpu"]["name"] or ("a processor" if run["gpu"]["device"] == "cpu" else "unknown GPU")
    return (
        f"Random weights, {run['tokens']} tokens a window whatever is said: no WER, no fallback, "
        f"no early end. {gpu}, {run['date'][:10]}, commit {run['commit']}."
    )


def _decoding(beam: int) -> str:
    return "greedy" if beam == 1 else f"beam {beam}"


def _grouped(
    rows: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[tuple[str, int], list[Mapping[str, Any]]]]:
    for key, group in groupby(rows, lambda row: (row["shape"], row["beam"])):
        yield key, list(group)


def _spread(values: Sequence[float], form: str) -> str:
    low, high = min(values), max(values)
    return f"**{statistics.median(values):{form}}** ({low:{form}}-{high:{form}})"


def _number(value: float | None, form: str) -> str:
    return "" if value is None else f"{value:{form}}"


def _header(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"


def _foot(run: Mapping[str, Any], name: str) -> Iterator[str]:
    gpu, machine = run["gpu"], run["machine"]
    yield f"{run['date']}, commit {run['commit']}, `{name}`, {run['seconds']:.0f} s."
    if gpu["device"] == "cuda":
        peak = "unknown" if gpu["peak_tflops"] is None else f"{gpu['peak_tflops']:g} TFLOPS"
        yield f"{gpu['name']}, driver {gpu['driver']}, {gpu['memory']}, peak (float16) {peak}."
    yield f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, load before"
    yield f"{machine['load_before']}."
    yield ", ".join(f"{name} {version}" for name, version in run["versions"].items()) + "."
