"""One call of a provider, bounded as a whole, of which nothing is left over."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

from agents.diarist.llm.failures import TRANSPORT_ERRORS, unanswered
from agents.diarist.llm.http_client import watched_sending
from agents.diarist.llm.language_model import Reply
from agents.errors import SettingsError


async def bounded(asking: Coroutine[Any, Any, Reply], *, timeout_s: float) -> Reply:
    """Return the reply that *asking* gives in *timeout_s*, however slowly it comes.

    Raises:
        CallFailed: there is none.

    """
    with watched_sending() as sending:
        try:
            async with asyncio.timeout(timeout_s):
                return await asking
        except TRANSPORT_ERRORS as error:
            failed = unanswered(error, sent=sending.complete)
    # Outside of the handler: errors of HTTP hold requests, and those the prompt and the key.
    raise failed


def checked_address(url: str, variable: str) -> str:
    """Return *url*.

    Raises:
        SettingsError: it is not the address of a server.

    """
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        sound = sound and not (parts.query or parts.fragment)
    except ValueError:
        sound = False
    if not sound:
        raise SettingsError(f"{variable} must be like https://host:8000")
    return url


def checked_key(key: str | None, variable: str) -> str | None:
    """Return *key* without the blanks around it that copying leaves; None where there is none.

    Raises:
        SettingsError: it holds what no header may.

    """
    bare = (key or "").strip()
    if not bare.isascii() or not bare.isprintable() or " " in bare:
        raise SettingsError(f"{variable} holds characters that no key has")
    return bare or None


def is_host_of(url: str, domain: str) -> bool:
    """Whether *url* names *domain* or a host in it."""
    return f".{urlsplit(url).hostname}".endswith(f".{domain}")
