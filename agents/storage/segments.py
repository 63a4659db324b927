"""Keeps the segments of a long transcript, and the words of any, outside of Kafka."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from agents.errors import ArtefactDamaged
from agents.storage.artefacts import ArtefactStore
from schemas import Segment, TranscriptReady

INLINE_BYTES = 900_000
"""Segments up to this size travel in the event: Kafka's default limit is 1 MiB a record."""

_BYTES_PER_SEGMENT = 48
"""Upper bound of what a segment's numbers, language and speaker take in Avro."""


async def with_segments(
    transcript: TranscriptReady, segments: Sequence[Segment], artefacts: ArtefactStore
) -> TranscriptReady:
    """Return *transcript* with *segments* inline, or by reference where they are too large."""
    size_bytes = sum(len(segment.text.encode()) + _BYTES_PER_SEGMENT for segment in segments)
    if size_bytes <= INLINE_BYTES:
        return replace(transcript, segments=tuple(segments))
    content = [asdict(segment) for segment in segments]
    return replace(transcript, segments_uri=await artefacts.put(_json(content), ".segments.json"))


async def segments_of(transcript: TranscriptReady, artefacts: ArtefactStore) -> tuple[Segment, ...]:
    """Return the segments of *transcript*, wherever they are.

    Raises:
        AudioForbidden: its `segments_uri` is not of our store.
        ArtefactError: what it names is missing or damaged, or holds no segments.
        DependencyUnavailable: the store cannot be reached.

    """
    if transcript.segments_uri is None:
        return transcript.segments
    content = await artefacts.get(transcript.segments_uri)
    try:
        return tuple(Segment(**segment) for segment in json.loads(content))
    except (ValueError, TypeError) as error:
        raise ArtefactDamaged(f"{transcript.segments_uri!r} holds no segments") from error


async def keep_words(
    words: Mapping[int, Sequence[Mapping[str, Any]]], artefacts: ArtefactStore
) -> str | None:
    """Keep the words of each segment, by its index; return their URI, or None without any.

    A word has `text`, `start_ms` and `end_ms` from the start of the recording, `probability`.
    """
    content = [{"segment": index, "words": list(said)} for index, said in words.items() if said]
    return await artefacts.put(_json(content), ".words.json") if content else None


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
