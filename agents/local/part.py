"""One part under the supervisor: a program that is started, looked after, restarted and stopped."""

import http.client
import json
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import structlog

from agents.local import processes
from agents.local.files import read_json, rotate
from agents.local.last_words import last_words
from agents.local.processes import Child
from agents.local.restarts import Restarts
from agents.local.up_state import PartState, PartStatus, part_log, run_file

log = structlog.get_logger()

LOG_MAX_BYTES = 16 << 20
"""A larger log is put aside when its part starts again."""

WRONG_SETTING = 2
"""Exit code of a program of ours that cannot run as it is set."""

HEALTH_EVERY_S = 0.5

HEALTH_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A program to keep running. Without `has_health` it is ready as soon as it runs."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    has_health: bool = True


class PartRunner:
    """Keeps one program running. Every method returns soon and is called by the same thread.

    `env` is the environment of the next start, beneath the part's own.
    """

    def __init__(self, part: Part, *, state_dir: Path) -> None:
        self.part = part
        self.env: Mapping[str, str] = {}
        self._log = part_log(state_dir, part.name)
        self._run_file = run_file(state_dir, part.name)
        self._state = PartState.STARTING
        self._restarts = Restarts()
        self._child: Child | None = None
        self._exit_code: int | None = None
        self._health_url: str | None = None
        self._due = time.monotonic()
        self._was_ready = False
        self._log_begin = 0

    @property
    def is_wrongly_set(self) -> bool:
        """Tell whether the program refused its settings, which no restart mends.

        One that was ready before is tried again: somebody is about to change what it needs.
        """
        return self._exit_code == WRONG_SETTING and not self._was_ready

    def last_words(self) -> str:
        """Return what the program said last."""
        return last_words(self._log, begin=self._log_begin)

    def tick(self) -> None:
        """Start the program if it is due, see whether it ended, and ask for its health."""
        now = time.monotonic()
        if self._child and (code := self._child.exit_code()) is not None:
            self._ended(self._child, code, now)
        elif now >= self._due and self._state is not PartState.STOPPED:
            self._due = now + HEALTH_EVERY_S
            if self._child:
                self._look(self._child)
            else:
                self._start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM; the program may finish what it works on."""
        if self._child:
            self._state = PartState.STOPPING
            processes.send(self._child.process, signal.SIGTERM)
        else:
            self._state = PartState.STOPPED

    def ask_to_restart(self) -> None:
        """Send SIGTERM, and start it again once it has ended."""
        if self._child:
            processes.send(self._child.process, signal.SIGTERM)

    def kill(self) -> None:
        """End the program now, with what it started."""
        if self._child:
            self._child.kill_all()
            processes.await_end(self._child.process, timeout_s=10)

    def status(self) -> PartStatus:
        """Return what is known of it."""
        return PartStatus(
            name=self.part.name,
            state=self._state,
            process=self._child.process if self._child else None,
            restarts=self._restarts.total,
            since=self._child.since if self._child else None,
            health_url=self._health_url,
            exit_code=self._exit_code,
        )

    def _start(self) -> None:
        rotate(self._log, max_bytes=LOG_MAX_BYTES)
        self._run_file.unlink(missing_ok=True)
        self._log_begin = self._log.stat().st_size if self._log.exists() else 0
        self._child = processes.launch(
            self.part.command, log=self._log, env={**self.env, **self.part.env}, tethered=True
        )
        self._state = PartState.STARTING

    def _ended(self, child: Child, exit_code: int, now: float) -> None:
        child.kill_all()
        self._child, self._health_url, self._exit_code = None, None, exit_code
        if self._state is PartState.STOPPING:
            self._state = PartState.STOPPED
            return
        self._state = PartState.RESTARTING
        self._restarts = self._restarts.after_end(ran_s=time.time() - child.since)
        self._due = now + self._restarts.delay_s
        log.warning(
            "part-ended",
            part=self.part.name,
            exit_code=exit_code,
            restart_in_s=self._restarts.delay_s,
            log=str(self._log),
        )

    def _look(self, child: Child) -> None:
        if self._state is PartState.STOPPING:
            return
        if self._health_url is None:
            self._health_url = self._find_health(child)
        if not self.part.has_health or (self._health_url and is_ready(self._health_url)):
            self._state = PartState.READY
            self._was_ready = True
        elif self._state is PartState.READY:
            self._state = PartState.UNREADY

    def _find_health(self, child: Child) -> str | None:
        """Read where the program's health server listens; a file of a former process is not it."""
        match read_json(self._run_file):
            case {"pid": pid, "health_port": int(port)} if pid == child.process.pid:
                return f"http://127.0.0.1:{port}"
        return None


def is_ready(health_url: str) -> bool:
    """Ask a part of this machine whether it is ready; no answer is no."""
    return _ask(health_url, "/readyz") is not None


def is_busy(health_url: str) -> bool:
    """Ask a part of this machine whether it lives and waits for nobody: it only needs its time."""
    facts = _ask(health_url, "/livez")
    return facts is not None and not facts.get("waiting_for")


def _ask(health_url: str, path: str) -> Mapping[str, object] | None:
    """Return what a part knows of its health; None unless it says yes."""
    # Not urllib: that would send the question to the proxy that the environment may name.
    connection = http.client.HTTPConnection(
        health_url.removeprefix("http://"), timeout=HEALTH_TIMEOUT_S
    )
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK:
            return None
        facts = json.loads(answer.read() or "{}")
    except (OSError, ValueError, http.client.HTTPException):
        return None
    else:
        return facts if isinstance(facts, dict) else None
    finally:
        connection.close()
