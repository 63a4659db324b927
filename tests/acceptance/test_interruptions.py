"""What is left running when somebody, or something, stops a verb in the middle: nothing."""

import signal
from pathlib import Path

import pytest

from agents.local.processes import ProcessId, is_alive
from agents.local.up_state import UpStatus
from tests.support.pipeline import Pipeline, eventually


def all_started(state_dir: Path) -> list[ProcessId] | None:
    """Return the supervisor and its parts, of which none needs to be ready, once all run."""
    known = UpStatus.read(state_dir)
    processes = [part.process for part in known.parts] if known else []
    if known is None or None in processes:
        return None
    return [known.supervisor, *filter(None, processes)]


def sending(state_dir: Path) -> UpStatus | None:
    """Return the supervisor once the start is over and recordings are stored."""
    return UpStatus.read(state_dir) if any((state_dir / "audio").glob("*.opus")) else None


@pytest.mark.parametrize(
    ("verb", "number", "code"),
    [
        ("demo", signal.SIGINT, 130),
        ("demo", signal.SIGTERM, 143),
        ("up", signal.SIGINT, 130),
        ("up", signal.SIGTERM, 143),
    ],
)
def test_a_verb_that_is_stopped_while_it_starts_leaves_nothing_running(
    tmp_path: Path, verb: str, number: signal.Signals, code: int
) -> None:
    pipeline = Pipeline(tmp_path)
    state_dir = pipeline.state_dir / "demo" if verb == "demo" else pipeline.state_dir
    with pipeline.begun(verb) as program:
        processes = eventually(lambda: all_started(state_dir), within_s=60, what="all parts")
        # A second one at once, as `timeout 60 make demo` sends it.
        program.send_signal(number)
        program.send_signal(signal.SIGTERM)
        assert program.wait(90) == code
    assert not any(map(is_alive, processes))
    assert not (state_dir / "up.json").exists()


def test_a_demo_that_nobody_listens_to_any_more_leaves_nothing_running(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    with pipeline.begun("demo") as program:
        running = eventually(
            lambda: sending(pipeline.state_dir / "demo"), within_s=120, what="recordings"
        )
        assert program.stderr
        program.stderr.close()
        program.send_signal(signal.SIGTERM)
        program.wait(90)
    assert not is_alive(running.supervisor)
    assert not (pipeline.state_dir / "demo" / "up.json").exists()


def test_a_wrong_model_ends_the_start_at_once(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path, whisper_model=str(tmp_path / "no-model"))
    said = pipeline.run("up")
    assert (said.returncode, said.stdout) == (2, "")
    assert "DAYBOOK_WHISPER_MODEL=" in said.stderr.splitlines()[-1]
    assert pipeline.run("status").returncode == 1


def test_brokers_that_do_not_answer_are_a_dependency(tmp_path: Path) -> None:
    said = Pipeline(tmp_path, kafka_bootstrap="127.0.0.1:1").run("up")
    assert (said.returncode, said.stdout) == (3, "")
    assert "do not answer" in said.stderr.splitlines()[-1]
    assert "%3|" not in said.stderr
