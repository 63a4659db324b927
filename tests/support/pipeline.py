"""Everything of Daybook on one machine, as a person runs it: by its command line."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

START_S = 120.0
"""Longest start of all parts on a loaded machine, in seconds."""


class Pipeline:
    """A state folder, the settings for it, and the command `daybook` run with them."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.state_dir = folder / "state"
        self.audio_dir = folder / "audio"
        self.audio_dir.mkdir(parents=True)
        self._env = clean_environment() | {
            "DAYBOOK_STATE_DIR": str(self.state_dir),
            "DAYBOOK_AUDIO_ROOTS": str(self.audio_dir),
            "DAYBOOK_CONFIG": os.devnull,
            **{f"DAYBOOK_{name.upper()}": value for name, value in settings.items()},
        }

    def run(self, *arguments: str, timeout_s: float = START_S) -> subprocess.CompletedProcess[str]:
        """Run a verb; its exit code is the caller's to judge."""
        return subprocess.run(
            [sys.executable, "-m", "agents.cli.main", *arguments],
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    @contextmanager
    def begun(self, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Begin a verb, to be stopped by the caller; it is killed at the end of the block."""
        program = subprocess.Popen(
            [sys.executable, "-m", "agents.cli.main", *arguments],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        with program:
            yield program
            program.kill()

    @contextmanager
    def started(self, *arguments: str) -> Iterator[None]:
        """Run a verb for the length of the block."""
        command = [sys.executable, "-m", "agents.cli.main", *arguments]
        running = subprocess.Popen(
            command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield
        finally:
            running.terminate()
            running.wait(timeout=START_S)

    def ok(self, *arguments: str, timeout_s: float = START_S) -> str:
        """Run a verb that must succeed; return what it printed."""
        done = self.run(*arguments, timeout_s=timeout_s)
        assert done.returncode == 0, f"daybook {' '.join(arguments)}: {done.stderr}{done.stdout}"
        return done.stdout

    def facts(self) -> Mapping[str, Any]:
        """Return what `daybook status` says."""
        facts: Mapping[str, Any] = json.loads(self.ok("status", "--json"))
        return facts

    def parts(self) -> Mapping[str, Any]:
        """Return what `daybook status` says of each part."""
        parts: Mapping[str, Any] = self.facts()["parts"]
        return parts

    def give(self, source: Path, name: str | None = None) -> str:
        """Put a recording where the workers may read it; return its URI."""
        target = self.audio_dir / (name or source.name)
        shutil.copy(source, target)
        return target.as_uri()

    def give_bytes(self, content: bytes, name: str) -> str:
        """Put bytes where the workers may read them, who never see a part; return their URI."""
        target = self.audio_dir / name
        coming = target.with_name(f".{name}")
        coming.write_bytes(content)
        coming.rename(target)
        return target.as_uri()


@contextmanager
def running_pipeline(folder: Path, **settings: str) -> Iterator[Pipeline]:
    """Start everything, and stop it however the block ends."""
    pipeline = Pipeline(folder, **settings)
    try:
        pipeline.ok("up")
        yield pipeline
    finally:
        pipeline.run("down")


def clean_environment() -> dict[str, str]:
    """Return the environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DAYBOOK_")}


def eventually(look: Callable[[], T | None], *, within_s: float, what: str) -> T:
    """Look until there is something to see."""
    deadline = time.monotonic() + within_s
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)
    return found
