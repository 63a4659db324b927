"""How far recordings have come, and what a person sees of it."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from agents.cli.progress import LiveView, PlainView, RecordingProgress, progress_view
from schemas import StageState, StatusChanged
from tests.support.clock import NOON

SENT = RecordingProgress(name="a.m4a")
SENTENCE = "transcriber gave up: audio-missing (there is no file 'a.m4a')"


def a_status(stage: str, state: StageState, **changes: Any) -> StatusChanged:
    facts: dict[str, Any] = {"user_id": "ada", "recording_id": "rec-1", "attempt": 1, "at": NOON}
    return StatusChanged(stage=stage, state=state, **facts | changes)


def after(*statuses: StatusChanged) -> RecordingProgress:
    progress = SENT
    for status in statuses:
        progress = progress.after(status)
    return progress


@pytest.mark.parametrize(
    ("statuses", "words", "finished"),
    [
        ([], "sent", False),
        ([a_status("transcriber", StageState.RUNNING, progress=0.5)], "transcriber running 50%", 0),
        ([a_status("diarist", StageState.DONE)], "diarist done", False),
        ([a_status("daily", StageState.DONE)], "in the diary", True),
        (
            [a_status("daily", StageState.WAITING, detail="waiting for kafka")],
            "daily waiting (waiting for kafka)",
            False,
        ),
        (
            [
                a_status(
                    "transcriber",
                    StageState.FAILED,
                    reason="audio-missing",
                    detail="there is no file 'a.m4a'",
                )
            ],
            SENTENCE,
            True,
        ),
    ],
)
def test_each_status_has_its_words(
    statuses: list[StatusChanged], words: str, *, finished: bool
) -> None:
    progress = after(*statuses)
    assert (progress.words, progress.finished) == (words, finished)


def test_a_late_word_of_an_earlier_stage_changes_nothing() -> None:
    progress = after(
        a_status("diarist", StageState.RUNNING),
        a_status("transcriber", StageState.RUNNING, progress=0.9),
    )
    assert (progress.stage, progress.words) == ("diarist", "diarist running")


def test_a_recording_that_failed_and_is_sent_again_goes_on() -> None:
    progress = after(
        a_status("transcriber", StageState.FAILED, reason="audio-missing"),
        a_status("transcriber", StageState.RUNNING),
    )
    assert (progress.finished, progress.reason) == (False, None)


def plain() -> tuple[PlainView, StringIO]:
    written = StringIO()
    return PlainView(Console(file=written)), written


def test_the_plain_view_has_a_line_for_every_change() -> None:
    view, written = plain()
    running = after(a_status("transcriber", StageState.RUNNING, progress=0.1))
    further = running.after(a_status("transcriber", StageState.RUNNING, progress=0.2))
    for progress in (SENT, SENT, running, further):
        view.show({"rec-1": progress})
    assert written.getvalue() == "a.m4a: sent\na.m4a: transcriber running 10%\n"


def test_a_long_reason_stays_on_its_line() -> None:
    view, written = plain()
    failed = a_status("diarist", StageState.FAILED, reason="r", detail="long " * 50)
    view.show({"rec-1": after(failed)})
    assert len(written.getvalue().splitlines()) == 1


@pytest.mark.parametrize("detail", ["[/tmp/x]", "[red]", "[link=x]"])
def test_what_looks_like_markup_is_shown_as_it_is(detail: str) -> None:
    view, written = plain()
    failed = a_status("transcriber", StageState.FAILED, reason="r", detail=detail)
    view.show({"rec-1": after(failed)})
    assert written.getvalue() == f"a.m4a: transcriber gave up: r ({detail})\n"


def test_on_a_terminal_a_table_moves() -> None:
    console = Console(file=StringIO(), force_terminal=True, width=80)
    running = after(a_status("diarist", StageState.RUNNING, detail="[/tmp/x]"))
    with progress_view(console) as view:
        view.show({"rec-1": SENT})
        view.show({"rec-1": running, "rec-2": after(a_status("daily", StageState.DONE))})
    assert isinstance(view, LiveView)
    shown = console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert "━━━━╌╌╌╌╌╌╌╌" in shown
    assert "[/tmp/x]" in shown
    assert "in the diary" in shown


def test_elsewhere_there_are_lines() -> None:
    with progress_view(Console(file=StringIO())) as view:
        assert isinstance(view, PlainView)
