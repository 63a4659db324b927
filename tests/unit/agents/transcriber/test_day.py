from datetime import datetime, time

import pytest

from agents.transcriber.day import diary_date


@pytest.mark.parametrize(
    ("recorded_at", "zone", "day_start", "expected"),
    [
        ("2026-11-17T01:10:00+00:00", "Europe/Rome", time(4), "2026-11-16"),
        ("2026-11-17T03:00:00+00:00", "Europe/Rome", time(4), "2026-11-17"),
        ("2026-11-17T01:10:00+00:00", "Europe/Rome", time(0), "2026-11-17"),
        ("2026-11-17T07:00:00+00:00", "America/Los_Angeles", time(4), "2026-11-16"),
        # The night of 25 hours in Rome: 03:59 and 04:00 on the wall, after the clock went back.
        ("2026-10-25T02:59:00+00:00", "Europe/Rome", time(4), "2026-10-24"),
        ("2026-10-25T03:00:00+00:00", "Europe/Rome", time(4), "2026-10-25"),
        # The night of 23 hours.
        ("2026-03-29T01:59:00+00:00", "Europe/Rome", time(4), "2026-03-28"),
        ("2026-03-29T02:00:00+00:00", "Europe/Rome", time(4), "2026-03-29"),
    ],
)
def test_a_day_lasts_until_its_start_on_the_local_clock(
    recorded_at: str, zone: str, day_start: time, expected: str
) -> None:
    day = diary_date(datetime.fromisoformat(recorded_at), zone, day_start)

    assert day.isoformat() == expected
