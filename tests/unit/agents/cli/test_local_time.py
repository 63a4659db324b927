"""Times and zones as people give them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agents.cli import local_time
from agents.cli.local_time import local_time_zone, parse_time
from agents.errors import SettingsError

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T07:40", datetime(2026, 11, 22, 7, 40, tzinfo=ZoneInfo(BERLIN))),
        ("2026-11-22 07:40:01", datetime(2026, 11, 22, 7, 40, 1, tzinfo=ZoneInfo(BERLIN))),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=ZoneInfo(BERLIN))),
        ("2026-11-22T07:40Z", datetime(2026, 11, 22, 7, 40, tzinfo=UTC)),
    ],
)
def test_a_time_without_an_offset_is_local(text: str, expected: datetime) -> None:
    told = parse_time(text, BERLIN)
    assert (told, told.utcoffset()) == (expected, expected.utcoffset())


def test_summer_time_is_the_zones() -> None:
    assert parse_time("2026-07-01T12:00", BERLIN).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("text", ["yesterday", "7:40", "", "2026-13-01"])
def test_what_is_no_time_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="is no ISO 8601 time such as") as caught:
        parse_time(text, BERLIN)
    assert str(caught.value).startswith(f"--recorded-at {text!r} ")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_what_is_no_zone_is_named(zone: str) -> None:
    with pytest.raises(SettingsError, match="is no IANA zone such as Europe/Berlin"):
        parse_time("2026-11-22T07:40", zone)


@pytest.mark.parametrize("named", [BERLIN, f":{BERLIN}"])
def test_the_zone_is_what_tz_says(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("TZ", named)
    assert local_time_zone() == BERLIN


@pytest.mark.parametrize(
    ("target", "zone"),
    [
        ("zoneinfo/America/New_York", "America/New_York"),
        ("zoneinfo/Nowhere", "UTC"),
        ("localtime", "UTC"),
    ],
)
def test_else_what_the_machine_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, target: str, zone: str
) -> None:
    monkeypatch.setenv("TZ", "<-03>3")
    monkeypatch.setattr(local_time, "LOCALTIME", tmp_path / target)
    assert local_time_zone() == zone
