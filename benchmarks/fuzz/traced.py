"""Decode the hostile files under strace: `python -m benchmarks.fuzz.traced`. Linux, with strace.

Says which system calls decoders tried after they were confined, beside those to read their file,
to get memory and to speak to their worker: files, sockets, programs, signals.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_CALLS = "%file,%network,%process,%signal,prctl,seccomp,bpf,ptrace,io_uring_setup,memfd_create"

_INNOCENT = {"sendto", "exit_group", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn"}
"""Calls of these classes that the filter allows: to speak to the worker, and to end."""

_LINE = re.compile(r"^(?P<process>\d+) +(?:<\.\.\. )?(?P<call>\w+)")
_CONFINED = "prctl(PR_SET_SECCOMP"


@dataclass(slots=True)
class Traced:
    """The processes that confined themselves, and what they tried afterwards."""

    confined: set[str] = field(default_factory=set)
    tried: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    """What all other processes did: if this is empty, nothing was watched."""

    def read(self, lines: Iterable[str]) -> "Traced":
        """Count the calls in the *lines* of a trace."""
        for line in lines:
            found = _LINE.match(line)
            if found is None:
                continue
            process, call = found["process"], found["call"]
            if _CONFINED in line:
                self.confined.add(process)
            elif process not in self.confined:
                self.before[call] += 1
            elif call not in _INNOCENT:
                self.tried[call] += 1
        return self


def main() -> int:
    """Run, and print what was seen; 1 if a confined decoder tried anything."""
    arguments = _parser().parse_args()
    if shutil.which("strace") is None:
        sys.exit("strace is not installed")
    with tempfile.TemporaryDirectory(prefix="daybook-traced-") as folder:
        trace = Path(folder, "trace")
        subprocess.run(
            [
                *("strace", "--follow-forks", f"--output={trace}", f"--trace={_CALLS}"),
                *(sys.executable, "-m", "benchmarks.fuzz.run", f"--results={folder}"),
                *arguments.fuzz,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with trace.open(errors="replace") as lines:
            traced = Traced().read(lines)
    print(f"{len(traced.confined)} confined processes; others made {traced.before.total()} calls")
    print(f"tried by confined ones: {dict(traced.tried) or 'nothing'}")
    return 1 if traced.tried or not traced.confined or not traced.before["openat"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "fuzz",
        nargs="*",
        default=["--hostile"],
        help="what to decode, as for scripts/fuzz_decoder; behind --",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
