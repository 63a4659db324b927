"""What a supervisor tells the world: one file in the state folder, rewritten at each change."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from agents.local.files import read_json, write_json
from agents.local.processes import ProcessId


class PartState(StrEnum):
    """What a part is doing; `ready` is when its own health says so."""

    STARTING = "starting"
    READY = "ready"
    UNREADY = "unready"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStatus:
    """One part. `since` is when its process started, in seconds of the epoch."""

    name: str
    state: PartState
    process: ProcessId | None = None
    restarts: int = 0
    since: float | None = None
    health_url: str | None = None
    exit_code: int | None = None

    @property
    def uptime_s(self) -> float:
        """How long the part's process runs; 0 without one."""
        return max(0.0, time.time() - self.since) if self.process and self.since else 0.0

    @classmethod
    def from_json(cls, name: str, fields: Mapping[str, object]) -> Self:
        """Read what `as_json` wrote."""
        restarts, since = fields.get("restarts"), fields.get("since")
        url, exit_code = fields.get("health_url"), fields.get("exit_code")
        return cls(
            name=name,
            state=PartState(str(fields.get("state"))),
            process=ProcessId.from_json(fields.get("process")),
            restarts=restarts if isinstance(restarts, int) else 0,
            since=since if isinstance(since, float) else None,
            health_url=url if isinstance(url, str) else None,
            exit_code=exit_code if isinstance(exit_code, int) else None,
        )

    def as_json(self) -> dict[str, object]:
        """Return the fields for the state file."""
        return {
            "state": self.state.value,
            "process": self.process.as_json() if self.process else None,
            "restarts": self.restarts,
            "since": self.since,
            "health_url": self.health_url,
            "exit_code": self.exit_code,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class UpStatus:
    """A supervisor and its parts, in the order in which they start."""

    supervisor: ProcessId
    bootstrap: str | None
    parts: tuple[PartStatus, ...]

    @property
    def ready(self) -> bool:
        """Tell whether every part is."""
        return all(part.state is PartState.READY for part in self.parts)

    @property
    def unready(self) -> tuple[PartStatus, ...]:
        """Return the parts that are not ready."""
        return tuple(part for part in self.parts if part.state is not PartState.READY)

    def write(self, state_dir: Path) -> None:
        """Replace the state file."""
        parts = {part.name: part.as_json() for part in self.parts}
        supervisor = self.supervisor.as_json()
        fields = {"supervisor": supervisor, "bootstrap": self.bootstrap, "parts": parts}
        write_json(up_file(state_dir), fields)

    @classmethod
    def read(cls, state_dir: Path) -> Self | None:
        """Read the state file, whether or not its supervisor still lives; None without one."""
        fields = read_json(up_file(state_dir)) or {}
        supervisor = ProcessId.from_json(fields.get("supervisor"))
        match fields:
            case {"bootstrap": str() | None as bootstrap, "parts": dict(parts)} if supervisor:
                with suppress(ValueError, AttributeError):  # written by another version
                    read = tuple(PartStatus.from_json(name, part) for name, part in parts.items())
                    return cls(supervisor=supervisor, bootstrap=bootstrap, parts=read)
        return None


def up_file(state_dir: Path) -> Path:
    """Return where a supervisor writes its state."""
    return state_dir / "up.json"


def part_log(state_dir: Path, name: str) -> Path:
    """Return the log of a part (also of `broker` and `supervisor`)."""
    return state_dir / "logs" / f"{name}.log"


def run_file(state_dir: Path, name: str) -> Path:
    """Return where a part says `{"pid": …, "health_port": …}` once its health server listens."""
    return state_dir / "run" / f"{name}.json"
