"""The tables of a day's parts."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, Any]]

_HEAD = """# The diarist

Written by `scripts/bench_diarist` (`benchmarks/diarist`). Speech is made up: segments of 6 to 9
seconds, 150 words a minute, in English, German and Spanish, every recording another. Models are
scripted; SDKs, broker, workers and working memory are real. Rows of a table are measured by turns
on a machine that others use: compare them with each other, and CPU time with CPU time.
"""

_CONCURRENCY = """A call takes the scripted provider 200 ms: *n* in flight allow five times *n*
entries a second. The limit of calls at once begins at 4 and grows by one with each window of
answers: that is the warm-up. *Late* is by how much the provider, on the same cores, missed its
time.
"""

_COST = """Prompt tokens by our own estimate, which is rather too high; a reply is taken to have
1,500 tokens. A replay is the same transcript again.
"""

_MEMORY = """Recordings of two sentences each, 16 at once, each kind in a process of its own. Warm
is after a tenth. *Strangers* are people who come once, so that each has an account of the day.
"""


def page(run: Mapping[str, Any], name: str) -> str:
    """Return the tables of *run*, which the file *name* holds."""
    lines = [_HEAD]
    for part, (title, table) in _TABLES.items():
        if part in run["parts"]:
            found = run["parts"][part]
            lines += [f"## {title}\n", *table(found["rows"]), "", _measured(found)]
    return "\n".join([*lines, _foot(run, name)])


def _measured(part: Mapping[str, Any]) -> str:
    return (
        f"Measured {part['at']} in {part['seconds']:.0f} s, commit {part['commit']}, "
        f"load {part['load_before']} before and {part['load_after']} after."
        f"{' ' + part['note'] if 'note' in part else ''}\n"
    )


def _offline(rows: Rows) -> Iterator[str]:
    yield from _header("", "minutes of speech", "entries/s", "all rounds", "CPU ms an entry")
    for row in rows:
        rates = row["entries_per_s"]
        yield (
            f"| {row['what']} | {row['minutes']:g} | **{statistics.median(rates):.1f}** "
            f"| {', '.join(f'{rate:.1f}' for rate in rates)} "
            f"| {statistics.median(row['cpu_ms_per_entry']):.1f} |"
        )


def _concurrency(rows: Rows) -> Iterator[str]:
    yield _CONCURRENCY
    yield from _header(
        "",
        "SDK",
        "memory",
        "in flight",
        "allowed/s",
        "warm-up",
        "steady/s",
        "of allowed",
        "of the SDK alone",
        "CPU ms an entry",
        "late ms",
    )
    alone = {(row["provider"], row["in_flight"]): row for row in rows if not row["memory"]}
    for row in rows:
        bare = alone[row["provider"], row["in_flight"]]["steady_per_s"]
        yield (
            f"| {row['what']} | {row['provider']} | {row['memory']} | {row['in_flight']} "
            f"| {row['allowed_per_s']:g} | {row['warm_up_per_s']:.1f}/s, {row['warm_up_s']:.1f} s "
            f"| **{row['steady_per_s']:.1f}** | {row['steady_per_s'] / row['allowed_per_s']:.2f} "
            f"| {row['steady_per_s'] / bare:.2f} | {row['cpu_ms_per_entry']:.1f} "
            f"| {row['provider_late_ms']:.1f} |"
        )


def _cost(rows: Rows) -> Iterator[str]:
    yield _COST
    yield from _header(
        "hours",
        "language",
        "model",
        "words",
        "calls",
        "prompt tokens",
        "largest prompt",
        "cost, millionths of USD",
        "an hour",
        "calls of a replay",
    )
    for row in rows:
        yield (
            f"| {row['hours']:g} | {row['language']} | {row['model']} | {row['words']} "
            f"| {row['calls']} | {row['prompt_tokens']} | {row['prompt_tokens_max']} "
            f"| **{row['cost_micros']}** | {row['cost_micros'] / row['hours']:.0f} "
            f"| {row['replay_calls']} |"
        )


def _memory(rows: Rows) -> Iterator[str]:
    yield _MEMORY
    yield from _header("writer", "entries", "warm MB", "each tenth, MB", "end MB", "objects more")
    for row in rows:
        grown = ", ".join(f"{name} {more}" for name, more in list(row["grown"].items())[:4])
        yield (
            f"| {row['kind']} | {row['entries']} | {row['warm_mb']:.0f} "
            f"| {', '.join(f'{one:.0f}' for one in row['tenths_mb'])} | **{row['end_mb']:.0f}** "
            f"| {grown} |"
        )


def _long_day(rows: Rows) -> Iterator[str]:
    yield from _header(
        "",
        "writer",
        "s",
        "calls",
        "largest prompt, tokens",
        "peak MB",
        "longest halt of the loop, s",
        "CPU s of it",
        "all halts, s",
        "cites of the story, from and to",
    )
    for row in rows:
        yield (
            f"| {row['what']} | {row['writer']}{', stands in' if row['fallback'] else ''} "
            f"| **{row['seconds']:.1f}** | {row['calls']} | {row['prompt_tokens_max']} "
            f"| {row['peak_mb']:.0f} | **{row['loop_longest_s']:.2f}** "
            f"| {row['loop_longest_cpu_s']:.2f} | {row['loop_halted_s']:.1f} "
            f"| {row['cites']}, {row['cited_from']:.0%} to {row['cited_to']:.0%} |"
        )


_TABLES = {
    "offline": ("Without a model", _offline),
    "concurrency": ("A provider of 200 ms a call", _concurrency),
    "long_day": ("Ten hours of speech, and one word", _long_day),
    "cost": ("What speech costs", _cost),
    "memory": ("Memory over many entries", _memory),
}


def _header(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"


def _foot(run: Mapping[str, Any], name: str) -> str:
    machine, found = run["machine"], ", ".join(f"{k} {v}" for k, v in run["versions"].items())
    return f"`{name}`. {machine['cpu']}, {machine['cores']} cores, {machine['system']}. {found}.\n"
