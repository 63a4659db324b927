"""What a run found, as a JSON file, and all of them as a table."""

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from benchmarks.chaos_diarist.checker import Verdict
from benchmarks.markdown import table

RESULTS = Path(__file__).parents[1] / "results"


@dataclass(slots=True, kw_only=True)
class Result:
    """One run."""

    date: str
    seed: int
    memory: str
    sabotage: str | None
    machine: str
    commit: str
    workers: int
    recordings: int
    seconds: float = 0.0
    feeding_and_faults_s: float = 0.0
    settled_after_s: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    crashes: list[str] = field(default_factory=list)
    """Workers that ended without having been killed, with their exit code."""
    stops: list[tuple[int, float]] = field(default_factory=list)
    """Exit code and seconds of each worker that was told to stop at the end."""
    lag: dict[str, int] = field(default_factory=dict)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def problems(self) -> list[str]:
        """Return what is not as promised, a line each."""
        found = {
            f"lag {self.lag}": any(self.lag.values()),
            f"crashes: {self.crashes}": self.crashes,
            f"ends: {self.stops}": any(code for code, _ in self.stops),
        }
        return [*self.verdict.problems, *(line for line, wrong in found.items() if wrong)]


def write(result: Result, folder: Path) -> Path:
    """Write *result*, and the table of all results beside it; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "-".join(filter(None, (result.memory, result.sabotage, result.date[:10])))
    path = folder / f"chaosdiarist-{name}-{result.seed}.json"
    row = {**_plain(result), "verdict": _plain(result.verdict), "problems": result.problems}
    path.write_text(json.dumps(row, indent=2) + "\n")
    rows = [json.loads(file.read_text()) for file in folder.glob("chaosdiarist-*.json")]
    table = _table(sorted(rows, key=lambda one: str(one["date"])))
    (folder / "chaos-diarist.md").write_text(table)
    return path


def _plain(values: Result | Verdict) -> dict[str, Any]:
    return {one.name: getattr(values, one.name) for one in fields(values)}


_HEAD = """\
# Chaos among diarists

Written by `make chaos-diarist` (`benchmarks/chaos_diarist`) from the JSON files beside it. Real
diarists, a broker, a scripted provider that keeps a book, working memory in Redis or SQLite.
Workers and Redis are killed (-9); the provider refuses connections, fails (503) or hangs. Beside
that each recording has a fate of its own there: asked to wait, failed, cut, useless, truncated,
refused.

*Paid again*: questions that had been answered well and were asked once more, by what came between.
*Unlisted*: calls that may cost and that no entry tells of, by what may have hidden them. *Lost*:
calls that entries list although nobody knows their end, at the worst that they may have cost.
*Charged* and *told*, in millionths of a dollar: what the provider charges by its book, and what
entries say; *below*: what is missing in those entries that say too little. A row with `sabotage`
is a negative control: workers broken on purpose, which the checker has to catch.

"""

_COLUMNS = (
    "date",
    "commit",
    "memory",
    "seed",
    "recordings",
    "kill",
    "refused",
    "failing",
    "hanging",
    "redis",
    "by a model",
    "made up for",
    "stood in for",
    "**missing**",
    "**wrong**",
    "dead letters",
    "calls",
    "charged calls",
    "paid again",
    "lost",
    "**unlisted**",
    "charged",
    "told",
    "below",
    "s",
    "problems",
)


def _table(rows: list[dict[str, Any]]) -> str:
    return _HEAD + table(_COLUMNS, map(_cells, rows))


def _cells(row: dict[str, Any]) -> list[object]:
    verdict = row["verdict"]
    sabotage = f", sabotage: {row['sabotage']}" if row["sabotage"] else ""
    return [
        row["date"],
        row["commit"],
        row["memory"] + sabotage,
        row["seed"],
        row["recordings"],
        *(row["faults"].get(kind, 0) for kind in _COLUMNS[5:10]),
        verdict["by_model"],
        verdict["made_up_for"],
        verdict["stood_in_for"],
        verdict["missing"],
        len(verdict["wrong"]),
        verdict["dead_letters"],
        verdict["calls"],
        verdict["charged"],
        _counts(verdict["paid_again"]),
        verdict["listed"].get("lost", 0),
        _counts(verdict["unlisted"]),
        verdict["charged_micros"],
        verdict["told_micros"],
        verdict["below_micros"],
        round(row["seconds"]),
        len(row["problems"]),
    ]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} ({reason})" for reason, count in counts.items()) or "0"
