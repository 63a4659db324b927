"""One bad or hostile file, and how it has to end."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from agents.transcriber.samples import Samples
from tests.support.audio import babble

UNDECODABLE = "audio-undecodable"
TOO_LONG = "audio-too-long"
TOO_LARGE = "audio-too-large"
OK = "ok"
EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lure:
    """What hostile files refer to, and no decoder may touch: a file and an address."""

    file: Path
    url: str


NO_LURE = Lure(file=Path("/nowhere/secret.wav"), url="http://127.0.0.1:9/secret.wav")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostileFile:
    """A file by its *name*; its *end* is OK, EMPTY or the reason code of a dead letter."""

    name: str
    build: Callable[[Lure], bytes]
    end: str
    warnings: frozenset[str] = frozenset()
    heard_s: float = 0.0
    """Least length that must be heard of it, in seconds."""


def fixed(
    name: str,
    build: Callable[[], bytes],
    end: str = UNDECODABLE,
    *warnings: str,
    heard_s: float = 0.0,
) -> HostileFile:
    """Return a file that refers to nothing."""
    return HostileFile(
        name=name,
        build=lambda _: build(),
        end=end,
        warnings=frozenset(warnings),
        heard_s=heard_s,
    )


@cache
def speech() -> Samples:
    """Return the speech that most of these files hold: six seconds."""
    return babble(6.0)


def rubbish(count: int, seed: int = 0) -> bytes:
    """Return *count* bytes of chance."""
    return np.random.default_rng(seed).bytes(count)
