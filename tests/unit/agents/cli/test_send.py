"""`daybook send`: what is sent, and what is said about what cannot be."""

import errno
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

import pytest

from agents.cli import send as send_module
from agents.cli.progress import RecordingProgress
from agents.cli.send import recording_event, recordings_in
from agents.daily.fold import fold
from agents.errors import DependencyUnavailable
from agents.settings import load_settings
from schemas import AudioReceived, DailyDiary, RecordedAtSource
from tests.support.audio import babble, encoded
from tests.support.builders import a_diary
from tests.support.clock import NOON
from tests.support.command_line import Daybook


class FakeAudioProducer:
    """Takes events; *unavailable* brokers take none."""

    sent: list[AudioReceived]
    unavailable = False

    def __init__(self, _settings: object, **_options: object) -> None:
        type(self).sent = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.unavailable:
            raise DependencyUnavailable("kafka", "1 recordings could not be published")

    def send(self, event: AudioReceived) -> AudioReceived:
        self.sent.append(event)
        return event


@pytest.fixture
def producer(monkeypatch: pytest.MonkeyPatch) -> type[FakeAudioProducer]:
    monkeypatch.setattr(send_module, "AudioProducer", FakeAudioProducer)
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    return FakeAudioProducer


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "walk.m4a"
    path.write_bytes(b"sound")
    return path


def test_recordings_in_a_folder_are_found_by_their_endings(tmp_path: Path) -> None:
    for name in ("b.WAV", "a.m4a", "notes.txt", "inner/c.opus", "README"):
        (tmp_path / "day" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "day" / name).touch()
    (tmp_path / "day" / "folder.wav").mkdir()
    found = list(recordings_in([tmp_path / "day"]))
    assert [str(path.relative_to(tmp_path / "day")) for path in found] == [
        "a.m4a",
        "b.WAV",
        "inner/c.opus",
    ]


def test_a_file_named_itself_is_sent_whatever_it_is_called(tmp_path: Path) -> None:
    assert list(recordings_in([tmp_path / "voice.memo"])) == [tmp_path / "voice.memo"]


def test_a_recording_is_stored_and_told_of(recording: Path, state_dir: Path) -> None:
    told = datetime(2026, 11, 18, 8, tzinfo=UTC)
    event = recording_event(load_settings(user="ada"), recording, told, "Europe/Berlin", "de")
    assert Path(event.audio_uri.removeprefix("file://")).parent == state_dir / "audio"
    assert (event.user_id, event.recorded_at, event.time_zone) == ("ada", told, "Europe/Berlin")
    assert event.recorded_at_source is RecordedAtSource.USER
    assert (event.size_bytes, event.language_hint) == (5, "de")


def test_a_name_with_a_time_says_when(tmp_path: Path) -> None:
    path = tmp_path / "20261118_091000.m4a"
    path.touch()
    event = recording_event(load_settings(), path, None, "Europe/Berlin")
    assert event.recorded_at == datetime(2026, 11, 18, 8, 10, tzinfo=UTC)
    assert event.recorded_at_source is RecordedAtSource.FILENAME


TAGGED, BY_TAG = "2026-11-18T07:40:00.000000Z", datetime(2026, 11, 18, 7, 40, tzinfo=UTC)
NAMED, BY_NAME = "20261118_091000.m4a", datetime(2026, 11, 18, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "name", "at", "source"),
    [
        (TAGGED, NAMED, BY_TAG, RecordedAtSource.FILE_METADATA),
        (TAGGED, "walk.m4a", BY_TAG, RecordedAtSource.FILE_METADATA),
        ("1970-01-01T00:00:00.000000Z", NAMED, BY_NAME, RecordedAtSource.FILENAME),
        (None, NAMED, BY_NAME, RecordedAtSource.FILENAME),
        (None, "walk.m4a", None, RecordedAtSource.UNKNOWN),
    ],
)
def test_what_the_recording_itself_says_counts_more_than_its_name(
    tmp_path: Path, tag: str | None, name: str, at: datetime | None, source: RecordedAtSource
) -> None:
    path = tmp_path / name
    path.write_bytes(encoded(babble(1), "m4a", {"creation_time": tag} if tag else None))
    event = recording_event(load_settings(), path, None, "Europe/Berlin")
    assert (event.recorded_at, event.recorded_at_source) == (at, source)


def test_what_a_person_says_counts_most(tmp_path: Path) -> None:
    path, told = tmp_path / NAMED, datetime(2026, 11, 17, 6, tzinfo=UTC)
    path.write_bytes(encoded(babble(1), "m4a", {"creation_time": TAGGED}))
    event = recording_event(load_settings(), path, told, "Europe/Berlin")
    assert (event.recorded_at, event.recorded_at_source) == (told, RecordedAtSource.USER)


def test_a_name_without_a_time_leaves_it_to_the_worker(recording: Path) -> None:
    event = recording_event(load_settings(), recording, None, "Europe/Berlin")
    assert (event.recorded_at, event.recorded_at_source) == (None, RecordedAtSource.UNKNOWN)


