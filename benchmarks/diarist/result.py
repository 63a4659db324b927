"""What was found, as a JSON file of the day, and the newest of each part as tables.

Parts are measured together or on their own; each tells when, and how busy the machine was.
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from benchmarks.diarist.tables import page
from benchmarks.speech.result import commit, machine

RESULTS = Path(__file__).parents[1] / "results"
PACKAGES = ("anthropic", "openai", "redis", "aiokafka", "pydantic")


def measured(name: str, measure: Callable[[], Sequence[Any]], folder: Path) -> Path:
    """Measure one part and write it down; return the file of the tables."""
    load_before, began = os.getloadavg()[0], time.monotonic()
    rows = [asdict(row) for row in measure()]
    part = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "load_before": round(load_before, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "seconds": round(time.monotonic() - began, 1),
        "rows": rows,
    }
    return _write(name, part, folder)


def _write(name: str, part: dict[str, Any], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    day = part["at"][:10]
    file = folder / f"diarist-{day}.json"
    run = json.loads(file.read_text()) if file.exists() else {"date": day, "parts": {}}
    run["machine"] = {key: value for key, value in machine().items() if key != "load_before"}
    run["versions"] = {"Python": python_version(), **{one: version(one) for one in PACKAGES}}
    run["parts"][name] = part
    file.write_text(json.dumps(run, indent=2) + "\n")
    table = folder / "diarist.md"
    table.write_text(page(run, file.name))
    return table
