"""A real Apache Kafka broker on this machine, without Docker: started, found again, stopped."""

import base64
import signal
import subprocess
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from agents.errors import LocalBrokerError
from agents.kafka.probe import broker_answers, wait_for_broker
from agents.local import processes
from agents.local.broker_config import JAVA_FLAGS, LOG4J, server_properties
from agents.local.files import locked, read_json, rotate, tail, write_json
from agents.local.kafka_jars import KAFKA_VERSION
from agents.local.kafka_tools import BROKER, STORAGE, java_command
from agents.local.processes import ProcessId, free_ports, is_alive, is_free
from agents.local.state_folder import open_state_folder

LOG_MAX_BYTES = 8 << 20

START_TRIES = 5
"""Ports are chosen before the broker takes them; somebody else may be quicker this often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerStatus:
    """What is known of the broker of one state folder.

    `unready` is a process that does not answer (yet). `since` is its start in seconds of the epoch.
    `tethered` says that it ends with the process that started it.
    """

    state: Literal["stopped", "unready", "ready"]
    bootstrap: str | None = None
    process: ProcessId | None = None
    version: str | None = None
    since: float | None = None
    tethered: bool = False


class LocalBroker:
    """The broker whose data is in `<state_dir>/broker`; any process may hold such an object.

    `overrides` are settings of Kafka, for a broker that this object starts. A `tethered` broker is
    killed with the process that starts it (Linux), which has to do so from its main thread.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        overrides: Mapping[str, str] | None = None,
        tethered: bool = False,
    ) -> None:
        self.folder = state_dir.resolve() / "broker"
        self.log = state_dir.resolve() / "logs" / "broker.log"
        self._overrides = dict(overrides or {})
        self._tethered = tethered

    def start(self, timeout_s: float = 60.0) -> str:
        """Return the address of the broker once it answers, starting it unless it runs.

        The data of before are kept, and so is the port if it is free.

        Raises:
            LocalBrokerError: it did not start; the message has the end of its log.
            DependencyUnavailable: there is no Java, or Kafka's jars cannot be had.
            SettingsError: the state folder cannot be used.

        """
        open_state_folder(self.folder.parent)
        deadline = time.monotonic() + timeout_s
        try:
            with locked(self.folder / "start.lock", timeout_s=timeout_s):
                return self._running(deadline) or self._start(deadline)
        except TimeoutError as error:
            raise LocalBrokerError(
                f"another process is starting it, for {timeout_s:g} s"
            ) from error

    def stop(self, *, grace_s: float = 20.0) -> bool:
        """End the broker, with its data safe; tell whether one ran."""
        process = self._process()
        if process:
            processes.stop(process, grace_s=grace_s)
        return process is not None

    def kill(self) -> None:
        """End the broker as a crash would, and wait for its end."""
        if process := self._process():
            processes.send(process, signal.SIGKILL)
            processes.await_end(process, timeout_s=10)

    def status(self, *, timeout_s: float = 2.0) -> BrokerStatus:
        """Look whether the broker runs, and ask it whether it answers."""
        status = self.recorded()
        if status.bootstrap and broker_answers(
            status.bootstrap, timeout_s=timeout_s, cluster_id=self._cluster_id()
        ):
            return replace(status, state="ready")
        return status

    def is_alive(self) -> bool:
        """Tell whether the process runs, without asking it anything."""
        return self._process() is not None

    @property
    def _state_file(self) -> Path:
        return self.folder / "broker.json"

    @property
    def _data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def _storage_mark(self) -> Path:
        """What Kafka writes last when it formats its storage."""
        return self._data_dir / "meta.properties"

    def recorded(self) -> BrokerStatus:
        """Read the state file: `stopped` if its process is gone, or its pid is another's now.

        Whether a broker that runs also answers is not asked: it is `unready` here.
        """
        fields = read_json(self._state_file) or {}
        match fields:
            case {"bootstrap": str(bootstrap), "version": str(version), "since": float(since)}:
                process = ProcessId.from_json(fields.get("process"))
                if process and is_alive(process):
                    return BrokerStatus(
                        state="unready",
                        bootstrap=bootstrap,
                        process=process,
                        version=version,
                        since=since,
                        tethered=bool(fields.get("tethered")),
                    )
        return BrokerStatus(state="stopped")

    def _process(self) -> ProcessId | None:
        return self.recorded().process

    def _running(self, deadline: float) -> str | None:
        """Wait for a broker that already runs, unless it is on its way out."""
        status = self.recorded()
        if status.bootstrap is None or status.process is None:
            return None
        if self._wait(status.bootstrap, deadline):
            return status.bootstrap
        if self.is_alive():
            raise LocalBrokerError(
                f"the broker at {status.bootstrap} (process {status.process.pid}) does not answer; "
                f"see {self.log}, or stop it"
            )
        return None

    def _wait(self, bootstrap: str, deadline: float) -> bool:
        """Wait for the broker to answer: this one, and not another that has its port."""
        return wait_for_broker(
            bootstrap,
            timeout_s=deadline - time.monotonic(),
            cluster_id=self._cluster_id(),
            alive=self.is_alive,
        )

    def _cluster_id(self) -> str | None:
        try:
            lines = self._storage_mark.read_text().splitlines()
        except OSError:
            return None
        return next((line[len("cluster.id=") :] for line in lines if "cluster.id=" in line), None)

    def _start(self, deadline: float) -> str:
        rotate(self.log, max_bytes=LOG_MAX_BYTES)
        (self.folder / "log4j2.properties").write_text(LOG4J)
        ports = self._former_ports() or _two_ports()
        for _ in range(START_TRIES):
            begin = self.log.stat().st_size if self.log.exists() else 0
            bootstrap = self._launch(ports)
            if self._wait(bootstrap, deadline):
                return bootstrap
            self.stop(grace_s=5)
            said = tail(self.log, begin=begin)
            if "Address already in use" not in said:
                raise LocalBrokerError(f"the broker did not start; {self.log} ends with\n{said}")
            ports = _two_ports()
        raise LocalBrokerError(
            f"{START_TRIES} pairs of ports were taken before the broker had them"
        )

    def _former_ports(self) -> tuple[int, int] | None:
        fields = read_json(self._state_file) or {}
        match fields:
            case {"ports": [int(port), int(controller_port)]}:
                if is_free(port) and is_free(controller_port):
                    return port, controller_port
        return None

    def _launch(self, ports: tuple[int, int]) -> str:
        """Write the configuration, format the storage once, start the process and record it."""
        config = self.folder / "server.properties"
        port, controller_port = ports
        config.write_text(
            server_properties(
                data_dir=self._data_dir,
                port=port,
                controller_port=controller_port,
                overrides=self._overrides,
            )
        )
        if not self._storage_mark.exists():
            self._format(config)
        command = self._java(BROKER, str(config))
        child = processes.launch(command, log=self.log, tethered=self._tethered)
        bootstrap = f"127.0.0.1:{port}"
        write_json(
            self._state_file,
            {
                "bootstrap": bootstrap,
                "ports": ports,
                "process": child.process.as_json(),
                "since": child.since,
                "tethered": self._tethered,
                "version": KAFKA_VERSION,
            },
        )
        return bootstrap

    def _format(self, config: Path) -> None:
        # Of random bytes after the first: an id that begins with "-" is no argument's value.
        random = b"D" + uuid.uuid4().bytes[1:]
        cluster = base64.urlsafe_b64encode(random).decode().rstrip("=")
        done = subprocess.run(
            self._java(STORAGE, "format", f"--cluster-id={cluster}", "--config", str(config)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalBrokerError(f"its storage cannot be formatted:\n{done.stdout}{done.stderr}")

    def _java(self, main_class: str, *args: str) -> list[str]:
        log4j = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        return java_command(main_class, *args, java_flags=(*JAVA_FLAGS, log4j))


def _two_ports() -> tuple[int, int]:
    """Return free ports for clients and for the controller."""
    port, controller_port = free_ports(2)
    return port, controller_port
