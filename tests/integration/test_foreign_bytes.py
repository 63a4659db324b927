"""Records with bytes that only clients in other languages can send."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from agents.delivery.record import Record
from agents.demo import recordings
from agents.kafka.topic_reader import TopicReader
from tests.support.foreign import ForeignConsumer, headers_of, send_bytes_name
from tests.support.pipeline import Pipeline, eventually

DLQ = "dlq.daybook.transcriber.audio.received"
CLIP = recordings()[0]


@pytest.fixture
def consumer(bootstrap: str, pipeline: Pipeline) -> Iterator[ForeignConsumer]:
    del pipeline
    with ForeignConsumer(bootstrap, [DLQ, "transcripts.ready"]) as consumer:
        yield consumer


def test_a_header_name_that_is_not_utf_8_stops_nobody(
    bootstrap: str, pipeline: Pipeline, consumer: ForeignConsumer
) -> None:
    pids = {name: part["process"]["pid"] for name, part in pipeline.parts().items()}
    good = {"user_id": "odd", "recording_id": "odd-1", "audio_uri": pipeline.give(CLIP.path)}
    asyncio.run(send_bytes_name(bootstrap, b"\xff\xfe", b"no event", json.dumps(good).encode()))
    (letter,) = consumer.wait_for(lambda one: one.value() == b"no event", within_s=30)
    assert headers_of(letter)["\\xff\\xfe"] == "1"
    transcript = consumer.wait_for_event("transcripts.ready", "odd-1")
    assert " ".join(part["text"] for part in transcript["segments"]) == CLIP.text
    assert {name: part["process"]["pid"] for name, part in pipeline.parts().items()} == pids


@pytest.mark.usefixtures("pipeline")
def test_our_reader_of_topics_gives_such_a_record_without_headers(bootstrap: str) -> None:
    asyncio.run(send_bytes_name(bootstrap, b"\xff", b"odd for the reader"))
    found = eventually(lambda: odd_records(bootstrap), within_s=30, what="the record")
    assert {one.headers for one in found} == {()}


def odd_records(bootstrap: str) -> list[Record] | None:
    """Read the topic to its end; None while the record is not among its committed ones."""
    with TopicReader({"bootstrap.servers": bootstrap}, ["audio.received"]) as reader:
        return [one for one in reader.read_to_end() if one.value == b"odd for the reader"] or None
