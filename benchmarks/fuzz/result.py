"""What a run found, as a JSON file and a table."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import av

from benchmarks.markdown import table

RESULTS = Path(__file__).parents[1] / "results"

_PAGE = """\
# Decoding what chance made of recordings

Written by `make fuzz-decoder` (`benchmarks/fuzz`): valid recordings of every format, and the
hostile files of `tests/support/hostile_files.py`, with bits flipped, fields replaced, pieces
removed, repeated and spliced, each decoded in a confined process of its own. Any of them is made
again, decoded and kept in `build/fuzz` by
`scripts/fuzz_decoder --seed {result.seed} --only NUMBER`.

{result.date}, seed {result.seed}: {result.files:,} files in {result.seconds:.0f} s. Largest decoder
{largest_mib} MiB, what it shares with its parent included (number {result.largest}).
The worker grew by {growth_mib} MiB at most, and went on to the end.

{ends}
## Findings

Files that killed their decoder, or met an error of no known kind.

{findings}
## Slowest

{slowest}
PyAV {result.pyav}, libavcodec {result.libavcodec}; {result.machine}.
"""

Row: TypeAlias = Sequence[object]

_EXPECTED = ("ok", "audio-")
_SLOWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """How one damaged file ended."""

    number: int
    name: str
    end: str
    said: str
    wall_s: float
    peak_bytes: int

    @property
    def is_finding(self) -> bool:
        """Whether it ended as no file should: its process died, or the decoder failed."""
        return not self.end.startswith(_EXPECTED)


@dataclass(slots=True, kw_only=True)
class Result:
    """One run."""

    date: str
    seed: int
    files: int = 0
    seconds: float = 0.0
    ends: dict[str, int] = field(default_factory=dict)
    findings: list[Decoded] = field(default_factory=list)
    slowest: list[Decoded] = field(default_factory=list)
    largest_bytes: int = 0
    largest: str = ""
    worker_growth_bytes: int = 0
    machine: str = ""
    pyav: str = av.__version__
    libavcodec: str = ".".join(map(str, av.library_versions["libavcodec"]))

    def note(self, decoded: Decoded) -> None:
        """Count *decoded*."""
        self.files += 1
        self.ends[decoded.end] = self.ends.get(decoded.end, 0) + 1
        if decoded.is_finding:
            self.findings.append(decoded)
        if decoded.peak_bytes > self.largest_bytes:
            self.largest_bytes = decoded.peak_bytes
            self.largest = f"{decoded.number}, of {decoded.name}: {decoded.end}"
        slowest = sorted([*self.slowest, decoded], key=lambda one: -one.wall_s)
        self.slowest = slowest[:_SLOWEST]


def write(result: Result, folder: Path) -> Path:
    """Write *result* and its table to *folder*; return the table's file."""
    folder.mkdir(parents=True, exist_ok=True)
    result.machine = (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    (folder / "fuzz-decoder.json").write_text(json.dumps(asdict(result), indent=2) + "\n")
    path = folder / "fuzz-decoder.md"
    path.write_text(_page(result))
    return path


def _page(result: Result) -> str:
    findings = [
        (one.number, one.name, one.end, one.said.replace("|", "\\|")) for one in result.findings
    ]
    found = table(("number", "made of", "end", "said"), findings) if findings else "None.\n"
    ends = sorted(result.ends.items(), key=itemgetter(1), reverse=True)
    slowest = [(one.number, one.name, one.end, f"{one.wall_s:.2f}") for one in result.slowest]
    return _PAGE.format(
        result=result,
        largest_mib=result.largest_bytes >> 20,
        growth_mib=result.worker_growth_bytes >> 20,
        ends=table(("end", "files"), ends),
        findings=found,
        slowest=table(("number", "made of", "end", "s"), slowest),
    )
