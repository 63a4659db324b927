from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from agents.errors import AudioForbidden, AudioMissing, AudioUnreachable
from agents.storage.http_answer import failure, is_recording, location_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def judged(status: int, retry_after: str | None = None) -> object:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    error = failure(status, headers, shown="http://host/memo", now=NOW)
    return (error.passing, error.after_s) if isinstance(error, AudioUnreachable) else type(error)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, AudioMissing),
        (410, AudioMissing),
        (401, AudioForbidden),
        (403, AudioForbidden),
        (400, (False, 0.0)),
        (204, (False, 0.0)),
        (206, (False, 0.0)),
        (304, (False, 0.0)),
        (451, (False, 0.0)),
        (408, (True, 0.0)),
        (425, (True, 0.0)),
        (429, (True, 0.0)),
        (500, (True, 0.0)),
        (503, (True, 0.0)),
    ],
)
def test_each_status_is_judged(status: int, expected: object) -> None:
    assert judged(status) == expected
    assert not is_recording(status)


@pytest.mark.parametrize(
    ("text", "expected_s"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        (format_datetime(NOW.replace(second=30), usegmt=True), 30.0),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0.0),
        ("Thu, 26 Nov 2026 12:00:05 -0000", 5.0),
        ("soon", 0.0),
        ("-3", 0.0),
        ("", 0.0),
    ],
)
def test_how_long_to_wait_is_a_number_or_a_date(text: str, expected_s: float) -> None:
    assert judged(503, text) == (True, expected_s)


def test_only_a_redirect_leads_anywhere() -> None:
    headers = {"Location": "/there"}
    assert [location_of(status, headers) for status in (302, 308, 200, 304)] == [
        "/there",
        "/there",
        None,
        None,
    ]
    assert location_of(302, {}) is None
    assert is_recording(200)
