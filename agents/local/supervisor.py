"""The supervisor behind `daybook up`: keeps the broker and the agents running."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import structlog

from agents.errors import SupervisorError
from agents.local import processes
from agents.local.broker import LocalBroker
from agents.local.broker_part import BrokerRunner
from agents.local.files import locked
from agents.local.part import WRONG_SETTING, Part, PartRunner
from agents.local.processes import this_process
from agents.local.signals import STOP_SIGNALS, handled
from agents.local.state_folder import open_state_folder
from agents.local.up_state import UpStatus, run_file, up_file

log = structlog.get_logger()

TICK_S = 0.1

STOP_MARGIN_S = 5.0
"""What a part gets beyond its own time to drain, before it is killed."""

LOCK_S = 1.0
"""Longest wait for the lock, in seconds: others hold it for a moment to see whether it is held."""


class _ToldToStop(BaseException):
    """A signal came while the parts were started."""


class Supervisor:
    """Runs the parts of one state folder, in this process' main thread, until it is told to stop.

    `prepare` is called with the brokers' address once they answer and before any part starts.
    Without `bootstrap` the local broker is one of the parts.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        parts: Sequence[Part],
        prepare: Callable[[str], None] = lambda _: None,
        bootstrap: str | None = None,
        drain_s: float = 20.0,
    ) -> None:
        self._state_dir = state_dir.resolve()
        self._prepare = prepare
        self._bootstrap = bootstrap
        self._drain_s = drain_s
        self._broker = (
            None if bootstrap else BrokerRunner(LocalBroker(self._state_dir, tethered=True))
        )
        self._runners = [PartRunner(part, state_dir=self._state_dir) for part in parts]
        self._this = this_process()
        self._stop_signals = 0
        self._starting = False
        self._written: UpStatus | None = None

    def run(self) -> None:
        """Run everything until SIGTERM, SIGINT or SIGHUP; a second one cuts the drain short.

        Raises:
            SupervisorError: another supervisor runs the parts of this state folder, or a part
                refuses its settings.
            SettingsError: the state folder cannot be used.
            LocalBrokerError: the broker did not start.
            DependencyUnavailable: there is no Java, or Kafka's jars cannot be had.

        """
        open_state_folder(self._state_dir)
        with ExitStack() as stack:
            try:
                stack.enter_context(lock(self._state_dir, timeout_s=LOCK_S))
            except TimeoutError as error:
                raise SupervisorError(_already_up(self._state_dir)) from error
            stack.enter_context(handled(dict.fromkeys(STOP_SIGNALS, self._count)))
            end_leftovers(self._state_dir)
            try:
                self._start_unless_told()
                while not self._stop_signals:
                    self._tick()
                    time.sleep(TICK_S)
            finally:
                self._stop()

    def _start_unless_told(self) -> None:
        """Start everything, but not to the end of a download once nobody wants it any more."""
        try:
            self._starting = not self._stop_signals
            self._start()
            self._starting = False
        except _ToldToStop:
            log.info("stopped-while-starting")

    def _start(self) -> None:
        self._record()
        if self._broker:
            self._bootstrap = self._broker.start()
            self._record()
        if self._bootstrap and not self._stop_signals:
            self._prepare(self._bootstrap)
        self._set_env()

    def _tick(self) -> None:
        if self._broker:
            self._broker.tick()
            if self._broker.bootstrap != self._bootstrap:
                self._bootstrap = self._broker.bootstrap
                self._move_parts()
        for runner in self._runners:
            runner.tick()
        self._record()
        for runner in self._runners:
            if runner.is_wrongly_set:
                raise SupervisorError(
                    f"{runner.part.name} cannot run as it is set: {runner.last_words()}",
                    exit_code=WRONG_SETTING,
                )

    def _move_parts(self) -> None:
        """Restart the parts: the broker's port was taken while it was down, so it has another."""
        log.warning("broker-moved", bootstrap=self._bootstrap)
        self._set_env()
        for runner in self._runners:
            runner.ask_to_restart()

    def _set_env(self) -> None:
        env = {
            **os.environ,
            "DAYBOOK_KAFKA_BOOTSTRAP": self._bootstrap or "",
            "DAYBOOK_STATE_DIR": str(self._state_dir),
        }
        for runner in self._runners:
            runner.env = env

    def _stop(self) -> None:
        """Stop the agents, all at once; then the broker, which they need to publish their last."""
        for runner in self._runners:
            runner.ask_to_stop()
        deadline = time.monotonic() + self._drain_s + STOP_MARGIN_S
        while self._any_runs() and time.monotonic() < deadline and self._stop_signals <= 1:
            for runner in self._runners:
                runner.tick()
            self._record()
            time.sleep(TICK_S)
        for runner in self._runners:
            runner.kill()
        if self._broker:
            self._broker.stop()
        for runner in self._runners:
            run_file(self._state_dir, runner.part.name).unlink(missing_ok=True)
        up_file(self._state_dir).unlink(missing_ok=True)

    def _any_runs(self) -> bool:
        return any(runner.status().process for runner in self._runners)

    def _record(self) -> None:
        """Write the state file, if there is news."""
        parts = [runner.status() for runner in self._runners]
        if self._broker:
            parts.insert(0, self._broker.status())
        status = UpStatus(supervisor=self._this, bootstrap=self._bootstrap, parts=tuple(parts))
        if status != self._written:
            status.write(self._state_dir)
            self._written = status

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        """Count the signals that ask for an end."""
        self._stop_signals += 1
        if self._starting:
            self._starting = False
            raise _ToldToStop


@contextmanager
def lock(state_dir: Path, *, timeout_s: float) -> Iterator[None]:
    """Be the one that may run or clean up the parts of a state folder.

    Raises:
        TimeoutError: another process is.

    """
    with locked(state_dir / "up.lock", timeout_s=timeout_s):
        yield


def end_leftovers(state_dir: Path) -> bool:
    """End parts whose supervisor was killed, where the system did not; tell whether any was left.

    The caller holds the lock of the state folder.
    """
    found = False
    status = UpStatus.read(state_dir)
    for part in status.parts if status else ():
        if part.process and part.name != "broker" and processes.is_alive(part.process):
            found = True
            processes.stop(part.process, grace_s=STOP_MARGIN_S)
    broker = LocalBroker(state_dir)
    if broker.recorded().tethered:
        found = broker.stop() or found
    up_file(state_dir).unlink(missing_ok=True)
    return found


def _already_up(state_dir: Path) -> str:
    status = UpStatus.read(state_dir)
    process = f" as process {status.supervisor.pid}" if status else ""
    return f"Daybook already runs in {state_dir}{process}; `daybook down` stops it"
