"""Both SDKs and a server that answers as it should, otherwise, or not at all."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from agents.diarist.llm import anthropic_writer, openai_writer
from agents.diarist.llm.http_client import ANSWER_BYTES_MAX
from agents.diarist.llm.language_model import (
    CallFailed,
    LanguageModel,
    Outcome,
    Reply,
    Stop,
    Usage,
)
from agents.errors import SettingsError
from tests.support.certificates import server_and_client
from tests.support.http_server import answer, serving
from tests.support.llm_server import (
    USAGE,
    LlmServer,
    broken,
    failing,
    replying,
    script,
    sending,
)
from tests.support.sdk_models import PRIVATE, QUESTION, WAYS, claude, own_server
from tests.support.threaded_server import Reply as Answer
from tests.support.threaded_server import as_json
from tests.support.waiting import until

TITLE = {"title": "Ein Tag über Köln"}
HTML = Answer(body=b"<html>Sign in to the Wi-Fi</html>", headers={"content-type": "text/html"})


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer(replying(TITLE)) as server:
        yield server


@pytest.fixture(params=sorted(WAYS))
async def model(server: LlmServer, request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    model = WAYS[request.param](server.environ)
    yield model
    await model.close()


async def failure(model: LanguageModel, *, timeout_s: float = 10) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        await model.ask(QUESTION, timeout_s=timeout_s)
    failed = caught.value
    assert PRIVATE not in str(failed)
    assert "sk-" not in str(failed)
    # Nor does a log that writes what led to it, since errors of HTTP hold what was sent.
    assert failed.__cause__ is None
    assert failed.__context__ is None
    return failed


def facts(failed: CallFailed) -> tuple[Outcome, float | None, bool]:
    return failed.outcome, failed.retry_after_s, failed.perhaps_paid


async def test_gives_what_the_model_wrote(model: LanguageModel, server: LlmServer) -> None:
    reply = await model.ask(QUESTION, timeout_s=10)
    text = json.dumps(TITLE, ensure_ascii=False)
    assert reply == Reply(text=text, stop=Stop.COMPLETE, usage=USAGE)
    [request] = server.requests
    assert (request.instructions, request.content, request.form) == (
        QUESTION.instructions,
        QUESTION.content,
        "json_schema",
    )
    assert request.body["model"] == model.model
    assert request.headers["authorization"].startswith("Bearer sk-")
    assert "temperature" not in request.body


async def test_a_schema_is_sent_as_the_provider_takes_it(server: LlmServer) -> None:
    schemas = []
    for connect in WAYS.values():
        model = connect(server.environ)
        await model.ask(QUESTION, timeout_s=10)
        await model.close()
    messages, responses, chat = (request.body for request in server.requests)
    schemas = [
        messages["output_config"]["format"]["schema"],
        responses["text"]["format"]["schema"],
        chat["response_format"]["json_schema"]["schema"],
    ]
    assert [schema["additionalProperties"] for schema in schemas] == [False] * 3
    assert [schema["required"] for schema in schemas] == [["title"]] * 3
    assert ["maxLength" in schema["properties"]["title"] for schema in schemas] == [False] * 3
    assert ["80" in schema["properties"]["title"]["description"] for schema in schemas] == [
        True
    ] * 3
    assert (responses["store"], responses["text"]["format"]["strict"]) == (False, True)
    assert chat["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize(
    ("stop", "text"), [(Stop.MAX_TOKENS, '{"title": "Ein'), (Stop.REFUSAL, "")]
)
async def test_says_why_a_reply_ended(
    model: LanguageModel, server: LlmServer, stop: Stop, text: str
) -> None:
    server.answer = replying(text, stop=stop)
    reply = await model.ask(QUESTION, timeout_s=10)
    assert (reply.text, reply.stop, reply.usage) == (text, stop, USAGE)


async def test_a_model_that_is_full_ends_early_and_is_paid(server: LlmServer) -> None:
    server.answer = sending(
        as_json(
            {
                "content": [{"type": "text", "text": "{"}],
                "stop_reason": "model_context_window_exceeded",
                "usage": {"input_tokens": 9, "output_tokens": 1},
            }
        )
    )
    model = claude(server.environ)
    reply = await model.ask(QUESTION, timeout_s=10)
    assert reply == Reply(
        text="{", stop=Stop.MAX_TOKENS, usage=Usage(input_tokens=9, output_tokens=1)
    )
    await model.close()


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (401, "authentication_error", Outcome.UNAUTHORIZED),
        (403, "permission_error", Outcome.UNAUTHORIZED),
        (402, "billing_error", Outcome.QUOTA),
        (429, "insufficient_quota", Outcome.QUOTA),
        (429, "error", Outcome.RATE_LIMITED),
        (404, "not_found_error", Outcome.MODEL_UNKNOWN),
        (413, "request_too_large", Outcome.TOO_LARGE),
        (400, "context_length_exceeded", Outcome.TOO_LARGE),
        (400, "invalid_request_error", Outcome.BAD_REQUEST),
        (422, "error", Outcome.BAD_REQUEST),
        (500, "api_error", Outcome.SERVER_ERROR),
        (502, "error", Outcome.SERVER_ERROR),
        (503, "error", Outcome.OVERLOADED),
        (504, "timeout_error", Outcome.SERVER_ERROR),
        (529, "overloaded_error", Outcome.OVERLOADED),
    ],
)
async def test_a_refusal_costs_nothing_and_says_what_is_wrong(
    model: LanguageModel, server: LlmServer, status: int, kind: str, outcome: Outcome
) -> None:
    server.answer = failing(status, kind, message=f"no: {PRIVATE}")
    failed = await failure(model)
    assert facts(failed) == (outcome, None, False)
    assert str(status) in str(failed)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("Your credit balance is too low to access the Anthropic API.", Outcome.QUOTA),
        ("prompt is too long: 210000 tokens > 200000 maximum", Outcome.TOO_LARGE),
        ("This model's maximum context length is 16384 tokens.", Outcome.TOO_LARGE),
    ],
)
async def test_some_refusals_differ_by_their_words_alone(
    model: LanguageModel, server: LlmServer, said: str, outcome: Outcome
) -> None:
    server.answer = failing(400, "invalid_request_error", message=said)
    assert facts(await failure(model)) == (outcome, None, False)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "90", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "86400"}, 86400.0),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan", "retry-after-ms": "inf"}, None),
        ({"retry-after": "Wed, 18 Nov 2020 12:00:00 GMT"}, None),
        ({"retry-after": "Wed, 99 Nov 99999 12:00:00 GMT"}, None),
    ],
)
async def test_tells_for_how_long_to_be_left_alone(
    model: LanguageModel, server: LlmServer, headers: dict[str, str], expected: float | None
) -> None:
    server.answer = failing(429, headers=headers)
    began = time.monotonic()
    assert facts(await failure(model)) == (Outcome.RATE_LIMITED, expected, False)
    assert (len(server.requests), time.monotonic() - began < 2) == (1, True)


async def test_that_may_be_said_as_a_date(model: LanguageModel, server: LlmServer) -> None:
    then = datetime.now(UTC) + timedelta(seconds=60)
    server.answer = failing(529, headers={"retry-after": format_datetime(then, usegmt=True)})
    outcome, after_s, _ = facts(await failure(model))
    assert after_s is not None
    assert (outcome, 50 < after_s <= 60) == (Outcome.OVERLOADED, True)


@pytest.mark.parametrize(
    "answer",
    [
        sending(HTML),
        sending(Answer(body=b"<html>", headers={"content-type": "application/json"})),
        sending(Answer(body=b"")),
        sending(Answer(body=b"[" * 100_000, headers={"content-type": "application/json"})),
        sending(Answer(body=b'{"content": "\xff\xfe"}')),
        sending(as_json([])),
        sending(as_json({"error": {"message": "no", "code": 502}})),
        sending(as_json({"content": "text", "output": "text", "choices": []})),
        sending(Answer(body=b" " * (ANSWER_BYTES_MAX + 1))),
        broken(replying(TITLE), headers={"content-encoding": "gzip"}),
    ],
    ids=lambda _: "",
)
async def test_what_is_no_reply_may_be_paid_all_the_same(
    model: LanguageModel, server: LlmServer, answer: Any
) -> None:
    server.answer = answer
    assert facts(await failure(model)) == (Outcome.UNREADABLE, None, True)
    assert len(server.requests) == 1


@pytest.mark.parametrize("charset", ["rot13", "zlib", "hex", "undefined", "no such one"])
@pytest.mark.parametrize("status", [400, 503])
async def test_an_answer_is_read_whatever_it_says_of_its_text(
    model: LanguageModel, server: LlmServer, status: int, charset: str
) -> None:
    headers = {"content-type": f"application/json; charset={charset}"}
    server.answer = sending(Answer(status=status, headers=headers, body=b"{}"))
    outcome = Outcome.BAD_REQUEST if status == HTTPStatus.BAD_REQUEST else Outcome.OVERLOADED
    assert facts(await failure(model)) == (outcome, None, False)
    server.answer = broken(replying(TITLE), headers=headers)
    assert json.loads((await model.ask(QUESTION, timeout_s=10)).text) == TITLE


async def test_a_refusal_is_read_no_further_than_a_reply(
    model: LanguageModel, server: LlmServer
) -> None:
    server.answer = sending(Answer(status=500, body=b" " * (ANSWER_BYTES_MAX + 1)))
    assert facts(await failure(model)) == (Outcome.UNREADABLE, None, True)


@pytest.mark.parametrize("usage", [None, {}, {"input_tokens": "many", "prompt_tokens": -1}, 7])
async def test_a_reply_may_come_without_its_use(
    model: LanguageModel, server: LlmServer, usage: object
) -> None:
    def answer(request: Any) -> Answer:
        body = json.loads(replying(TITLE)(request).body)
        return as_json({**body, "usage": usage})

    server.answer = answer
    reply = await model.ask(QUESTION, timeout_s=10)
    assert (json.loads(reply.text), reply.usage) == (TITLE, None)


async def test_what_is_no_reply_may_say_what_it_used(
    model: LanguageModel, server: LlmServer
) -> None:
    def answer(request: Any) -> Answer:
        body = json.loads(replying(TITLE)(request).body)
        return as_json({**body, "content": None, "output": None, "choices": []})

    server.answer = answer
    assert (await failure(model)).usage == USAGE


async def test_half_characters_do_not_leave_a_reply(
    model: LanguageModel, server: LlmServer
) -> None:
    honest = replying("half")
    server.answer = lambda request: replace(
        honest(request), body=honest(request).body.replace(b'"half"', rb'"\ud83d half"')
    )
    reply = await model.ask(QUESTION, timeout_s=10)
    assert reply.text == "? half"


async def test_half_characters_are_not_sent(model: LanguageModel, server: LlmServer) -> None:
    with pytest.raises(CallFailed) as caught:
        await model.ask(replace(QUESTION, content="\ud83d"), timeout_s=10)
    assert facts(caught.value) == (Outcome.BAD_REQUEST, None, False)
    assert server.requests == []


@pytest.mark.parametrize("how", [{"hangs": True}, {"trickles": 0.05}, {"late_s": 60.0}])
async def test_an_answer_has_its_time_as_a_whole(
    model: LanguageModel, server: LlmServer, how: dict[str, Any]
) -> None:
    server.answer = broken(replying(TITLE), **how)
    began = time.monotonic()
    assert facts(await failure(model, timeout_s=0.5)) == (Outcome.TIMEOUT, None, True)
    assert 0.4 < time.monotonic() - began < 3
    await until(lambda: server.left == 1)


async def test_a_slow_answer_is_waited_for(model: LanguageModel, server: LlmServer) -> None:
    server.answer = broken(replying(TITLE), late_s=0.5)
    assert (await model.ask(QUESTION, timeout_s=10)).usage == USAGE


async def test_a_cut_answer_may_be_paid(model: LanguageModel, server: LlmServer) -> None:
    server.answer = broken(replying(TITLE), cut=True)
    assert facts(await failure(model)) == (Outcome.CUT, None, True)


@pytest.mark.parametrize("way", sorted(WAYS))
async def test_where_nobody_is_nothing_is_paid(way: str) -> None:
    with LlmServer(replying(TITLE)) as gone:
        environ = gone.environ
    model = WAYS[way](environ)
    assert facts(await failure(model)) == (Outcome.UNREACHABLE, None, False)
    await model.close()


@pytest.mark.parametrize("way", sorted(WAYS))
async def test_nothing_is_sent_to_a_server_that_cannot_say_who_it_is(
    way: str, tmp_path: Path
) -> None:
    tls, _ = server_and_client("localhost", tmp_path)
    async with serving(answer(b"{}"), tls=tls) as impostor:
        url = f"https://localhost:{impostor.port}"
        model = WAYS[way]({"ANTHROPIC_BASE_URL": url, "OPENAI_BASE_URL": url})
        assert facts(await failure(model)) == (Outcome.UNREACHABLE, None, False)
        await model.close()
    assert impostor.requests == []


async def test_a_redirection_is_not_followed(model: LanguageModel, server: LlmServer) -> None:
    with LlmServer(replying(TITLE)) as elsewhere:
        there = {"location": f"{elsewhere.url}/messages"}
        server.answer = sending(Answer(status=307, headers=there))
        assert facts(await failure(model)) == (Outcome.UNREADABLE, None, False)
    assert elsewhere.requests == []


@pytest.mark.parametrize("way", sorted(WAYS))
async def test_proxies_of_the_environment_are_not_used(
    server: LlmServer, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    model = WAYS[way](server.environ)
    assert (await model.ask(QUESTION, timeout_s=10)).stop is Stop.COMPLETE
    await model.close()


async def test_who_gives_up_ends_the_connection(model: LanguageModel, server: LlmServer) -> None:
    server.answer = broken(replying(TITLE), hangs=True)
    asking = asyncio.create_task(model.ask(QUESTION, timeout_s=60))
    await until(lambda: server.requests)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: server.left == 1)


async def test_a_reply_may_be_longer_than_the_sdk_likes(
    model: LanguageModel, server: LlmServer
) -> None:
    reply = await model.ask(replace(QUESTION, max_tokens=64_000), timeout_s=10)
    assert (reply.stop, len(server.requests)) == (Stop.COMPLETE, 1)


async def test_a_server_that_fails_is_asked_once(model: LanguageModel, server: LlmServer) -> None:
    server.answer = script(
        failing(500), failing(429, headers={"retry-after": "0"}), replying(TITLE)
    )
    assert (await failure(model)).outcome is Outcome.SERVER_ERROR
    assert (await failure(model)).outcome is Outcome.RATE_LIMITED
    assert (await model.ask(QUESTION, timeout_s=10)).usage == USAGE
    assert [request.form for request in server.requests] == ["json_schema"] * 3


async def test_prompts_are_in_no_log_and_no_span(
    server: LlmServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Even if variables of the SDKs ask for it."""
    monkeypatch.setenv("ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE", "content")
    caplog.set_level(logging.DEBUG)
    for name in ("anthropic", "openai"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    for connect in WAYS.values():
        model = connect(server.environ)
        await model.ask(QUESTION, timeout_s=10)
        await model.close()
    assert PRIVATE not in caplog.text
    assert "sk-" not in caplog.text
    client = anthropic_writer.connect("claude-test", environ=server.environ)._client
    assert client._tracer is None
    await client.close()


async def test_an_own_server_may_need_no_key(server: LlmServer) -> None:
    environ = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": ""}
    model = own_server(environ)
    assert (await model.ask(QUESTION, timeout_s=10)).stop is Stop.COMPLETE
    await model.close()


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "_API_KEY"),
        ({"ANTHROPIC_BASE_URL": "ftp://x", "OPENAI_BASE_URL": "api.openai.com/v1"}, "_BASE_URL"),
        ({"ANTHROPIC_BASE_URL": "http://x?a", "OPENAI_BASE_URL": "http://x/v1#b"}, "_BASE_URL"),
        ({"ANTHROPIC_BASE_URL": "http://[", "OPENAI_BASE_URL": "http://x:99999"}, "_BASE_URL"),
    ],
)
def test_what_cannot_be_connected_names_its_variable(environ: dict[str, str], named: str) -> None:
    for writer in (anthropic_writer, openai_writer):
        with pytest.raises(SettingsError, match=named):
            writer.connect("m", environ=environ)


async def test_openai_itself_is_asked_for_responses() -> None:
    model = openai_writer.connect("m", environ={"OPENAI_API_KEY": "sk-x"})
    assert (model._responses, model._client.base_url.host) == (True, "api.openai.com")
    await model.close()
