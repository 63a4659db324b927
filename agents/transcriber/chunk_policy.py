"""How a model wants its speech cut; a policy belongs to the model that was trained with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agents.errors import SettingsError

POLICY_FILE = "daybook.json"
"""File beside a model's weights that says what Daybook has to know of it."""

WINDOW_S = 30.0
"""Whisper's window: no chunk can be longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkPolicy:
    """Longest chunk, shortest pause that ends speech, and what is kept around it.

    With *merge*, neighbouring stretches of speech share a chunk while they fit into one.
    """

    max_s: float = WINDOW_S
    silence_ms: int = 500
    pad_ms: int = 200
    merge: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.max_s <= WINDOW_S:
            raise ValueError(f"max_s={self.max_s} must be 1 to {WINDOW_S:.0f} seconds")
        if not 50 <= self.silence_ms <= 10_000:  # noqa: PLR2004 - said in the message
            raise ValueError(f"silence_ms={self.silence_ms} must be 50 to 10000")
        if not 0 <= self.pad_ms <= self.max_s * 250:
            raise ValueError(f"pad_ms={self.pad_ms} must be 0 to a quarter of max_s")


def parse_chunk_policy(text: str, base: ChunkPolicy) -> ChunkPolicy:
    """Change *base* by a text such as `max_s=30,silence_ms=500,merge=false`.

    Raises:
        SettingsError: names DAYBOOK_CHUNK, its value and what is allowed.

    """
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    return _changed(
        base, {key.strip(): value.strip() for key, _, value in pairs}, f"DAYBOOK_CHUNK={text!r}"
    )


def read_chunk_policy(model_dir: Path) -> ChunkPolicy:
    """Return the policy in `daybook.json` beside the weights, else Whisper's own.

    Raises:
        SettingsError: the file is there and wrong.

    """
    path = model_dir / POLICY_FILE
    if not path.is_file():
        return ChunkPolicy()
    try:
        chunk = json.loads(path.read_text(encoding="utf-8")).get("chunk", {})
        return _changed(ChunkPolicy(), dict(chunk), str(path))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SettingsError(f"{path} is not a model's description: {error}") from error


def _flag(value: object) -> bool:
    flags = {"true": True, "false": False}
    return flags[str(value).lower()]


_READERS: dict[str, Callable[[Any], Any]] = {
    "max_s": float,
    "silence_ms": int,
    "pad_ms": int,
    "merge": _flag,
}


def _changed(base: ChunkPolicy, changes: dict[str, Any], where: str) -> ChunkPolicy:
    try:
        return replace(base, **{key: _READERS[key](value) for key, value in changes.items()})
    except KeyError as error:
        raise SettingsError(
            f"{where}: {error.args[0]!r} is not allowed; write max_s=1…30, silence_ms=50…10000, "
            "pad_ms=0…, merge=true|false"
        ) from error
    except (ValueError, TypeError) as error:
        raise SettingsError(f"{where}: {error}") from error
