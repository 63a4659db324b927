"""The tables of a run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_HEAD = """# The offline writer

Written by `scripts/bench_offline` (`benchmarks/offline_writer`, which says what counts as found).
42 recordings a language, written before the rules were looked at; half of them were *seen* while
the rules were tuned; the faults of the *unseen* half were never printed, but its sums were watched,
and the fall of one led to a fix. One author wrote both halves and the rules, so other people's
words will do worse than either.
"""

_TRAPS = """
## Traps

Sentences that hold no item of a kind but look as if they did, both halves together.
"""

_DATES = """
## Phrases about time

`labelled/dates.yaml`, written before `when.py` was; our rules were written with it in view, the
libraries were not.
"""

_SPEED = """
## Speed

On one core; the labelled recordings strung together, 150 words a minute. Peak: what one entry takes
beside its transcript, counted by tracemalloc.
"""


def page(run: Mapping[str, Any], name: str) -> str:
    """Return the tables of *run*, which the file *name* holds."""
    lines = [_HEAD, *_scores(run), _TRAPS, *_traps(run), _DATES, *_dates(run)]
    if run["speed"]:
        lines += [_SPEED, *_speed(run)]
    return "\n".join([*lines, "", _foot(run, name), ""])


def _header(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"


def _scores(run: Mapping[str, Any]) -> Iterator[str]:
    yield from _header(
        "", "kind", "labels seen", "precision", "recall", "labels unseen", "precision", "recall"
    )
    rows = {(row["language"], row["kind"], row["held"]): row for row in run["scores"]}
    for (language, kind, held), row in rows.items():
        if not held:
            unseen = rows[language, kind, True]
            yield f"| {language} | {kind} | {_score(row)} | {_score(unseen)} |"
    yield ""
    for what, kind in (("dues", "action_items"), ("days and hours of events", "events")):
        halves = [
            [r for r in rows.values() if r["kind"] == kind and r["held"] is h]
            for h in (False, True)
        ]
        right = [f"{_sum(half, 'dates_right')} of {_sum(half, 'dated')}" for half in halves]
        yield f"Right {what}, of items found: {right[0]} seen, {right[1]} unseen.  "


def _score(row: Mapping[str, Any]) -> str:
    return f"{row['labels']} | {row['precision']:.2f} | {row['recall']:.2f}"


def _sum(rows: Sequence[Mapping[str, Any]], key: str) -> int:
    return sum(row[key] for row in rows)


def _traps(run: Mapping[str, Any]) -> Iterator[str]:
    yield from _header("", *run_languages(run))
    for why in sorted({row["why"] for row in run["traps"]}):
        cells = []
        for language in run_languages(run):
            rows = [r for r in run["traps"] if (r["why"], r["language"]) == (why, language)]
            cells.append(f"{_sum(rows, 'fallen')} of {_sum(rows, 'set')} fallen into")
        yield f"| {why} | {' | '.join(cells)} |"


def run_languages(run: Mapping[str, Any]) -> list[str]:
    """Return the languages of *run* in its order."""
    return list(dict.fromkeys(row["language"] for row in run["scores"]))


def _dates(run: Mapping[str, Any]) -> Iterator[str]:
    yield from _header("", "", "right", "made up", "ms each")
    for row in run["dates"]:
        right = f"{row['right']} of {row['phrases']}"
        made_up = f"{row['made_up']} of {row['no_time']}"
        yield f"| {row['reader']} | {row['language']} | {right} | {made_up} | {row['ms_each']} |"


def _speed(run: Mapping[str, Any]) -> Iterator[str]:
    yield from _header("", "minutes", "words", "s an entry", "entries/s", "peak MiB")
    for row in run["speed"]:
        cells = (row[key] for key in ("minutes", "words", "seconds", "entries_per_s", "peak_mib"))
        yield f"| {row['language']} | {' | '.join(f'{cell:,}' for cell in cells)} |"


def _foot(run: Mapping[str, Any], name: str) -> str:
    machine = run["machine"]
    where = f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_before']} before"
    return f"{run['date'][:10]}, commit {run['commit']}, [{name}]({name}); {where}."
