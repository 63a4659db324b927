"""A person's own recordings, sent and waited for by the command line."""

import json
import shutil
from pathlib import Path

from agents import demo
from tests.support.pipeline import Pipeline


def test_send_and_wait_shows_each_step_and_ends_with_the_diary(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    one = next(one for one in demo.recordings() if one.segments)
    mine = tmp_path / "Grüße aus dem Büro 2026-11-18 07.40.opus"
    shutil.copy(one.path, mine)
    done = pipeline.run("send", "--wait", "--user", "sender", "--time-zone", "UTC", str(mine))
    assert done.returncode == 0, done.stderr
    assert f"{mine.name}: sent" in done.stderr
    assert f"{mine.name}: in the diary" in done.stderr
    assert done.stdout.startswith("# Wednesday, 18 November 2026")
    assert one.segments[0] in done.stdout


def test_send_and_wait_fails_and_says_why_when_a_recording_is_given_up(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    words = tmp_path / "words.mp3"
    words.write_text("these are words")
    done = pipeline.run("send", "--wait", "--user", "sender", str(words))
    assert done.returncode == 1
    assert "words.mp3: transcriber gave up: audio-undecodable" in done.stderr


def test_a_whole_folder_is_sent(pipeline: Pipeline, tmp_path: Path) -> None:
    clips = demo.recordings()[:2]
    for one in clips:
        shutil.copy(one.path, tmp_path)
    (tmp_path / "notes.txt").write_text("no recording")
    said = json.loads(pipeline.ok("send", "--json", "--user", "folder", str(tmp_path)))
    assert [Path(one["file"]).name for one in said] == [one.path.name for one in clips]
