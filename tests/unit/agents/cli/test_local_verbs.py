"""The verbs about what runs on this machine, over fakes of what they run."""

import json
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agents.cli import broker as broker_module
from agents.cli import common, up, worker
from agents.cli import topics as topics_module
from agents.health import Health
from agents.local import up as local_up
from agents.local.awaiting import Patience
from agents.local.broker import BrokerStatus, LocalBroker
from agents.local.processes import this_process
from agents.local.up_state import PartState, PartStatus, UpStatus, run_file
from agents.settings import Settings
from tests.support.command_line import Daybook
from topics.catalogue import load
from topics.plan import plan


def an_up_status(state: PartState = PartState.READY) -> UpStatus:
    part = PartStatus(name="daily", state=state, process=this_process(), restarts=2)
    return UpStatus(supervisor=this_process(), bootstrap="127.0.0.1:9", parts=(part,))


class FakeBroker:
    """The local broker, which only says that it was asked."""

    state = "stopped"
    asked: list[str]

    def __init__(self, _state_dir: Path) -> None:
        type(self).asked = []

    def start(self) -> None:
        self.asked.append("start")
        type(self).state = "ready"

    def stop(self) -> None:
        self.asked.append("stop")
        type(self).state = "stopped"

    def status(self) -> BrokerStatus:
        running = self.state == "ready"
        facts: dict[str, Any] = {
            "state": self.state,
            "bootstrap": "127.0.0.1:9" if running else None,
            "process": this_process() if running else None,
            "version": "4.3.0" if running else None,
        }
        return BrokerStatus(**facts)


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeBroker, "state", "stopped")
    monkeypatch.setattr(broker_module, "LocalBroker", FakeBroker)
    monkeypatch.setattr(common, "LocalBroker", FakeBroker)


def nothing_runs(_state_dir: Path) -> None:
    return None


def test_the_broker_starts_says_where_it_is_and_stops(daybook: Daybook) -> None:
    pid = os.getpid()
    assert daybook("broker", "start").out == f"ready  Kafka 4.3.0  127.0.0.1:9  pid {pid}\n"
    assert json.loads(daybook("broker", "status", "--json").out) == {
        "state": "ready",
        "bootstrap": "127.0.0.1:9",
        "pid": pid,
        "version": "4.3.0",
    }
    assert daybook("broker", "stop").out == "stopped\n"
    assert daybook("broker", "status").code == 1


def test_the_local_broker_serves_where_no_other_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert common.connected_settings().kafka_bootstrap is None
    monkeypatch.setattr(FakeBroker, "state", "ready")
    assert common.connected_settings().kafka_bootstrap == "127.0.0.1:9"
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "other:1")
    assert common.connected_settings().kafka_bootstrap == "other:1"


def test_where_nothing_runs_the_exit_code_says_so(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_up, "status", nothing_runs)
    monkeypatch.setattr(local_up, "stop", lambda _state_dir, *, drain_s: drain_s < 0)
    status, health = daybook("status"), daybook("health")
    assert (status.code, status.out) == (1, "nothing runs; `daybook up` starts it\n")
    assert health.code == 1
    assert (daybook("down").code, daybook("down").out) == (0, "nothing was running\n")
    assert json.loads(daybook("down", "--json").out) == {"stopped": False}


@pytest.mark.parametrize(("state", "code"), [(PartState.READY, 0), (PartState.UNREADY, 1)])
def test_health_is_that_of_every_part(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch, state: PartState, code: int
) -> None:
    monkeypatch.setattr(local_up, "status", lambda _state_dir: an_up_status(state))
    said = daybook("health", "--json")
    shown = json.loads(said.out)
    assert (said.code, shown["ready"]) == (code, code == 0)
    assert shown["parts"]["daily"]["state"] == state.value


def test_up_starts_everything_in_the_background(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[Sequence[str]] = []

    def start_detached(command: Sequence[str], *, state_dir: Path, patience: Patience) -> UpStatus:
        assert state_dir.name == "state"
        patience.tell("Waiting for daily (starting) … 5 s")
        commands.append(command)
        return an_up_status()

    monkeypatch.setattr(local_up, "start_detached", start_detached)
    said = daybook("up")
    assert [tuple(command[1:]) for command in commands] == [
        ("-m", "agents.cli.main", "up", "--foreground")
    ]
    assert said.out.split()[:2] == ["daily", "ready"]
    assert "2 restarts" in said.out
    assert said.err.splitlines()[-1] == "Waiting for daily (starting) … 5 s"


def test_topics_are_planned_and_only_changed_when_told(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied: list[object] = []
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    monkeypatch.setattr(topics_module, "read_topics", lambda _client: {})
    monkeypatch.setattr(topics_module, "apply_plan", lambda _client, wanted: applied.append(wanted))
    said = daybook("topics", "apply")
    assert "+ audio.received: create with 12 partitions" in said.out.splitlines()
    assert (said.err, applied) == ("nothing was changed; --yes does it\n", [])
    assert daybook("topics", "apply", "--yes").code == 0
    assert applied == [plan(load(), {}, partitions=None)]
    created = json.loads(daybook("topics", "plan", "--json").out)["create"]
    assert set(created) == {topic.name for topic in load()}


def test_a_worker_says_where_its_health_is_while_it_runs(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch, state_dir: Path
) -> None:
    said: list[dict[str, Any]] = []

    async def run_worker(agent: str, settings: Settings, health: Health) -> None:
        assert (agent, health.facts()["started"]) == ("daily", False)
        said.append(json.loads(run_file(settings.state_dir, "part-1").read_text()))

    monkeypatch.setattr(worker, "run_worker", run_worker)
    monkeypatch.setattr(worker, "start_logging", lambda _level: None)
    monkeypatch.setattr(worker, "start_tracing", lambda _service: None)
    assert daybook("worker", "daily", "--part", "part-1").code == 0
    assert (said[0]["pid"], said[0]["health_port"] > 0) == (os.getpid(), True)
    assert not run_file(state_dir, "part-1").exists()


def test_an_agent_that_does_not_exist_is_wrong_usage(daybook: Daybook) -> None:
    said = daybook("worker", "dialist")
    assert said.code == 2
    assert "'transcriber', 'diarist', 'daily'" in said.err


def test_stopping_takes_as_long_as_the_parts_may_drain(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_DRAIN_S", "600")
    monkeypatch.setattr(local_up, "stop", lambda _state_dir, *, drain_s: drain_s == 600)
    assert daybook("down").out == "stopped\n"


@pytest.mark.parametrize(
    "verb", [("up",), ("broker", "start"), ("worker", "daily"), ("up", "--foreground")]
)
def test_a_state_folder_that_cannot_be_is_a_wrong_setting(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    monkeypatch.setattr(broker_module, "LocalBroker", LocalBroker)
    monkeypatch.setattr(up, "start_logging", lambda _level: None)
    monkeypatch.setattr(worker, "start_logging", lambda _level: None)
    monkeypatch.setenv("DAYBOOK_STATE_DIR", "/proc/nope")
    said = daybook(*verb)
    assert said.code == 2
    assert "daybook: DAYBOOK_STATE_DIR='/proc/nope' cannot be used: /proc/nope" in said.err


def test_a_health_port_that_is_taken_is_a_wrong_setting(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "start_logging", lambda _level: None)
    monkeypatch.setattr(worker, "start_tracing", lambda _service: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("DAYBOOK_HEALTH_PORT", str(port))
        said = daybook("worker", "daily")
    assert said.code == 2
    assert said.err.startswith(f"daybook: DAYBOOK_HEALTH_PORT={port} cannot be listened on")
