"""One part: ready when its own health says so."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agents.local.part import Part, PartRunner, is_busy, is_ready
from agents.local.processes import await_true
from agents.local.up_state import PartState, run_file

SLEEPER = Part(name="agent", command=(sys.executable, "-c", "import time; time.sleep(600)"))


class HealthPort:
    """A health server whose answer the test decides."""

    def __init__(self) -> None:
        self.status = 503
        self.facts = "{}"
        handler = type("Handler", (_Handler,), {"health": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    health: HealthPort

    def do_GET(self) -> None:
        live = self.path == "/livez"
        self.send_response(200 if live else self.health.status)
        self.end_headers()
        self.wfile.write(self.health.facts.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name upstream
        del format, args


@pytest.fixture
def health() -> Iterator[HealthPort]:
    health = HealthPort()
    yield health
    health.server.shutdown()
    health.server.server_close()


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[PartRunner]:
    runner = PartRunner(SLEEPER, state_dir=tmp_path)
    yield runner
    runner.kill()


def becomes(runner: PartRunner, state: PartState) -> bool:
    def look() -> bool:
        runner.tick()
        return runner.status().state is state

    return await_true(look, timeout_s=10)


def tell_port(tmp_path: Path, *, pid: int, port: int) -> None:
    file = run_file(tmp_path, "agent")
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"pid": pid, "health_port": port}))


def pid_of(runner: PartRunner) -> int:
    runner.tick()
    process = runner.status().process
    assert process
    return process.pid


def test_a_part_is_as_ready_as_its_health_says(
    tmp_path: Path, runner: PartRunner, health: HealthPort
) -> None:
    tell_port(tmp_path, pid=pid_of(runner), port=health.port)
    assert runner.status().state is PartState.STARTING

    for answer, state in ((200, PartState.READY), (503, PartState.UNREADY)):
        health.status = answer
        assert becomes(runner, state)

    assert runner.status().health_url == f"http://127.0.0.1:{health.port}"


def test_the_port_of_a_former_process_is_not_asked(
    tmp_path: Path, runner: PartRunner, health: HealthPort
) -> None:
    health.status = 200
    tell_port(tmp_path, pid=pid_of(runner) + 1, port=health.port)

    runner._due = 0.0
    runner.tick()

    assert runner.status().state is PartState.STARTING
    assert runner.status().health_url is None


def test_a_part_that_was_asked_to_stop_is_not_started_again(runner: PartRunner) -> None:
    runner.tick()

    runner.ask_to_stop()

    assert runner.status().state is PartState.STOPPING
    assert becomes(runner, PartState.STOPPED)
    runner._due = 0.0
    runner.tick()
    assert runner.status().process is None


def test_a_program_that_does_not_exist_is_an_end_with_a_log(tmp_path: Path) -> None:
    part = Part(name="agent", command=("no-such-program",))
    runner = PartRunner(part, state_dir=tmp_path)

    assert becomes(runner, PartState.RESTARTING)

    assert "no-such-program" in (tmp_path / "logs" / "agent.log").read_text()


def test_nobody_at_the_port_is_not_ready(health: HealthPort) -> None:
    assert not is_ready("http://127.0.0.1:9")
    assert not is_ready(f"http://127.0.0.1:{health.port}")


@pytest.mark.parametrize(
    ("facts", "busy"),
    [
        ("{}", True),
        ("", True),
        ('{"waiting_for": []}', True),
        ('{"waiting_for": ["kafka"]}', False),
        ("[1]", False),
        ("no JSON", False),
    ],
)
def test_who_lives_and_waits_for_nobody_is_busy(
    health: HealthPort, facts: str, *, busy: bool
) -> None:
    health.facts = facts
    assert is_busy(f"http://127.0.0.1:{health.port}") is busy


def test_who_refuses_its_settings_says_why(tmp_path: Path) -> None:
    said = "print('{}'); print('daybook: no such model'); raise SystemExit(2)"
    runner = PartRunner(
        Part(name="agent", command=(sys.executable, "-c", said)), state_dir=tmp_path
    )

    assert becomes(runner, PartState.RESTARTING)

    assert (runner.is_wrongly_set, runner.last_words()) == (True, "no such model")
