"""The shapes in which OpenAI and servers like it answer."""

from typing import Any

import pytest

from agents.diarist.llm.language_model import CallFailed, Outcome, Reply, Stop, Usage
from agents.diarist.llm.openai_answer import chat_reply, response_reply


def completion(message: dict[str, Any], finish: str = "stop") -> dict[str, Any]:
    return {"choices": [{"message": message, "finish_reason": finish}]}


def response(*output: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"status": "completed", "output": list(output), **fields}


def said(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "content": list(content)}


@pytest.mark.parametrize(
    ("message", "finish", "text", "stop"),
    [
        ({"content": "{}"}, "stop", "{}", Stop.COMPLETE),
        ({"content": '```json\n{"a": 1}\n```'}, "stop", '```json\n{"a": 1}\n```', Stop.COMPLETE),
        ({"content": "<think>so</think>{}"}, "stop", "<think>so</think>{}", Stop.COMPLETE),
        ({"content": "{}", "reasoning_content": "so"}, "stop", "{}", Stop.COMPLETE),
        (
            {"content": [{"type": "text", "text": "{"}, 7, {"type": "text", "text": "}"}]},
            "stop",
            "{}",
            Stop.COMPLETE,
        ),
        ({"content": None}, "stop", "", Stop.COMPLETE),
        ({"content": "{"}, "length", "{", Stop.MAX_TOKENS),
        ({"content": "{"}, "content_filter", "{", Stop.REFUSAL),
        ({"content": None, "refusal": "no"}, "stop", "", Stop.REFUSAL),
        ({"content": [{"type": "refusal", "refusal": "no"}]}, "stop", "", Stop.REFUSAL),
    ],
)
def test_the_text_of_a_completion_is_left_as_it_is(
    message: dict[str, Any], finish: str, text: str, stop: Stop
) -> None:
    assert chat_reply(completion(message, finish)) == Reply(text=text, stop=stop, usage=None)


@pytest.mark.parametrize(
    ("body", "text", "stop"),
    [
        (response(said({"type": "output_text", "text": "{}"})), "{}", Stop.COMPLETE),
        (response({"type": "reasoning", "summary": []}), "", Stop.COMPLETE),
        (response(said({"type": "refusal", "refusal": "no"})), "", Stop.REFUSAL),
        (
            response(
                said({"type": "output_text", "text": "{"}),
                status="incomplete",
                incomplete_details={"reason": "content_filter"},
            ),
            "{",
            Stop.REFUSAL,
        ),
        (response(status="incomplete", incomplete_details=None), "", Stop.MAX_TOKENS),
        (response(status="failed", error={"code": "bio_policy"}), "", Stop.REFUSAL),
    ],
)
def test_the_text_of_a_response_is_what_was_said(
    body: dict[str, Any], text: str, stop: Stop
) -> None:
    assert response_reply(body) == Reply(text=text, stop=stop, usage=None)


@pytest.mark.parametrize(
    ("code", "outcome", "perhaps_paid"),
    [
        ("server_error", Outcome.SERVER_ERROR, True),
        ("rate_limit_exceeded", Outcome.RATE_LIMITED, False),
        (None, Outcome.SERVER_ERROR, True),
        (["odd"], Outcome.SERVER_ERROR, True),
    ],
)
def test_a_response_may_say_that_it_failed(
    code: object, outcome: Outcome, *, perhaps_paid: bool
) -> None:
    with pytest.raises(CallFailed) as caught:
        response_reply(response(status="failed", error={"code": code}))
    assert (caught.value.outcome, caught.value.perhaps_paid) == (outcome, perhaps_paid)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 2}, Usage(input_tokens=9, output_tokens=2)),
        (
            {
                "prompt_tokens": 9,
                "completion_tokens": 2,
                "prompt_tokens_details": {"cached_tokens": 20, "cache_write_tokens": 5},
            },
            Usage(input_tokens=9, cached_tokens=9, output_tokens=2),
        ),
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": None},
         Usage(input_tokens=9, output_tokens=2)),
        ({"prompt_tokens": 9}, None),
        ({"prompt_tokens": True, "completion_tokens": 1}, None),
        ({"prompt_tokens": 10**40, "completion_tokens": 1}, None),
        ({"prompt_tokens": 9.0, "completion_tokens": 1}, None),
        (None, None),
    ],
)  # fmt: skip
def test_use_is_believed_where_it_can_be(usage: object, expected: Usage | None) -> None:
    assert chat_reply({**completion({"content": ""}), "usage": usage}).usage == expected
