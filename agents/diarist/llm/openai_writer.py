"""Models of OpenAI, or of a server that speaks its Chat Completions API, by OpenAI's SDK."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
import openai

from agents.diarist.llm.answer import asked_in_words, read_object
from agents.diarist.llm.calling import bounded, checked_address, checked_key, is_host_of
from agents.diarist.llm.failures import is_success, refused
from agents.diarist.llm.forms import FormsState
from agents.diarist.llm.http_client import call_timeout, http_client
from agents.diarist.llm.language_model import Question, Reply
from agents.diarist.llm.openai_answer import chat_reply, response_reply
from agents.diarist.llm.openai_schema import strict
from agents.errors import SettingsError

PROVIDER = "openai"
ADDRESS_VARIABLE, KEY_VARIABLE = "OPENAI_BASE_URL", "OPENAI_API_KEY"
ADDRESS = "https://api.openai.com/v1"

_SCHEMA, _OBJECT, _WORDS, _ALONE = range(4)
"""Forms of asking for JSON: by its schema, as any object, in the instructions alone, or in one
message with all else: templates of some models know no instructions."""

_RESPONSES_FORMS = (_SCHEMA, _OBJECT, _WORDS)

_CHAT_FORMS = (
    *(
        (form, limit)
        for form in (_SCHEMA, _OBJECT, _WORDS)
        # The older name first: a server that does not know a name ignores it, and writes on and on.
        for limit in ("max_tokens", "max_completion_tokens")
    ),
    (_ALONE, "max_tokens"),
)
"""The same, with both names that the bound of a reply has."""


class OpenAIModel:
    """A model behind the Responses API at OpenAI, and behind Chat Completions anywhere else."""

    provider = PROVIDER

    def __init__(self, client: openai.AsyncOpenAI, model: str, *, responses: bool) -> None:
        self.model = model
        self._client = client
        self._responses = responses
        self._forms = FormsState(len(_RESPONSES_FORMS if responses else _CHAT_FORMS))

    async def ask(self, question: Question, *, timeout_s: float) -> Reply:
        """Return the reply to *question*."""
        read = response_reply if self._responses else chat_reply

        async def call(form: int) -> Reply:
            answer = await self._answer(question, form, timeout_s)
            if not is_success(answer.status_code):
                raise refused(answer, now=datetime.now(UTC))
            return read(read_object(answer.content))

        asking = self._forms.ask(question.schema_name, call)
        return await bounded(asking, timeout_s=timeout_s)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _answer(self, question: Question, form: int, timeout_s: float) -> httpx2.Response:
        create: Any
        if self._responses:
            create = self._client.responses.with_raw_response.create
            asked = _response_fields(question, _RESPONSES_FORMS[form])
        else:
            create = self._client.chat.completions.with_raw_response.create
            asked = _chat_fields(question, *_CHAT_FORMS[form])
        try:
            # The raw answer: SDKs take a page of HTML for text, and leave what is missing out.
            answer = await create(model=self.model, timeout=call_timeout(timeout_s), **asked)
        except openai.APIStatusError as error:
            return error.response
        except openai.OpenAIError as error:
            raise error.__cause__ or httpx2.TransportError(type(error).__name__) from None
        response: httpx2.Response = answer.http_response
        return response


def connect(model: str, *, environ: Mapping[str, str]) -> OpenAIModel:
    """Return *model* at the address, and with the key, that the SDK's own variables give.

    A server of one's own may need no key. It is not asked yet.

    Raises:
        SettingsError: the address is none, or OpenAI itself is to be used without a key.

    """
    address = checked_address(environ.get(ADDRESS_VARIABLE) or ADDRESS, ADDRESS_VARIABLE)
    key = checked_key(environ.get(KEY_VARIABLE), KEY_VARIABLE)
    at_openai = is_host_of(address, "openai.com")
    if not key and at_openai:
        raise SettingsError(
            f"OpenAI needs a key: set {KEY_VARIABLE}, or {ADDRESS_VARIABLE} for another server"
        )
    client = openai.AsyncOpenAI(
        api_key=key or "none", base_url=address, max_retries=0, http_client=http_client()
    )
    return OpenAIModel(client, model, responses=at_openai)


def _instructions(question: Question, form: int) -> str:
    if form == _SCHEMA:
        return question.instructions
    return asked_in_words(question.instructions, question.schema)


def _response_fields(question: Question, form: int) -> Mapping[str, Any]:
    schema = {"name": question.schema_name, "schema": strict(question.schema), "strict": True}
    formats: Mapping[int, Mapping[str, Any]] = {
        _SCHEMA: {"text": {"format": {"type": "json_schema", **schema}}},
        _OBJECT: {"text": {"format": {"type": "json_object"}}},
        _WORDS: {},
    }
    return {
        "instructions": _instructions(question, form),
        "input": question.content,
        "max_output_tokens": question.max_tokens,
        "store": False,
        **formats[form],
    }


def _chat_fields(question: Question, form: int, limit: str) -> Mapping[str, Any]:
    schema = {"name": question.schema_name, "schema": strict(question.schema), "strict": True}
    formats: Mapping[int, Mapping[str, Any]] = {
        _SCHEMA: {"response_format": {"type": "json_schema", "json_schema": schema}},
        _OBJECT: {"response_format": {"type": "json_object"}},
        _WORDS: {},
        _ALONE: {},
    }
    messages = [
        {"role": "system", "content": _instructions(question, form)},
        {"role": "user", "content": question.content},
    ]
    if form == _ALONE:
        together = "\n\n".join(message["content"] for message in messages)
        messages = [{"role": "user", "content": together}]
    return {
        "messages": messages,
        limit: question.max_tokens,
        **formats[form],
    }
