from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.transcriber.recorded_at import (
    RecordedAt,
    plausible_arrival,
    resolve_recorded_at,
    time_in_name,
    time_in_tags,
)
from schemas import AudioReceived, RecordedAtSource

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT = datetime(2026, 11, 19, 7, 40, tzinfo=UTC)


def event(**changes: object) -> AudioReceived:
    fields = {"user_id": "anna", "audio_uri": "file:///x", "time_zone": "Europe/Rome"}
    return AudioReceived(**(fields | changes))  # type: ignore[arg-type]  # a test's shorthand


def resolve(
    *, tags: dict[str, str] | None = None, name: str = "memo", **changes: object
) -> RecordedAt:
    return resolve_recorded_at(event(**changes), time_tags=tags or {}, name=name, received_at=NOW)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2026-11-19 07.40", "2026-11-19T07:40:00+01:00"),
        ("2026-11-19 07.40.12", "2026-11-19T07:40:12+01:00"),
        ("20261119_074000", "2026-11-19T07:40:00+01:00"),
        ("VID_20261119_074012", "2026-11-19T07:40:12+01:00"),
        ("PXL_20261119_074000123", "2026-11-19T07:40:00+00:00"),
        ("WhatsApp Audio 2026-11-19 at 07.40.12", "2026-11-19T07:40:12+01:00"),
        ("WhatsApp Ptt 2026-11-19 at 7.40.12 PM", "2026-11-19T19:40:12+01:00"),
        ("signal-2026-11-19-07-40-12-345", "2026-11-19T07:40:12+01:00"),
        ("Recording 2026-11-19T07:40:12Z", "2026-11-19T07:40:12+00:00"),
        ("memo 2026-11-19T07_40_12+0100", "2026-11-19T07:40:12+01:00"),
        ("AUD-20261119-WA0003", None),
        ("20261332_074000", None),
        ("a20261119_074000", None),
        ("memo 17", None),
        ("2026-11-19", None),
    ],
)
def test_reads_the_time_that_phones_and_recorders_write_in_names(
    name: str, expected: str | None
) -> None:
    found = time_in_name(name, ROME)

    assert (found.isoformat() if found else None) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"creation_time": "2026-11-19T07:40:00.000000Z"}, "2026-11-19T07:40:00+00:00"),
        (
            {
                "creation_time": "2026-11-19T06:45:00Z",
                "com.apple.quicktime.creationdate": "2026-11-19T07:40:00+0100",
            },
            "2026-11-19T07:40:00+01:00",
        ),
        ({"date": "2026-11-19", "creation_time": "07:40:00"}, "2026-11-19T07:40:00+01:00"),
        ({"date": "2026-11-19"}, None),
        ({"date": "2026"}, None),
        ({}, None),
    ],
)
def test_reads_the_time_in_a_files_own_tags(tags: dict[str, str], expected: str | None) -> None:
    found = time_in_tags(tags, ROME)

    assert (found.isoformat() if found else None) == expected


def test_the_producers_time_comes_first() -> None:
    resolved = resolve(
        recorded_at=AT,
        recorded_at_source=RecordedAtSource.DEVICE,
        tags={"creation_time": "2026-11-18T00:00:00Z"},
    )

    assert resolved == RecordedAt(at=AT, source=RecordedAtSource.DEVICE)


def test_then_the_files_own_then_its_name_then_the_upload() -> None:
    tags, name = {"creation_time": "2026-11-19T07:40:00Z"}, "20261119_084000"

    assert resolve(tags=tags, name=name).source is RecordedAtSource.FILE_METADATA
    assert resolve(name=name) == RecordedAt(at=AT, source=RecordedAtSource.FILENAME)
    assert resolve(uploaded_at=AT) == RecordedAt(at=AT, source=RecordedAtSource.UPLOAD_TIME)
    assert resolve(occurred_at=AT) == RecordedAt(at=AT, source=RecordedAtSource.UPLOAD_TIME)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), "clock_unset"),
        (NOW + timedelta(days=2), "clock_future"),
    ],
)
def test_a_clock_that_cannot_be_right_gives_a_warning_and_way(wrong: datetime, code: str) -> None:
    resolved = resolve(recorded_at=wrong, name="20261119_084000")

    assert resolved == RecordedAt(at=AT, source=RecordedAtSource.FILENAME, warnings=(code,))


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        (None, NOW),
        (AT, AT),
        (datetime(9989, 12, 31, 23, tzinfo=UTC), NOW),
        (datetime(2, 1, 2, tzinfo=UTC), NOW),
    ],
)
def test_an_arrival_is_believed_unless_its_clock_cannot_be_right(
    claimed: datetime | None, expected: datetime
) -> None:
    assert plausible_arrival(claimed, NOW) == expected


def test_when_every_clock_is_wrong_the_arrival_counts() -> None:
    unset = datetime(1970, 1, 1, tzinfo=UTC)

    resolved = resolve(recorded_at=unset, uploaded_at=unset)

    assert resolved == RecordedAt(
        at=NOW, source=RecordedAtSource.UPLOAD_TIME, warnings=("clock_unset",)
    )
