"""The bundled demo is complete, consistent and small; what is heard in it is tested elsewhere."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from agents import demo
from agents.transcriber.models import takes_prompts

DATA = Path(__file__).parents[3] / "data"
DAYS = (
    demo.day(),
    demo.read_day(DATA / "recordings/recordings.json", DATA / "recordings"),
)


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.user)
def test_the_manifest_names_every_recording_once(day: demo.DemoDay) -> None:
    named = [recording.path for recording in day.recordings]
    assert sorted(named) == sorted(named[0].parent.glob("*.opus"))


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.user)
def test_a_text_is_its_segments_joined_by_a_space(day: demo.DemoDay) -> None:
    for recording in day.recordings:
        assert recording.text == " ".join(recording.segments)
        assert recording.language in {*demo.MODEL_LANGUAGES, None}


def test_the_recordings_are_in_order_and_within_one_diary_day() -> None:
    day = demo.day()
    times = [recording.recorded_at for recording in day.recordings]
    dates = {(at.astimezone(day.time_zone) - timedelta(hours=4)).date() for at in times}
    assert times == sorted(times)
    assert dates == {day.date}


def test_the_day_holds_the_cases_a_pipeline_must_master() -> None:
    recordings = demo.recordings()
    assert {recording.language for recording in recordings} == {"en", "de", None}
    assert [recording.late for recording in recordings].count(True) == 1
    assert [recording.text for recording in recordings].count("") == 1
    assert recordings[-1].recorded_at.date() > demo.day().date


@pytest.mark.parametrize(
    ("folder", "limit_bytes"),
    [
        (demo.MODEL_DIR, 4_000_000),
        (demo.RECORDINGS_DIR, 300_000),
        (DATA / "recordings", 120_000),
        (DATA / "recordings/formats", 500_000),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_bundled_files_stay_small(folder: Path, limit_bytes: int) -> None:
    assert 0 < bytes_in(folder) <= limit_bytes


def test_the_model_says_how_recordings_must_be_cut_for_it() -> None:
    settings = json.loads((demo.MODEL_DIR / "daybook.json").read_text("utf-8"))
    assert settings["chunk"] == {"max_s": 9.0, "silence_ms": 250, "pad_ms": 150, "merge": False}


def test_the_model_says_that_it_was_not_taught_to_follow_a_prompt() -> None:
    assert not takes_prompts(demo.MODEL_DIR)
