"""Models of Anthropic, or of a server that speaks its Messages API, by Anthropic's SDK."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import anthropic
import httpx2

from agents.diarist.llm.answer import (
    asked_in_words,
    not_as_agreed,
    object_in,
    objects,
    read_object,
    text_of,
    tokens,
    usage_of,
)
from agents.diarist.llm.calling import bounded, checked_address, checked_key, is_host_of
from agents.diarist.llm.failures import is_success, refused
from agents.diarist.llm.forms import FormsState
from agents.diarist.llm.http_client import call_timeout, http_client
from agents.diarist.llm.language_model import Question, Reply, Stop, Usage
from agents.errors import SettingsError

PROVIDER = "anthropic"
ADDRESS_VARIABLE, KEY_VARIABLE = "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"
ADDRESS = "https://api.anthropic.com"

_STOPS = {
    "max_tokens": Stop.MAX_TOKENS,
    # What was written until the model was full is paid for, so it is a reply and no failure.
    "model_context_window_exceeded": Stop.MAX_TOKENS,
    "refusal": Stop.REFUSAL,
}

_SCHEMA, _WORDS = range(2)
"""Forms of asking for JSON: by its schema, or in the prompt alone."""


class AnthropicModel:
    """A model behind `POST /v1/messages`."""

    provider = PROVIDER

    def __init__(self, client: anthropic.AsyncAnthropic, model: str) -> None:
        self.model = model
        self._client = client
        self._forms = FormsState(2)

    async def ask(self, question: Question, *, timeout_s: float) -> Reply:
        """Return the reply to *question*."""

        async def call(form: int) -> Reply:
            return _reply(await self._answer(question, form, timeout_s))

        asking = self._forms.ask(question.schema_name, call)
        return await bounded(asking, timeout_s=timeout_s)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _answer(self, question: Question, form: int, timeout_s: float) -> httpx2.Response:
        instructions, options = question.instructions, dict[str, Any]()
        if form == _SCHEMA:
            schema = anthropic.transform_schema(dict(question.schema))
            options["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        else:
            instructions = asked_in_words(instructions, question.schema)
        try:
            # The raw answer: SDKs take a page of HTML for text, and leave what is missing out.
            answer = await self._client.messages.with_raw_response.create(
                model=self.model,
                max_tokens=question.max_tokens,
                system=instructions,
                messages=[{"role": "user", "content": question.content}],
                # Given, it also lifts the SDK's bound of 21,333 tokens.
                timeout=call_timeout(timeout_s),
                **options,
            )
        except anthropic.APIStatusError as error:
            return error.response
        except anthropic.AnthropicError as error:
            raise error.__cause__ or httpx2.TransportError(type(error).__name__) from None
        response: httpx2.Response = answer.http_response
        return response


def connect(model: str, *, environ: Mapping[str, str]) -> AnthropicModel:
    """Return *model* at the address, and with the key, that the SDK's own variables give.

    Nothing else is looked at: no profiles, no federation. It is not asked yet.

    Raises:
        SettingsError: the address is none, or Anthropic itself is to be used without a key.

    """
    address = checked_address(environ.get(ADDRESS_VARIABLE) or ADDRESS, ADDRESS_VARIABLE)
    key = checked_key(environ.get(KEY_VARIABLE), KEY_VARIABLE)
    if not key and is_host_of(address, "anthropic.com"):
        raise SettingsError(
            f"Anthropic needs a key: set {KEY_VARIABLE}, or {ADDRESS_VARIABLE} for another server"
        )
    # At DEBUG, which ANTHROPIC_LOG can ask for, the SDK logs whole prompts.
    logging.getLogger("anthropic").setLevel(logging.WARNING)
    client = anthropic.AsyncAnthropic(
        api_key=key or "none",
        base_url=address,
        max_retries=0,
        http_client=http_client(),
        # The SDK's own spans would hold prompts and replies where a variable asks for it.
        open_telemetry=False,
    )
    return AnthropicModel(client, model)


def _reply(response: httpx2.Response) -> Reply:
    if not is_success(response.status_code):
        raise refused(response, now=datetime.now(UTC))
    body = read_object(response.content)
    if not isinstance(body.get("content"), list):
        raise not_as_agreed(_usage(object_in(body, "usage")))
    blocks = objects(body["content"])
    stop = body.get("stop_reason")
    return Reply(
        text=text_of(block.get("text") for block in blocks if block.get("type") == "text"),
        stop=_STOPS.get(stop, Stop.COMPLETE) if isinstance(stop, str) else Stop.COMPLETE,
        usage=_usage(object_in(body, "usage")),
    )


def _usage(usage: Mapping[str, Any]) -> Usage | None:
    """Return *usage* as everywhere else: Anthropic's input is what no cache had a part in."""
    cached = tokens(usage, "cache_read_input_tokens") or 0
    written = tokens(usage, "cache_creation_input_tokens") or 0
    plain = tokens(usage, "input_tokens")
    return usage_of(
        input_tokens=None if plain is None else plain + cached + written,
        output_tokens=tokens(usage, "output_tokens"),
        cached=cached,
        written=written,
    )