def test_what_was_sent_is_counted(
    daybook: Daybook, producer: type[FakeAudioProducer], recording: Path
) -> None:
    said = daybook("send", "--user", "ada", str(recording))
    assert (said.code, said.out) == (0, "")
    assert said.err == "sent 1 recordings; `daybook diary show` has the diary\n"
    assert [event.user_id for event in producer.sent] == ["ada"]


def test_as_json_each_file_has_its_id(
    daybook: Daybook, producer: type[FakeAudioProducer], recording: Path
) -> None:
    said = daybook("send", "--json", str(recording))
    (event,) = producer.sent
    assert json.loads(said.out) == [
        {"file": str(recording), "recording_id": event.recording_id},
    ]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--time-zone", "Mars/Olympus"], "--time-zone 'Mars/Olympus' is no IANA zone"),
        (["--time-zone", ""], "--time-zone '' is no IANA zone"),
        (["--recorded-at", "0001-01-01T00:00"], "--recorded-at '0001-01-01T00:00' is "),
        (["--recorded-at", "yesterday"], "--recorded-at 'yesterday' is no ISO 8601 time"),
        (
            ["--recorded-at", "2026-11-18T08:00Z", "--time-zone", "Mars/Olympus"],
            "--time-zone 'Mars/Olympus' is no IANA zone",
        ),
    ],
)
def test_a_wrong_option_is_named_before_anything_is_stored(
    daybook: Daybook, recording: Path, state_dir: Path, options: list[str], problem: str
) -> None:
    said = daybook("send", *options, str(recording))
    assert (said.code, (state_dir / "audio").exists()) == (2, False)
    assert said.err.startswith(f"daybook: {problem}")


def test_a_person_whose_name_no_event_can_hold_is_named(
    daybook: Daybook, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    said = daybook("send", "--user", "a/b", str(recording))
    assert said.code == 2
    assert said.err.startswith("daybook: DAYBOOK_USER='a/b': ")


def test_without_a_broker_the_cure_is_told(daybook: Daybook, recording: Path) -> None:
    said = daybook("send", str(recording))
    assert said.code == 2
    assert said.err.startswith("daybook: no broker is known: set DAYBOOK_KAFKA_BOOTSTRAP=")


def test_brokers_that_take_nothing_are_a_dependency(
    daybook: Daybook,
    producer: type[FakeAudioProducer],
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(producer, "unavailable", True)
    said = daybook("send", str(recording))
    assert (said.code, said.err) == (3, "daybook: 1 recordings could not be published\n")


def a_page() -> DailyDiary:
    page = fold(None, [a_diary(diary_date=date(2026, 11, 18))], now=NOON)
    assert page is not None
    return page


class FakeFollowing:
    """Knows at once how each recording ended: *reason* None is well."""

    reason: str | None = None

    def __init__(self, _settings: object) -> None: ...

    def close(self) -> None: ...

    def until_finished(self, names: dict[str, str], _console: object) -> dict[str, Any]:
        return {
            recording_id: RecordingProgress(name=name, reason=self.reason)
            for recording_id, name in names.items()
        }

    def days(self) -> list[object]:
        return []


@pytest.mark.parametrize(("reason", "code"), [(None, 0), ("audio-undecodable", 1)])
def test_who_waits_is_told_by_the_exit_code(
    daybook: Daybook,
    producer: type[FakeAudioProducer],
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
    reason: str | None,
    code: int,
) -> None:
    monkeypatch.setattr(FakeFollowing, "reason", reason)
    monkeypatch.setattr(send_module, "Following", FakeFollowing)
    monkeypatch.setattr(send_module, "pages_of", lambda *_args: [])
    assert daybook("send", "--wait", str(recording)).code == code
    assert len(producer.sent) == 1


def test_who_waits_for_json_gets_one_document(
    daybook: Daybook,
    producer: type[FakeAudioProducer],
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(send_module, "Following", FakeFollowing)
    monkeypatch.setattr(send_module, "pages_of", lambda *_args: [a_page()])
    said = json.loads(daybook("send", "--wait", "--json", str(recording)).out)
    (one,), (page,) = said["recordings"], said["pages"]
    assert (one["file"], one["recording_id"]) == (str(recording), producer.sent[0].recording_id)
    assert (one["state"], one["reason"]) == ("RECEIVED", None)
    assert page["diary_date"] == "2026-11-18"


def test_a_folder_without_recordings_is_told_with_what_counts(
    daybook: Daybook, tmp_path: Path
) -> None:
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "notes.txt").touch()
    said = daybook("send", str(tmp_path / "day"))
    assert said.code == 2
    assert said.err.startswith(f"daybook: there is no recording in '{tmp_path / 'day'}': ")
    assert ".m4a .mka" in said.err


def test_a_file_that_cannot_be_read_is_named(
    daybook: Daybook, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, _folder: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(send_module, "store_file", refuse)
    said = daybook("send", str(recording))
    assert (said.code, said.err) == (1, f"daybook: {recording}: Permission denied\n")


def test_a_file_that_is_missing_is_wrong_usage(daybook: Daybook, tmp_path: Path) -> None:
    said: Any = daybook("send", str(tmp_path / "no.m4a"))
    assert said.code == 2
    assert "does not exist" in said.err
