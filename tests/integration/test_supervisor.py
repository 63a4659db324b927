"""The supervisor, in a process of its own, with small programs in place of the agents."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.errors import SupervisorError
from agents.local import up
from agents.local.processes import await_end, await_true, is_alive
from agents.local.up_state import PartState, PartStatus, UpStatus, part_log

SUPERVISE = """
import json, sys
from pathlib import Path
from agents.local.part import Part
from agents.local.supervisor import Supervisor

state_dir, bootstrap, programs = Path(sys.argv[1]), sys.argv[2] or None, json.loads(sys.argv[3])
parts = [
    Part(name=name, command=(sys.executable, "-c", program), has_health=name == "healthy")
    for name, program in programs.items()
]
prepared = state_dir / "prepared"
Supervisor(
    state_dir, parts=parts, prepare=prepared.write_text, bootstrap=bootstrap, drain_s=0.5
).run()
"""

SLEEPER = "import time; print('awake', flush=True); time.sleep(600)"

STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"

CRASHER = "raise SystemExit('no such model')"

HEALTHY = """
import http.server, json, os, pathlib
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", 0), Ready)
run = pathlib.Path(os.environ["DAYBOOK_STATE_DIR"], "run")
run.mkdir(exist_ok=True)
facts = {"pid": os.getpid(), "health_port": server.server_port}
(run / "healthy.json").write_text(json.dumps(facts))
server.serve_forever()
"""

ELSEWHERE = "kafka.example:9092"

Start = Callable[..., UpStatus]


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    up.stop(tmp_path, timeout_s=20)


@pytest.fixture
def start(state_dir: Path) -> Start:
    def start(bootstrap: str = ELSEWHERE, timeout_s: float = 40.0, **programs: str) -> UpStatus:
        command = [sys.executable, "-c", SUPERVISE, str(state_dir), bootstrap, json.dumps(programs)]
        return up.start_detached(command, state_dir=state_dir, timeout_s=timeout_s)

    return start


def part(state_dir: Path, name: str) -> PartStatus:
    status = up.status(state_dir)
    assert status is not None
    return next(part for part in status.parts if part.name == name)


def all_gone(status: UpStatus) -> bool:
    processes = [part.process for part in status.parts if part.process]
    return not any(map(is_alive, (status.supervisor, *processes)))


def test_a_part_that_is_killed_is_started_again(state_dir: Path, start: Start) -> None:
    before = start(sleeper=SLEEPER).parts[0]
    assert before.process

    os.kill(before.process.pid, signal.SIGKILL)

    assert await_true(lambda: part(state_dir, "sleeper").restarts == 1, timeout_s=10)
    assert await_true(lambda: part(state_dir, "sleeper").state is PartState.READY, timeout_s=10)
    assert part(state_dir, "sleeper").exit_code == -signal.SIGKILL


def test_a_part_that_keeps_ending_is_started_ever_later_and_named(
    state_dir: Path, start: Start
) -> None:
    with pytest.raises(SupervisorError, match=r"crasher is .* after [23] restarts.*\nno such"):
        # Starts at 0 s, 0.5 s and 1.5 s; the next would be at 3.5 s.
        start(crasher=CRASHER, sleeper=SLEEPER, timeout_s=2.8)

    assert up.status(state_dir) is None


def test_stop_ends_every_part_also_one_that_ignores_it(state_dir: Path, start: Start) -> None:
    running = start(sleeper=SLEEPER, stubborn=STUBBORN)

    assert up.stop(state_dir)

    assert all_gone(running)
    assert not up.stop(state_dir)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_parts_end_with_a_supervisor_that_is_killed(start: Start) -> None:
    running = start(sleeper=SLEEPER, stubborn=STUBBORN)

    os.kill(running.supervisor.pid, signal.SIGKILL)

    assert await_true(lambda: all_gone(running), timeout_s=10)
    assert start(sleeper=SLEEPER).supervisor != running.supervisor


def test_a_second_start_finds_the_first(start: Start) -> None:
    first = start(sleeper=SLEEPER)

    assert start(sleeper=SLEEPER) == first


def test_each_part_has_a_log_and_a_health_address(state_dir: Path, start: Start) -> None:
    healthy, sleeper = start(healthy=HEALTHY, sleeper=SLEEPER).parts

    assert (healthy.state, sleeper.state) == (PartState.READY, PartState.READY)
    assert (healthy.health_url or "").startswith("http://127.0.0.1:")
    assert await_true(lambda: part_log(state_dir, "sleeper").read_text() == "awake\n", timeout_s=10)


def test_the_broker_starts_before_the_topics_and_again_after_its_end(
    state_dir: Path, start: Start
) -> None:
    running = start(bootstrap="", sleeper=SLEEPER)
    assert [part.name for part in running.parts] == ["broker", "sleeper"]
    assert (state_dir / "prepared").read_text() == running.bootstrap

    broker = running.parts[0].process
    assert broker
    os.kill(broker.pid, signal.SIGKILL)
    assert await_true(lambda: part(state_dir, "broker").restarts == 1, timeout_s=10)
    assert await_true(lambda: part(state_dir, "broker").process != broker, timeout_s=30)
    assert up.status(state_dir).bootstrap == running.bootstrap  # type: ignore[union-attr]


def test_a_supervisor_that_cannot_start_says_why(state_dir: Path, start: Start) -> None:
    (state_dir / "prepared").mkdir()

    with pytest.raises(SupervisorError, match="IsADirectoryError"):
        start(sleeper=SLEEPER)

    assert up.status(state_dir) is None


def test_ctrl_c_ends_the_supervisor_and_its_parts(start: Start) -> None:
    running = start(sleeper=SLEEPER)

    os.kill(running.supervisor.pid, signal.SIGINT)

    assert await_end(running.supervisor, timeout_s=10)
    assert all_gone(running)
