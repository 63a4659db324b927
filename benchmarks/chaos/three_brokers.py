"""Three brokers on one machine: replication 3, of which two have to have a record."""

import base64
import random
import signal
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from agents.kafka.probe import wait_for_broker
from agents.local.broker_config import DEFAULTS, JAVA_FLAGS, LOG4J
from agents.local.kafka_tools import BROKER, STORAGE, java_command
from agents.local.processes import Child, await_true, free_ports, launch, send

START_S = 90.0
"""Longest start of all three, in seconds."""
TWO_AWAY = 0.3
"""Share of faults that may take a second broker: then nothing can be written until one is back."""

_REPLICATED = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
    "replica.lag.time.max.ms": "5000",
    "controlled.shutdown.enable": "true",
}


class ThreeBrokers:
    """A cluster of three; each is controller and broker."""

    count = 3

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "brokers"
        self._chance = random.Random()
        ports = free_ports(6)
        self._ports = {number: (ports[number - 1], ports[number + 2]) for number in (1, 2, 3)}
        self._running: dict[int, Child] = {}
        self._frozen: set[int] = set()
        self.bootstrap = ",".join(f"127.0.0.1:{port}" for port, _ in self._ports.values())
        self._format()
        for number in self._ports:
            self.restart(number)
        self.await_all()

    def data(self) -> Path:
        """Return the folder of one broker's logs."""
        return self._home(1) / "data"

    def kill_one(self) -> int | None:
        """Kill a broker, if one may be killed now; return its number."""
        number = self._victim()
        if number is not None:
            self._running.pop(number).kill_all()
        return number

    def restart(self, number: int) -> None:
        """Start broker *number*, and do not wait for it."""
        command = java_command(
            BROKER, str(self._config(number)), java_flags=(*JAVA_FLAGS, self._log4j())
        )
        log = self._folder / f"broker-{number}.log"
        self._running[number] = launch(command, log=log, tethered=True)

    def stall_one(self) -> int | None:
        """Freeze a broker, if one may be frozen now; return its number."""
        number = self._victim()
        if number is not None:
            self._frozen.add(number)
            send(self._running[number].process, signal.SIGSTOP)
        return number

    def resume(self, number: int) -> None:
        """Let a frozen broker go on."""
        self._frozen.discard(number)
        send(self._running[number].process, signal.SIGCONT)

    def await_all(self) -> None:
        """Wait until every broker is in the metadata of every one."""
        if not wait_for_broker(self.bootstrap, timeout_s=START_S) or not await_true(
            self._all_known, timeout_s=START_S
        ):
            raise RuntimeError(f"the brokers did not start; see {self._folder}")

    def close(self) -> None:
        """End all."""
        for child in self._running.values():
            child.kill_all()

    def _victim(self) -> int | None:
        sound = [number for number in self._running if number not in self._frozen]
        allowed_away = 1 if self._chance.random() > TWO_AWAY else 2
        if len(self._ports) - len(sound) >= allowed_away:
            return None
        return self._chance.choice(sound)

    def _all_known(self) -> bool:
        for port, _ in self._ports.values():
            admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{port}", "log_level": 0})
            try:
                known = admin.list_topics(timeout=2).brokers
            except KafkaException:
                return False
            if len(known) < len(self._ports):
                return False
        return True

    def _format(self) -> None:
        cluster = base64.urlsafe_b64encode(b"D" + uuid.uuid4().bytes[1:]).decode().rstrip("=")
        for number in self._ports:
            self._home(number).mkdir(parents=True)
            (self._folder / "log4j2.properties").write_text(LOG4J)
            config = self._config(number)
            config.write_text(_properties(self._settings(number)))
            arguments = ("format", f"--cluster-id={cluster}", "--config", str(config))
            command = java_command(STORAGE, *arguments, java_flags=(self._log4j(),))
            subprocess.run(command, check=True, capture_output=True)

    def _settings(self, number: int) -> Mapping[str, str]:
        port, controller_port = self._ports[number]
        voters = [f"{one}@127.0.0.1:{ports[1]}" for one, ports in self._ports.items()]
        listeners = f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}"
        return {
            **DEFAULTS,
            **_REPLICATED,
            "process.roles": "broker,controller",
            "node.id": str(number),
            "controller.quorum.voters": ",".join(voters),
            "controller.listener.names": "CONTROLLER",
            "listeners": listeners,
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": str(self._home(number) / "data"),
        }

    def _home(self, number: int) -> Path:
        return self._folder / str(number)

    def _config(self, number: int) -> Path:
        return self._home(number) / "server.properties"

    def _log4j(self) -> str:
        return f"-Dlog4j2.configurationFile={self._folder / 'log4j2.properties'}"


def _properties(settings: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in settings.items())
