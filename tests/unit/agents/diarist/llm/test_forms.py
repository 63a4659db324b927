"""Servers that do not take every form of question, and what is remembered of them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from agents.diarist.llm.language_model import CallFailed, LanguageModel, Outcome, Stop
from tests.support.llm_server import (
    CHAT,
    Answerer,
    LlmRequest,
    LlmServer,
    failing,
    replying,
    script,
)
from tests.support.sdk_models import QUESTION, WAYS, claude, own_server
from tests.support.threaded_server import Reply

GRAMMAR = failing(400, "invalid_request_error", message="compiled grammar is too large")


def only(*forms: str, otherwise: Answerer = GRAMMAR) -> Answerer:
    def answer(request: LlmRequest) -> Reply:
        return (replying({}) if request.form in forms else otherwise)(request)

    return answer


def forms(server: LlmServer) -> list[str]:
    return [request.form for request in server.requests]


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer(replying({})) as server:
        yield server


@pytest.fixture(params=sorted(WAYS))
async def model(server: LlmServer, request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    model = WAYS[request.param](server.environ)
    yield model
    await model.close()


@pytest.mark.parametrize("status", [400, 422, 501])
async def test_a_server_without_schemas_is_asked_in_words(
    model: LanguageModel, server: LlmServer, status: int
) -> None:
    server.answer = only("words", otherwise=failing(status))
    for _ in range(2):
        assert (await model.ask(QUESTION, timeout_s=10)).stop is Stop.COMPLETE
    *refused, first, second = server.requests
    assert "words" not in [request.form for request in refused]
    assert [first.form, second.form] == ["words"] * 2
    assert QUESTION.instructions in first.instructions
    assert '"maxLength": 80' in first.instructions


async def test_a_server_that_knows_objects_alone_is_asked_for_one(server: LlmServer) -> None:
    server.answer = only("json_object")
    model = own_server(server.environ)
    for _ in range(2):
        await model.ask(QUESTION, timeout_s=10)
    assert forms(server)[-2:] == ["json_object"] * 2
    assert "JSON" in server.requests[-1].instructions
    await model.close()


async def test_a_server_may_know_the_bound_of_a_reply_by_its_newer_name(server: LlmServer) -> None:
    def answer(request: LlmRequest) -> Reply:
        known = "max_completion_tokens" in request.body
        return (replying({}) if known else failing(400, "unsupported_parameter"))(request)

    server.answer = answer
    model = own_server(server.environ)
    for _ in range(2):
        await model.ask(QUESTION, timeout_s=10)
    assert forms(server) == ["json_schema"] * 3
    assert "max_tokens" not in server.requests[-1].body
    await model.close()


@pytest.mark.parametrize("status", [429, 500, 503, 529, 401, 404])
async def test_failures_that_are_no_refusals_say_nothing_of_a_form(
    model: LanguageModel, server: LlmServer, status: int
) -> None:
    server.answer = script(failing(status), failing(status), replying({}))
    for _ in range(2):
        with pytest.raises(CallFailed):
            await model.ask(QUESTION, timeout_s=10)
    await model.ask(QUESTION, timeout_s=10)
    assert forms(server) == ["json_schema"] * 3


async def test_a_model_whose_template_knows_no_instructions_is_told_all_in_one_message(
    server: LlmServer,
) -> None:
    def gemma(request: LlmRequest) -> Reply:
        roles = [message["role"] for message in request.body["messages"]]
        return (failing(400) if "system" in roles else replying({}))(request)

    server.answer = gemma
    model = WAYS["chat"](server.environ)
    for _ in range(2):
        assert (await model.ask(QUESTION, timeout_s=10)).stop is Stop.COMPLETE
    *_, before, last = server.requests
    assert before.body == last.body
    assert QUESTION.instructions in last.content
    assert last.content.endswith(QUESTION.content)
    await model.close()


async def test_what_is_refused_in_every_form_is_the_questions_own_fault(
    model: LanguageModel, server: LlmServer
) -> None:
    server.answer = script(*[failing(400)] * 7, replying({}))
    if model.provider == "anthropic":
        server.answer = script(*[failing(400)] * 2, replying({}))
    elif model.model.startswith("gpt"):
        server.answer = script(*[failing(400)] * 3, replying({}))
    with pytest.raises(CallFailed) as caught:
        await model.ask(QUESTION, timeout_s=10)
    assert caught.value.outcome is Outcome.BAD_REQUEST
    await model.ask(QUESTION, timeout_s=10)
    assert forms(server)[-1] == "json_schema"


async def test_a_question_refused_in_a_form_that_worked_is_asked_once(
    model: LanguageModel, server: LlmServer
) -> None:
    server.answer = script(replying({}), failing(400), replying({}))
    await model.ask(QUESTION, timeout_s=10)
    with pytest.raises(CallFailed):
        await model.ask(QUESTION, timeout_s=10)
    await model.ask(QUESTION, timeout_s=10)
    assert forms(server) == ["json_schema"] * 3


async def test_one_schema_may_be_too_much_and_another_not(server: LlmServer) -> None:
    def answer(request: LlmRequest) -> Reply:
        large = "large" in str(request.body.get("output_config", {}))
        return (GRAMMAR if large else replying({}))(request)

    server.answer = answer
    model = claude(server.environ)
    large = {"type": "object", "properties": {"large": {"type": "string"}}}
    for _ in range(2):
        await model.ask(replace(QUESTION, schema_name="large", schema=large), timeout_s=10)
        await model.ask(QUESTION, timeout_s=10)
    assert forms(server) == ["json_schema", "words", "json_schema", "words", "json_schema"]
    await model.close()


async def test_of_many_first_calls_one_finds_out(server: LlmServer) -> None:
    server.answer = only("words")
    model = own_server(server.environ)
    await asyncio.gather(*(model.ask(QUESTION, timeout_s=10) for _ in range(10)))
    assert forms(server).count("words") == 10
    assert len(server.requests) == 4 + 10
    assert {request.wire for request in server.requests} == {CHAT}
    await model.close()


async def test_who_waits_for_another_to_find_out_has_no_more_time_for_it(
    server: LlmServer,
) -> None:
    server.answer = lambda request: replace(replying({})(request), hangs=True)
    model = own_server(server.environ)
    first = asyncio.create_task(model.ask(QUESTION, timeout_s=1.0))
    await asyncio.sleep(0)
    with pytest.raises(CallFailed) as caught:
        await model.ask(QUESTION, timeout_s=0.2)
    assert (caught.value.outcome, caught.value.perhaps_paid) == (Outcome.TIMEOUT, False)
    with pytest.raises(CallFailed) as caught:
        await first
    assert (caught.value.outcome, caught.value.perhaps_paid) == (Outcome.TIMEOUT, True)
    assert len(server.requests) == 1
    await model.close()
