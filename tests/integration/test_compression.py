"""Batches as other producers compress them."""

import json
import uuid
from typing import Any

import pytest

from agents.demo import recordings
from tests.support.foreign import ForeignConsumer, ForeignProducer
from tests.support.pipeline import Pipeline

CLIP = recordings()[0]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_a_compressed_batch_is_transcribed_like_any_other(
    bootstrap: str, pipeline: Pipeline, codec: str
) -> None:
    producer = ForeignProducer(bootstrap, **{"compression.type": codec})
    event: dict[str, Any] = {
        "user_id": codec,
        "recording_id": uuid.uuid4().hex,
        "audio_uri": pipeline.give(CLIP.path),
    }
    with ForeignConsumer(bootstrap, ["transcripts.ready"]) as consumer:
        # Blanks, which JSON permits: a batch that would not shrink is sent as it is.
        producer.send_bytes(json.dumps(event, indent=1000).encode(), key=event["recording_id"])
        transcript = consumer.wait_for_event("transcripts.ready", event["recording_id"])
    assert " ".join(part["text"] for part in transcript["segments"]) == CLIP.text
