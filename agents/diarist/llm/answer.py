"""Reads what a provider answered, of which nothing is taken for granted."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from agents.diarist.llm.language_model import CallFailed, Outcome, Usage

TOKENS_MAX = 1_000_000_000
"""A call cannot have used so many: whoever says so knows nothing of its use."""

JSON_REQUEST = """

Answer with one JSON object and nothing else, neither before nor after it. It matches this JSON \
schema:
"""
"""Asks for the form of answer where it is not enforced; the schema follows."""


def asked_in_words(instructions: str, schema: Mapping[str, Any]) -> str:
    """Return *instructions* that ask for an answer in the form of *schema* themselves."""
    return f"{instructions}{JSON_REQUEST}{json.dumps(schema, ensure_ascii=False)}"


def not_as_agreed(usage: Usage | None = None) -> CallFailed:
    """Return the failure of a call that was answered with something else than a reply."""
    message = "the answer is no reply"
    return CallFailed(Outcome.UNREADABLE, message, perhaps_paid=True, usage=usage)


def read_object(content: bytes) -> Mapping[str, Any]:
    """Return the object that *content* is.

    Raises:
        CallFailed: it is no JSON, or something else in it.

    """
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise not_as_agreed()
    return body


def objects(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in *value*, if it is a list of anything."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(pieces: Iterable[object]) -> str:
    """Return *pieces* as one text that can be written down; what is no text among them is not."""
    whole = "".join(piece for piece in pieces if isinstance(piece, str))
    # JSON can spell half a character, which no encoding can write.
    return whole.encode("utf-8", "replace").decode()


def object_in(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object *name* of *body*; an empty one if there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def tokens(usage: Mapping[str, Any], name: str) -> int | None:
    """Return the number of tokens that *usage* has under *name*; None if it is none."""
    number = usage.get(name)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= TOKENS_MAX:
        return None
    return number


def usage_of(
    *, input_tokens: int | None, output_tokens: int | None, cached: int | None, written: int | None
) -> Usage | None:
    """Return the use of a call whose input includes what was *cached* and *written* to a cache."""
    if input_tokens is None or output_tokens is None:
        return None
    cached = min(cached or 0, input_tokens)
    return Usage(
        input_tokens=input_tokens,
        cached_tokens=cached,
        cache_write_tokens=min(written or 0, input_tokens - cached),
        output_tokens=output_tokens,
    )
