"""Contenders that are no part of our environment: fetched into a cache, or told why not."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.delivery.contender import ROOT, NotRun

QUIXSTREAMS = "3.28.1"
JAVA_SOURCES = Path(__file__).parent / "parallel_consumer"
FETCH_S = 300.0
"""Longest wait for a download, in seconds."""


def quixstreams_python(cache: Path) -> str:
    """Return an interpreter that has quixstreams; raises NotRun."""
    folder = cache / "quixstreams"
    interpreter, mark = folder / "bin" / "python", folder / f"quixstreams-{QUIXSTREAMS}"
    if not mark.exists():
        _call("venv", (sys.executable, "-m", "venv", "--clear", str(folder)))
        wanted = f"quixstreams=={QUIXSTREAMS}"
        _call("pip", (str(interpreter), "-m", "pip", "install", "--quiet", wanted))
        mark.touch()
    return str(interpreter)


def parallel_consumer(cache: Path) -> tuple[str, ...]:
    """Return the command of the Java contender; raises NotRun."""
    folder = cache / "parallel_consumer"
    jars, classes = folder / "jars", folder / "classes"
    pom, source = JAVA_SOURCES / "pom.xml", JAVA_SOURCES / "ParallelConsumerLoop.java"
    if not jars.exists():
        copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
        part = folder / "jars.part"
        _call("mvn", ("mvn", "-q", "-B", "-f", str(pom), copy, f"-DoutputDirectory={part}"))
        part.rename(jars)
    path = f"{classes}:{jars}/*"
    _call("javac", ("javac", "-cp", path, "-d", str(classes), str(source)))
    return ("java", "-Xmx1g", "-cp", path, "ParallelConsumerLoop")


def _call(tool: str, command: Sequence[str]) -> None:
    if shutil.which(command[0]) is None:
        raise NotRun(f"there is no {tool} here")
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=FETCH_S
        )
    except subprocess.TimeoutExpired:
        raise NotRun(f"{tool} took longer than {FETCH_S:.0f} s") from None
    if done.returncode:
        # What the tool says can name machines; that it failed is enough for a table.
        print(done.stdout, done.stderr, file=sys.stderr)
        raise NotRun(f"{tool} failed with exit code {done.returncode}")
