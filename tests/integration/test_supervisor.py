"""The supervisor, in a process of its own, with small programs in place of the agents."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agents.errors import SupervisorError
from agents.local import up
from agents.local.awaiting import Patience
from agents.local.processes import await_end, await_true, is_alive
from agents.local.up_state import PartState, PartStatus, UpStatus, part_log

SUPERVISE = """
import json, signal, sys
from pathlib import Path
# As a terminal starts it: tests may run where interrupts are ignored, which children inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)
from agents.cli.main import exit_code
from agents.errors import PipelineError
from agents.local.part import Part
from agents.local.supervisor import Supervisor

state_dir, bootstrap, programs = Path(sys.argv[1]), sys.argv[2] or None, json.loads(sys.argv[3])
parts = [
    Part(name=name, command=(sys.executable, "-c", program), has_health=name == "healthy")
    for name, program in programs.items()
]
prepared = state_dir / "prepared"
supervisor = Supervisor(
    state_dir, parts=parts, prepare=prepared.write_text, bootstrap=bootstrap, drain_s=0.5
)
try:
    supervisor.run()
except PipelineError as error:
    print(f"daybook: {error}")
    sys.exit(exit_code(error))
"""

SLEEPER = "import time; print('awake', flush=True); time.sleep(600)"

STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"

CRASHER = "raise SystemExit('no such model')"

HEALTHY = """
LOADS_S = 0
import http.server, json, os, pathlib, time
begin = time.monotonic()
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ready = self.path == "/livez" or time.monotonic() >= begin + LOADS_S
        self.send_response(200 if ready else 503)
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", 0), Ready)
run = pathlib.Path(os.environ["DAYBOOK_STATE_DIR"], "run")
run.mkdir(exist_ok=True)
facts = {"pid": os.getpid(), "health_port": server.server_port}
(run / "healthy.json").write_text(json.dumps(facts))
server.serve_forever()
"""

LOADING = HEALTHY.replace("LOADS_S = 0", "LOADS_S = 6")

WRONGLY_SET = "import sys; print('{}'); print('daybook: no model such as x'); sys.exit(2)"

ELSEWHERE = "kafka.example:9092"

Start = Callable[..., UpStatus]


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    up.stop(tmp_path)


def supervise(state_dir: Path, bootstrap: str = ELSEWHERE, **programs: str) -> list[str]:
    return [sys.executable, "-c", SUPERVISE, str(state_dir), bootstrap, json.dumps(programs)]


@pytest.fixture
def start(state_dir: Path) -> Start:
    def start(bootstrap: str = ELSEWHERE, stuck_s: float = 40.0, **programs: str) -> UpStatus:
        command = supervise(state_dir, bootstrap, **programs)
        return up.start_detached(command, state_dir=state_dir, patience=Patience(stuck_s=stuck_s))

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
    with pytest.raises(SupervisorError, match=r"crasher is .* after [1-9] restarts.*\nno such"):
        # Starts at 0 s, 0.5 s, 1.5 s, 3.5 s and 7.5 s, later on a busy machine.
        start(crasher=CRASHER, sleeper=SLEEPER, stuck_s=9)

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


def test_a_part_that_refuses_its_settings_ends_the_start_at_once(
    state_dir: Path, start: Start
) -> None:
    with pytest.raises(SupervisorError) as caught:
        start(wrong=WRONGLY_SET, sleeper=SLEEPER)

    assert str(caught.value) == "wrong cannot run as it is set: no model such as x"
    assert caught.value.exit_code == 2
    assert up.status(state_dir) is None


def test_a_part_that_loads_may_take_longer_than_one_that_keeps_ending(start: Start) -> None:
    # Less than the part's loading, but more than the start of the supervisor and of the part.
    assert start(healthy=LOADING, stuck_s=5.5).ready


def test_what_is_awaited_is_told(state_dir: Path) -> None:
    told: list[str] = []
    patience = Patience(limit_s=3, tell=told.append, tell_every_s=0.5)

    with pytest.raises(SupervisorError, match="not everything became ready: healthy is starting"):
        up.start_detached(
            supervise(state_dir, healthy=LOADING), state_dir=state_dir, patience=patience
        )

    assert any(line.startswith("Waiting for healthy (starting) … ") for line in told)


def test_two_starts_at_once_both_find_everything_ready(state_dir: Path) -> None:
    command = supervise(state_dir, sleeper=SLEEPER)

    with ThreadPoolExecutor(2) as pool:
        starts = [pool.submit(up.start_detached, command, state_dir=state_dir) for _ in range(2)]

    assert starts[0].result().supervisor == starts[1].result().supervisor


def test_an_interrupted_start_stops_what_it_began(state_dir: Path) -> None:
    seen: list[UpStatus | None] = []

    def interrupt(_line: str) -> None:
        if up.status(state_dir):
            seen.append(up.status(state_dir))
            raise KeyboardInterrupt

    patience = Patience(tell=interrupt, tell_every_s=0.1)
    with pytest.raises(KeyboardInterrupt):
        up.start_detached(supervise(state_dir, x=LOADING), state_dir=state_dir, patience=patience)

    assert seen[0]
    begun = seen[0]
    assert await_true(lambda: all_gone(begun), timeout_s=10)
    assert up.status(state_dir) is None


def test_the_state_folder_is_for_one_person_alone(state_dir: Path, start: Start) -> None:
    start(sleeper=SLEEPER)

    folders = [state_dir, *(path for path in state_dir.iterdir() if path.is_dir())]
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}
