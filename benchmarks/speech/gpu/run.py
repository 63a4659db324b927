"""The speech benchmark on a GPU: `python -m benchmarks.speech.gpu.run --help`."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from agents.transcriber.engines.faster_whisper_model import load_model
from agents.transcriber.models import ModelSource
from benchmarks.speech.gpu.bare_loop import BareLoop
from benchmarks.speech.gpu.contenders import bare, by_turns, plain
from benchmarks.speech.gpu.device import describe, gpus
from benchmarks.speech.gpu.end_to_end import FilesRow, measure_files
from benchmarks.speech.gpu.ours import fixed_length_child, ours, windows_for
from benchmarks.speech.gpu.parts import PartsRow, measure_parts
from benchmarks.speech.gpu.result import GpuResult, ResultFiles
from benchmarks.speech.gpu.shapes import SHAPES, ModelShape, build
from benchmarks.speech.gpu.workload import length_s, make_chunks, make_files, seconds
from benchmarks.speech.result import RESULTS

PARTS = ("halves", "rates", "files")
CHUNKS = 64
BARE_ROWS_AT_LEAST = 16
"""Smaller batches are no ceiling to ours."""

NO_GPU = 3
"""Exit code: what is needed is not there."""


class GpuBenchmark:
    """One run: every shape, greedy and with beams, each part that is asked for."""

    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self._asked = arguments
        self._models = arguments.models or folder / "models"
        self._chunks = make_chunks(CHUNKS)
        self._recordings = make_files(folder / "files", arguments.files)
        self._began = time.monotonic()
        self._result = GpuResult(
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            gpu=describe(arguments.device),
            rounds=arguments.rounds,
            chunk_s=seconds([chunk.samples for chunk in self._chunks]) / CHUNKS,
            encoder_tflop={name: SHAPES[name].encoder_tflop for name in arguments.shapes},
        )
        self._files = ResultFiles(arguments.results or RESULTS, self._result.date[:10])

    def run(self) -> Path:
        """Measure everything, writing down what there is after each part; return the tables."""
        for name in self._asked.shapes:
            print(f"{name}: the model is made", flush=True)
            folder = build(SHAPES[name], self._models / f"random-{name}")
            for beam in self._asked.beams:
                with fixed_length_child(beam):
                    self._measure(SHAPES[name], folder, beam)
        self._result.complete = True
        self._write()
        return self._files.table

    def _measure(self, shape: ModelShape, folder: Path, beam: int) -> None:
        whisper = load_model(folder, self._asked.device)
        loop = BareLoop(whisper, self._chunks, beam)
        halves = measure_parts(loop, self._asked.batches, self._rounds_of("halves"), shape.name)
        if "halves" in self._asked.parts:
            self._result.parts += halves
            self._write()
        if "rates" in self._asked.parts:
            source = ModelSource(name=folder.name, folder=folder)
            device, in_flight = self._asked.device, self._asked.in_flight
            with ours(source, device, self._chunks, in_flight) as under_load:
                everyone = [bare(loop, rows, windows_for(rows)) for rows in _ceiling(halves)]
                everyone += [plain(whisper, self._chunks, beam), *under_load]
                self._result.rates += by_turns(everyone, self._asked.rounds, shape.name, beam)
            self._write()
        whisper.model.unload_model()
        if "files" in self._asked.parts:
            self._measure_files(shape, folder, beam)

    def _measure_files(self, shape: ModelShape, folder: Path, beam: int) -> None:
        files = self._recordings
        audio_s = sum(map(length_s, files))
        row = FilesRow(shape=shape.name, beam=beam, files=len(files), audio_s=audio_s)
        asyncio.run(measure_files(row, folder, files, self._asked.rounds))
        self._result.files.append(row)
        self._write()

    def _rounds_of(self, part: str) -> int:
        """Return the rounds of *part*: none, which still warms up, where it is not asked for."""
        return int(self._asked.rounds) if part in self._asked.parts else 0

    def _write(self) -> None:
        self._result.seconds = round(time.monotonic() - self._began, 1)
        self._files.write(self._result)


def _ceiling(halves: list[PartsRow]) -> list[int]:
    """Return the batch sizes of the bare loop: the large ones that there is memory for."""
    fits = [row.rows for row in halves if not row.too_little_memory]
    return [rows for rows in fits if rows >= BARE_ROWS_AT_LEAST] or fits[-1:]


def main() -> int:
    """Measure what is asked for, write it down, and return the exit code."""
    arguments = _arguments()
    if arguments.device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""  # also to the engine's process
    elif gpus() == 0:
        print(
            "bench-gpu needs an NVIDIA GPU that CTranslate2 can use, and there is none here; "
            "--device cpu --shapes tiny --rounds 1 --results FOLDER rehearses it without.",
            file=sys.stderr,
        )
        return NO_GPU
    with tempfile.TemporaryDirectory(prefix="bench-gpu-") as folder:
        table = GpuBenchmark(arguments, Path(folder)).run()
    print(table.read_text())
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure our speech engine on an NVIDIA GPU.")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--shapes", nargs="+", choices=tuple(SHAPES), default=["large-v3", "turbo"])
    parser.add_argument("--beams", nargs="+", type=int, default=[1, 5])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 2, 4, 8, 16, 32, 64])
    parser.add_argument("--in-flight", nargs="+", type=int, default=[1, 4, 16, 64, 256])
    parser.add_argument("--files", type=int, default=96, help="recordings of 5 to 60 s (96)")
    parser.add_argument("--rounds", type=int, default=5, help="by turns (5)")
    parser.add_argument("--models", type=Path, help="keep the models here, 5 GB")
    parser.add_argument("--results", type=Path, help="(benchmarks/results)")
    arguments = parser.parse_args()
    if arguments.device == "cpu" and _is_ours(arguments.results):
        parser.error("--device cpu is a rehearsal: --results must name a folder of its own")
    return arguments


def _is_ours(folder: Path | None) -> bool:
    return folder is None or folder.resolve().is_relative_to(RESULTS.resolve())


if __name__ == "__main__":
    sys.exit(main())
