"""Decode recordings damaged by chance: `python -m benchmarks.fuzz.run --files 2000 --seed 1`."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from agents.errors import ChildDied, PipelineError
from agents.transcriber.decoding.decoder import DecodeLimits
from benchmarks.fuzz import result as results
from benchmarks.fuzz.mutations import hostile_files, mutated, odd_files, valid_files
from benchmarks.fuzz.result import Decoded, Result
from tests.support.decoders import WatchedDecoders
from tests.support.memory import forget_peak, peak_bytes

_MAX_S = 600.0
"""Longest recording: a flood that chance makes is not waited for."""

_KEPT = Path("build/fuzz")


def main() -> int:
    """Run, print and write what came of it; 1 if anything hurt the worker."""
    arguments = _parser().parse_args()
    seed = Random().randrange(1 << 32) if arguments.seed is None else arguments.seed
    if arguments.only is not None:
        return _show(seed, arguments.only)
    files = hostile_files() if arguments.hostile else _damaged(seed, arguments.files)
    result = Result(date=datetime.now(UTC).isoformat(timespec="seconds"), seed=seed)
    forget_peak()
    before, began_s = peak_bytes(), time.monotonic()
    with WatchedDecoders(DecodeLimits(max_s=_MAX_S)) as decoders:
        for number, (name, content) in enumerate(files):
            decoded = _decoded(decoders, number, name, content)
            if decoded.is_finding:
                _keep(seed, number, content)
            result.note(decoded)
    result.seconds = round(time.monotonic() - began_s, 1)
    result.worker_growth_bytes = peak_bytes() - before
    path = results.write(result, arguments.results)
    print(path.read_text())
    return 0


def _damaged(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Return the files to come; what they are made of is made now, and no growth of the worker."""
    valid, odd = valid_files(), odd_files()
    return (mutated(valid, odd, _chance(seed, number)) for number in range(count))


def _chance(seed: int, number: int) -> Random:
    return Random(f"{seed}-{number}")


def _decoded(decoders: WatchedDecoders, number: int, name: str, content: bytes) -> Decoded:
    """Decode *content* in a process of its own."""
    began_s, heard, said = time.monotonic(), 0, ""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        decoding = decoders.begin(file)
        try:
            for block in decoding:
                heard += len(block)
            end = " ".join(["ok", *sorted(decoding.info.warnings)])
        except ChildDied as error:
            end = f"died: signal {error.ended_by}" if error.ended_by else "died"
            said = str(error)
        except PipelineError as error:
            end, said = error.reason, str(error)
    wall_s = time.monotonic() - began_s
    peaks = [ended.peak_bytes for ended in decoders.endings()]
    return Decoded(
        number=number,
        name=name,
        end=end,
        said=said,
        wall_s=round(wall_s, 3),
        peak_bytes=max(peaks, default=0),
    )


def _keep(seed: int, number: int, content: bytes) -> None:
    _KEPT.mkdir(parents=True, exist_ok=True)
    (_KEPT / f"{seed}-{number}.bin").write_bytes(content)


def _show(seed: int, number: int) -> int:
    """Decode one file again, and keep it."""
    name, content = mutated(valid_files(), odd_files(), _chance(seed, number))
    _keep(seed, number, content)
    with WatchedDecoders(DecodeLimits(max_s=_MAX_S)) as decoders:
        print(_decoded(decoders, number, name, content))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--seed", type=int, help="one of chance if left out")
    parser.add_argument("--only", type=int, help="decode just the file of this number")
    parser.add_argument(
        "--hostile", action="store_true", help="decode the hostile files, as they are, instead"
    )
    parser.add_argument("--results", type=Path, default=results.RESULTS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
