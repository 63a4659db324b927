"""What a person may wish, and what is refused."""

from datetime import time

import pytest

from schemas import InvalidEvent, UserSettings, without_wishes
from schemas.json_text import from_json

TOO_LONG = '["' + "n" * 101 + '"]'
TOO_MANY = f"[{','.join(['?'] * 101)}]"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", '"xx"'),
        ("language", '"DE"'),
        ("language", '"deu"'),
        ("day_start", '"24:00"'),
        ("day_start", '"4:00"'),
        ("day_start", '"04:60"'),
        ("day_start", '"\\u0660\\u0664:00"'),
        ("names", '[""]'),
        ("names", '["  "]'),
        ("names", '["a\\nb"]'),
        ("names", TOO_LONG),
        ("names", TOO_MANY.replace("?", '"n"')),
        ("prompt", '"../../etc/passwd"'),
        ("daily_cap_micros", "-1"),
        ("sections", '["GOSSIP"]'),
        ("sections", TOO_MANY.replace("?", '"MOOD"')),
        ("narrator", '"SECOND_PERSON"'),
    ],
)
def test_a_wish_that_means_nothing_is_refused_by_name(field: str, value: str) -> None:
    with pytest.raises(InvalidEvent, match=field) as refused:
        from_json(UserSettings, f'{{"user_id": "ana", "{field}": {value}}}'.encode())
    assert refused.value.reason == "invalid-field"


def test_every_wish_may_be_left_out() -> None:
    assert from_json(UserSettings, b'{"user_id": "ana"}') == without_wishes("default", "ana")


@pytest.mark.parametrize(
    ("wished", "expected"), [(None, time(4)), ("00:00", time(0)), ("23:59", time(23, 59))]
)
def test_a_day_begins_when_its_person_wishes(wished: str | None, expected: time) -> None:
    assert UserSettings(user_id="ana", day_start=wished).day_starts_at(time(4)) == expected
