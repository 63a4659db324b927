"""Log events as a program reads them."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from agents import logs
from agents.logs import SeldomFilter, start_logging


@pytest.fixture(autouse=True)
def former_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def events(captured: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.readouterr().err.splitlines()]


def test_an_event_is_a_line_of_json_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info")
    structlog.get_logger().info("started", group="daybook.daily")
    (event,) = events(capsys)
    assert str(event.pop("timestamp")).endswith("Z")
    assert event == {"event": "started", "group": "daybook.daily", "level": "info"}


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("warning")
    structlog.get_logger().info("started")
    structlog.get_logger().warning("waiting")
    assert [event["event"] for event in events(capsys)] == ["waiting"]


def test_libraries_write_the_same_lines_and_warn_only(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("debug")
    logging.getLogger("aiokafka").info("connected")
    logging.getLogger("aiokafka").warning("%s is gone", "broker 1")
    (event,) = events(capsys)
    assert (event["event"], event["level"], event["logger"]) == (
        "broker 1 is gone",
        "warning",
        "aiokafka",
    )


def test_an_error_brings_its_trace_along(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("info")
    try:
        int("lost")
    except ValueError:
        structlog.get_logger().exception("failed")
    (event,) = events(capsys)
    assert "ValueError: invalid literal" in str(event["exception"])


def test_a_library_that_repeats_itself_is_heard_once_in_a_while(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    start_logging("info")
    now = 0.0
    monkeypatch.setattr("agents.logs.time.monotonic", lambda: now)
    for second in (0, 1, 2, logs.REPEAT_S):
        now = second
        logging.getLogger("aiokafka").error("away: %s", second)
    logging.getLogger("aiokafka").error("another line")
    assert [event["event"] for event in events(capsys)] == [
        "away: 0",
        "away: 10.0 (2 more like it withheld)",
        "another line",
    ]


def test_different_errors_from_one_line_are_all_heard(capsys: pytest.CaptureFixture[str]) -> None:
    """All that asyncio says of errors that nobody has looked at comes from one line."""
    start_logging("info")
    for error in (ValueError(), KeyError(), ValueError()):
        logging.getLogger("asyncio").error("never retrieved", exc_info=error)
    assert [str(event["exception"]) for event in events(capsys)] == ["ValueError", "KeyError"]


def test_a_message_that_cannot_be_formatted_does_not_fail_whoever_logs_it() -> None:
    seldom = SeldomFilter(repeat_s=0.0)
    record = logging.LogRecord("faust", logging.ERROR, "a.py", 1, "%d", ("x",), None)
    seldom._passed["a.py", 1, None] = (0.0, 2)
    assert seldom.filter(record)
    assert (record.msg, record.args) == ("%d (2 more like it withheld)", ("x",))
