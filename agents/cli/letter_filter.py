"""`--where key=…` and `--where recording_id=…`: which dead letters a filter means."""

import json
from collections.abc import Callable, Mapping

from agents.delivery.letter import Letter
from agents.errors import SettingsError
from schemas import Event, InvalidEvent
from schemas.avro import SchemaSource
from schemas.wire import decode


def where(
    filters: tuple[str, ...], schemas: SchemaSource, event_types: Mapping[str, type[Event]]
) -> Callable[[Letter], bool]:
    """Return what tells whether a letter has all of *filters*, each `key=…` or `recording_id=…`.

    *event_types* are the events by the topic that they arrive on.

    Raises:
        SettingsError: a filter is neither.

    """
    asked = [_parsed(one) for one in filters]

    def matches(letter: Letter) -> bool:
        return all(
            letter.record.key == wanted.encode()
            if name == "key"
            else wanted == recording_id(letter, schemas, event_types.get(letter.topic))
            for name, wanted in asked
        )

    return matches


def recording_id(
    letter: Letter, schemas: SchemaSource, event_type: type[Event] | None
) -> str | None:
    """Return the recording that *letter* is about; None where it does not say."""
    if event_type is not None:
        try:
            event = decode(
                event_type, letter.record.value, letter.original_headers, schemas=schemas
            )
        except InvalidEvent:
            pass
        else:
            return getattr(event, "recording_id", None)
    return _named_in_json(letter.record.value)


def _named_in_json(value: bytes | None) -> str | None:
    """Return the recording that JSON names which is no valid event."""
    try:
        fields = json.loads(value or b"")
    except (ValueError, RecursionError):
        return None
    found = fields.get("recording_id") if isinstance(fields, dict) else None
    return found if isinstance(found, str) else None


def _parsed(text: str) -> tuple[str, str]:
    name, is_pair, wanted = text.partition("=")
    if not is_pair or name not in {"key", "recording_id"}:
        raise SettingsError(f"--where {text!r} is neither key=VALUE nor recording_id=VALUE")
    return name, wanted
