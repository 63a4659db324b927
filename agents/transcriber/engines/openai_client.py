"""The connection to a speech server, by OpenAI's SDK: where it is, and how long it may take."""

import ssl
import time
from typing import Any

import httpx2
import openai

from agents.errors import SettingsError

ADDRESS_SETTING, KEY_SETTING = "DAYBOOK_SPEECH_URL", "OPENAI_API_KEY"

TIMEOUT = openai.Timeout(180, connect=10)
"""Seconds for a chunk of 30 s, with some before it in the server's queue."""

ANSWER_S = 60.0
"""Time for an answer to come once it has begun, in seconds: the SDK bounds its pieces alone."""

ANSWER_BYTES_MAX = 4 << 20
"""Bytes of an answer: a hundred times what can be said in a chunk."""


def connect(base_url: str | None) -> openai.OpenAI:
    """Return a client of the server at *base_url*, as `open_engine` says; it is not asked yet.

    Raises:
        SettingsError: the address is none, or OpenAI itself is to be used without a key.

    """
    # OpenSSL's own store, which SSL_CERT_FILE names, is the only thing taken from outside.
    connections = openai.DefaultHttpxClient(
        trust_env=False, follow_redirects=False, verify=ssl.create_default_context()
    )
    options: dict[str, Any] = {"base_url": base_url, "max_retries": 0, "timeout": TIMEOUT}
    try:
        client = openai.OpenAI(**options, http_client=connections)
    except openai.OpenAIError:  # there is no key: one's own server may need none
        client = openai.OpenAI(**options, http_client=connections, api_key="none")
        if client.base_url.host.endswith("openai.com"):
            raise SettingsError(
                f"OpenAI needs a key: set {KEY_SETTING}, or {ADDRESS_SETTING} for another server"
            ) from None
    if client.base_url.scheme not in {"http", "https"} or not client.base_url.host:
        raise SettingsError(f"{ADDRESS_SETTING}={base_url!r} must be like http://host:8000/v1")
    return client


def whole_answer(response: openai.APIResponse[Any]) -> str:
    """Return the text of an answer.

    Raises:
        openai.APIError: it is cut, or does not come to its end.

    """
    content, until = bytearray(), time.monotonic() + ANSWER_S
    try:
        for piece in response.iter_bytes():
            content += piece
            if time.monotonic() > until or len(content) > ANSWER_BYTES_MAX:
                raise openai.APITimeoutError(request=response.http_request)
    except httpx2.HTTPError as error:
        raise openai.APIConnectionError(request=response.http_request) from error
    return content.decode(errors="replace")
