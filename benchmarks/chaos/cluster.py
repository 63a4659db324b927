"""The brokers under test."""

import os
import random
import signal
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.topic_admin import apply_plan, read_topics
from agents.local.broker import LocalBroker
from agents.local.processes import send
from agents.settings import load_settings
from topics.catalogue import load
from topics.plan import plan


class Cluster(Protocol):
    """Brokers that can be killed and started again."""

    bootstrap: str
    count: int

    def data(self) -> Path:
        """Return the folder of one broker's logs."""
        ...

    def kill_one(self) -> int | None:
        """Kill a broker, if one may be killed now; return its number."""
        ...

    def restart(self, number: int) -> None:
        """Start broker *number* again, in the background."""
        ...

    def stall_one(self) -> int | None:
        """Freeze a broker, if one may be frozen now; return its number."""
        ...

    def resume(self, number: int) -> None:
        """Let a frozen broker go on."""
        ...

    def await_all(self) -> None:
        """Wait until every broker runs."""
        ...

    def close(self) -> None:
        """Stop all."""
        ...


class OneBroker:
    """A cluster of one."""

    count = 1

    def __init__(self, folder: Path) -> None:
        # A tethered broker ends with the thread that starts it: this one lives as long as we do.
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="broker")
        self._broker = LocalBroker(folder, tethered=True)
        self._away = False
        self._starting: Future[str] = self._thread.submit(self._broker.start)
        self.bootstrap = self._starting.result()

    def data(self) -> Path:
        """Return the folder of the broker's logs."""
        return self._folder / "broker" / "data"

    def kill_one(self) -> int | None:
        """Kill the broker, unless it is away."""
        if self._away or not self._starting.done():
            return None
        self._away = True
        self._broker.kill()
        return 0

    def restart(self, number: int) -> None:
        """Start the broker again, in the background."""
        del number
        self._away = False
        self._starting = self._thread.submit(self._broker.start)

    def stall_one(self) -> int | None:
        """Freeze the broker, unless it is away."""
        if self._away or not self._starting.done():
            return None
        self._away = True
        self._signal(signal.SIGSTOP)
        return 0

    def resume(self, number: int) -> None:
        """Let the frozen broker go on."""
        del number
        self._away = False
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        process = self._broker.recorded().process
        if process is not None:
            send(process, number)

    def await_all(self) -> None:
        """Wait until the broker answers, at the address of before."""
        bootstrap = self._starting.result()
        if bootstrap != self.bootstrap:
            raise RuntimeError(f"the broker came back at {bootstrap}, not at {self.bootstrap}")

    def close(self) -> None:
        """Stop the broker."""
        self._broker.stop(grace_s=5)
        self._thread.shutdown()


def apply_topics(bootstrap: str, *, partitions: int) -> None:
    """Make the product's topics."""
    client = librdkafka_settings(load_settings(kafka_bootstrap=bootstrap))
    apply_plan(client, plan(load(), read_topics(client), partitions=partitions))


def seeded(seed: int | None) -> int:
    """Return *seed*, or one of chance."""
    return random.SystemRandom().randrange(1 << 16) if seed is None else seed


def clean_environment() -> dict[str, str]:
    """Return the environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DAYBOOK_")}
