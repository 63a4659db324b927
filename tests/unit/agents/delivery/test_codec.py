"""Between records and events."""

from datetime import UTC, datetime

import pytest

from agents.daily.fold import fold
from agents.delivery.codec import EventCodec, event_key
from agents.delivery.record import Output
from agents.errors import InvalidEventError
from schemas import AudioReceived, Event, StageState, StatusChanged
from schemas.avro import FileSchemas
from tests.support.builders import a_diary, a_transcript, an_audio_received
from tests.support.clock import NOON, MockedClock
from tests.support.records import a_record, a_record_of
from tests.support.work import TOPICS

CODEC = EventCodec(schemas=FileSchemas(), source="daybook/test", topics=TOPICS, clock=MockedClock())
A_STATUS = StatusChanged(
    user_id="ada", recording_id="rec-1", stage="daily", state=StageState.DONE, attempt=1, at=NOON
)
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_what_was_published_is_read_back() -> None:
    event = an_audio_received(event_id="e-1", occurred_at=NOON)
    assert CODEC.decode(a_record_of(event), AudioReceived) == event


def test_an_event_without_a_time_gets_its_records() -> None:
    event = CODEC.decode(
        a_record_of(an_audio_received(), timestamp_ms=1_795_003_200_500), AudioReceived
    )
    assert event.occurred_at == datetime(2026, 11, 18, 12, 0, 0, 500_000, UTC)


@pytest.mark.parametrize("absurd_ms", [10**15, -(10**15), 10**18, 253_390_000_000_000])
def test_a_time_beyond_any_calendar_is_none(absurd_ms: int) -> None:
    record = a_record_of(an_audio_received(), timestamp_ms=absurd_ms)
    assert CODEC.decode(record, AudioReceived).occurred_at is None


def test_an_event_that_no_reader_would_accept_is_not_published() -> None:
    with pytest.raises(InvalidEventError, match="recorded_at") as caught:
        CODEC.encode(an_audio_received(recorded_at=datetime(9995, 1, 1, tzinfo=UTC)))
    assert caught.value.reason == "invalid-field"


def test_without_any_time_there_is_none() -> None:
    record = a_record_of(an_audio_received(), timestamp_ms=None)
    assert CODEC.decode(record, AudioReceived).occurred_at is None


def test_what_is_no_event_is_refused_with_the_reason() -> None:
    with pytest.raises(InvalidEventError) as caught:
        CODEC.decode(a_record(value=b"{"), AudioReceived)
    assert caught.value.reason == "invalid-json"


@pytest.mark.parametrize(
    ("event", "key"),
    [
        (an_audio_received(), "rec-1"),
        (a_transcript("Hi."), "rec-1"),
        (a_diary(tenant_id="acme"), "acme/ada/2026-11-18"),
        (A_STATUS, "default/ada/rec-1"),
    ],
)
def test_each_event_has_the_key_of_its_topic(event: Event, key: str) -> None:
    assert event_key(event) == key


def test_a_page_has_its_day_as_key() -> None:
    page = fold(None, [a_diary()], now=NOON)
    assert page is not None
    assert event_key(page) == "default/ada/2026-11-18"


def test_an_output_goes_to_its_topic_with_the_trace_it_belongs_to() -> None:
    output = CODEC.encode(a_transcript("Hi."), traceparent=TRACEPARENT)
    assert isinstance(output, Output)
    assert (output.topic, output.key) == ("transcripts.ready", b"rec-1")
    headers = dict(output.headers)
    assert headers["ce_type"] == b"daybook.TranscriptReady"
    assert headers["ce_source"] == b"daybook/test"
    assert headers["ce_time"] == b"2026-11-18T12:00:00.000Z"
    assert headers["traceparent"] == TRACEPARENT.encode()
