"""The benchmark of the offline writer: `python -m benchmarks.offline_writer.run --help`."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.offline_writer.dates import date_rows
from benchmarks.offline_writer.labels import KINDS, recordings
from benchmarks.offline_writer.page import page
from benchmarks.offline_writer.score import Tally, scored
from benchmarks.offline_writer.speed import speed
from benchmarks.speech.result import RESULTS, commit, machine

LANGUAGES = ("en", "de", "es")


def main() -> None:
    """Score both halves of every language, measure speed, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--no-speed", action="store_true", help="score only")
    parser.add_argument("--faults", action="store_true", help="print those of the half tuned on")
    arguments = parser.parse_args()
    tallies = {
        (language, held): scored(one for one in recordings(language) if one.held is held)
        for language in LANGUAGES
        for held in (False, True)
    }
    if arguments.faults:
        seen = (tally for (_, held), tally in tallies.items() if not held)
        print("\n".join(fault for tally in seen for fault in tally.faults))
        return
    run: dict[str, object] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
        "scores": [
            row
            for (language, held), tally in tallies.items()
            for row in _rows(language, held, tally)
        ],
        "traps": [
            {
                "language": language,
                "held": held,
                "why": why,
                "set": count,
                "fallen": tally.fallen[why],
            }
            for (language, held), tally in tallies.items()
            for why, count in sorted(tally.traps.items())
        ],
        "dates": [asdict(row) for row in date_rows(LANGUAGES)],
        "speed": [] if arguments.no_speed else [asdict(row) for row in speed(LANGUAGES)],
    }
    _write(run, arguments.results)


def _rows(language: str, held: bool, tally: Tally) -> list[dict[str, object]]:  # noqa: FBT001 - which half
    return [
        {
            "language": language,
            "held": held,
            "kind": kind,
            "labels": tally.found[kind] + tally.missed[kind],
            "found": tally.found[kind],
            "wrong": tally.wrong[kind],
            "precision": round(tally.precision(kind), 3),
            "recall": round(tally.recall(kind), 3),
            "dated": tally.dates[kind],
            "dates_right": tally.dates_right[kind],
        }
        for kind in KINDS
    ]


def _write(run: dict[str, object], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"offline-writer-{str(run['date'])[:10]}.json"
    content = json.dumps(run, indent=2)
    file.write_text(content + "\n", encoding="utf-8")
    table = folder / "offline-writer.md"
    table.write_text(page(json.loads(content), file.name), encoding="utf-8")
    print(table.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
