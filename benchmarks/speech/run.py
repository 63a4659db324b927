"""The speech benchmark on a CPU: `python -m benchmarks.speech.run --help`."""

import argparse
import asyncio
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from agents.settings import load_settings
from benchmarks.speech.clips import make_clips
from benchmarks.speech.contenders import contenders
from benchmarks.speech.fairness import fairness
from benchmarks.speech.measure import by_turns, lone_clip
from benchmarks.speech.memory import memory_by_length
from benchmarks.speech.pipeline import pipeline
from benchmarks.speech.result import RESULTS, Result, commit, machine, versions, write

PARTS = ("throughput", "pipeline", "lone", "fairness", "memory")


def main() -> None:
    """Measure what is asked for, and write it down."""
    arguments = _arguments()
    began = time.monotonic()
    result = Result(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        clips=0,
        commit=commit(),
        machine=machine(),
        versions=versions(),
    )
    folder = Path(tempfile.mkdtemp(prefix="bench-speech-"))
    try:
        _measure(result, folder, arguments)
    finally:
        shutil.rmtree(folder)
    result.seconds = round(time.monotonic() - began, 1)
    print(write(result, arguments.results).read_text())


def _measure(result: Result, folder: Path, arguments: argparse.Namespace) -> None:
    settings = load_settings(state_dir=folder / "state", audio_roots=(str(folder / "clips"),))
    clips = make_clips(folder / "clips")[: arguments.clips]
    result.clips = len(clips)
    if "throughput" in arguments.parts:
        with contenders(settings) as everyone:
            result.throughput = by_turns(everyone, clips, arguments.rounds)
    if "pipeline" in arguments.parts:
        result.pipeline = pipeline(folder, clips, arguments.rounds)
    if "lone" in arguments.parts:
        result.lone = lone_clip(settings, clips[:60])
    if "fairness" in arguments.parts:
        result.fairness = asyncio.run(fairness(settings, clips[:30], arguments.hours))
    if "memory" in arguments.parts:
        hours = arguments.hours
        result.memory = memory_by_length({1: "demo", 10: "demo"})
        result.memory += memory_by_length({1: "instant", 60: "instant", hours * 60: "instant"})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure speech on this machine's processor.")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--clips", type=int, default=74, help="at most so many (74)")
    parser.add_argument("--rounds", type=int, default=5, help="by turns (5)")
    parser.add_argument("--hours", type=float, default=10, help="of the long recording (10)")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
