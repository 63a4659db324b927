"""Reads the answers of OpenAI's two APIs, Responses and Chat Completions."""

from collections.abc import Mapping
from typing import Any

from agents.diarist.llm.answer import (
    not_as_agreed,
    object_in,
    objects,
    text_of,
    tokens,
    usage_of,
)
from agents.diarist.llm.failures import coded
from agents.diarist.llm.language_model import CallFailed, Outcome, Reply, Stop, Usage

_INCOMPLETE = {"max_output_tokens": Stop.MAX_TOKENS, "content_filter": Stop.REFUSAL}
_FINISHES = {"length": Stop.MAX_TOKENS, "content_filter": Stop.REFUSAL}
_REFUSED = frozenset({"invalid_prompt", "bio_policy", "misalignment_policy_violation"})
_UNFINISHED = frozenset({"failed", "cancelled", "queued", "in_progress"})


def response_reply(body: Mapping[str, Any]) -> Reply:
    """Return the reply in an answer of the Responses API.

    Raises:
        CallFailed: there is none.

    """
    status, output = body.get("status"), body.get("output")
    if isinstance(status, str) and status in _UNFINISHED:
        return _failed(body)
    usage = _usage(object_in(body, "usage"), "input_tokens", "output_tokens")
    if not isinstance(output, list):
        raise not_as_agreed(usage)
    parts = [
        part
        for item in objects(output)
        if item.get("type") == "message"
        for part in objects(item.get("content"))
    ]
    stop = Stop.COMPLETE
    if status == "incomplete":
        reason = object_in(body, "incomplete_details").get("reason")
        stop = _INCOMPLETE.get(str(reason), Stop.MAX_TOKENS)
    if any(part.get("type") == "refusal" for part in parts):
        stop = Stop.REFUSAL
    return Reply(
        text=text_of(part.get("text") for part in parts if part.get("type") == "output_text"),
        stop=stop,
        usage=usage,
    )


def chat_reply(body: Mapping[str, Any]) -> Reply:
    """Return the reply in an answer of the Chat Completions API.

    Raises:
        CallFailed: there is none.

    """
    choices = objects(body.get("choices"))
    usage = _usage(object_in(body, "usage"), "prompt_tokens", "completion_tokens")
    if not choices or not isinstance(choices[0].get("message"), dict):
        raise not_as_agreed(usage)
    message, content = choices[0]["message"], choices[0]["message"].get("content")
    refusals = [message.get("refusal"), *(part.get("refusal") for part in objects(content))]
    stop = _FINISHES.get(str(choices[0].get("finish_reason")), Stop.COMPLETE)
    return Reply(
        text=text_of([content, *(part.get("text") for part in objects(content))]),
        stop=Stop.REFUSAL if any(refusals) else stop,
        usage=usage,
    )


def _failed(body: Mapping[str, Any]) -> Reply:
    """Return a refusal; all else is a failure, for whose beginning there may be a bill."""
    code = object_in(body, "error").get("code")
    usage = _usage(object_in(body, "usage"), "input_tokens", "output_tokens")
    if isinstance(code, str) and code in _REFUSED:
        return Reply(text="", stop=Stop.REFUSAL, usage=usage)
    outcome = coded(code) or Outcome.SERVER_ERROR
    paid = outcome is Outcome.SERVER_ERROR
    message = "the answer says that it was not finished"
    raise CallFailed(outcome, message, perhaps_paid=paid, usage=usage)


def _usage(usage: Mapping[str, Any], input_name: str, output_name: str) -> Usage | None:
    details = object_in(usage, f"{input_name}_details")
    return usage_of(
        input_tokens=tokens(usage, input_name),
        output_tokens=tokens(usage, output_name),
        cached=tokens(details, "cached_tokens"),
        written=tokens(details, "cache_write_tokens"),
    )
