"""The records of a run: each holds its number, by which lost and doubled ones are told."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from agents.delivery.clock import SystemClock
from agents.delivery.codec import EventCodec
from schemas import AudioReceived
from schemas.avro import FileSchemas
from topics.catalogue import load

VALUE_BYTES = 108
"""Size of an opaque value, in bytes."""
DIGITS = 12


class Sample(NamedTuple):
    """One record to write."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes | None]]


def opaque(count: int) -> Iterator[Sample]:
    """Yield keys and values: the number, and the number with bytes of chance behind it."""
    return map(opaque_sample, range(count))


def opaque_sample(number: int) -> Sample:
    """Return one such record."""
    key = b"%0*d" % (DIGITS, number)
    return Sample(key, key + random.Random(number).randbytes(VALUE_BYTES - DIGITS), [])


def events(count: int) -> Iterator[Sample]:
    """Yield records of `audio.received`."""
    topic = load().audio_received.name
    codec = EventCodec(
        schemas=FileSchemas(), source="bench", topics={AudioReceived: topic}, clock=SystemClock()
    )
    for number in range(count):
        name = f"r{number:0{DIGITS}d}"
        event = AudioReceived(
            event_id=f"a-{name}",
            recording_id=name,
            user_id="me",
            audio_uri=f"file:///recordings/{name}.opus",
        )
        output = codec.encode(event)
        yield Sample(output.key or b"", output.value or b"", list(output.headers))


def number_of(key: bytes) -> int:
    """Return the number of a record."""
    return int(key[-DIGITS:])
