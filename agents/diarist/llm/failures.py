"""What it means that a provider refused a call, or did not answer it."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import Any

import httpx2

from agents.diarist.llm.http_client import NotReadable
from agents.diarist.llm.language_model import CallFailed, Outcome

OVERLOADED_STATUS = 529
"""Anthropic's status for having too much to do; OpenAI and most servers use 503 for it."""

TRANSPORT_ERRORS = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
    OSError,  # TLS and time limits are among its kinds
    EOFError,
    ValueError,  # text that cannot be sent or read is among its kinds
)
"""Everything that may come of a call whose request or answer is not as HTTP and JSON have it."""

_BY_CODE = {
    "insufficient_quota": Outcome.QUOTA,
    "billing_hard_limit_reached": Outcome.QUOTA,
    "billing_not_active": Outcome.QUOTA,
    "billing_error": Outcome.QUOTA,
    "contract_spend_limit_reached": Outcome.QUOTA,
    "enforced_spend_limit_reached": Outcome.QUOTA,
    "linked_organization_spend_limit_reached": Outcome.QUOTA,
    "linked_organization_billing_unavailable": Outcome.QUOTA,
    "invalid_api_key": Outcome.UNAUTHORIZED,
    "authentication_error": Outcome.UNAUTHORIZED,
    "organization_on_hold": Outcome.UNAUTHORIZED,
    "model_not_found": Outcome.MODEL_UNKNOWN,
    "context_length_exceeded": Outcome.TOO_LARGE,
    "string_above_max_length": Outcome.TOO_LARGE,
    "request_body_too_large_after_decoding": Outcome.TOO_LARGE,
    "rate_limit_exceeded": Outcome.RATE_LIMITED,
    "overloaded_error": Outcome.OVERLOADED,
    "server_error": Outcome.SERVER_ERROR,
}

_BY_STATUS: Mapping[int, Outcome] = {
    HTTPStatus.UNAUTHORIZED: Outcome.UNAUTHORIZED,
    HTTPStatus.PAYMENT_REQUIRED: Outcome.QUOTA,
    HTTPStatus.FORBIDDEN: Outcome.UNAUTHORIZED,
    HTTPStatus.NOT_FOUND: Outcome.MODEL_UNKNOWN,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: Outcome.UNREACHABLE,
    HTTPStatus.REQUEST_TIMEOUT: Outcome.TIMEOUT,
    HTTPStatus.CONFLICT: Outcome.SERVER_ERROR,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Outcome.TOO_LARGE,
    HTTPStatus.TOO_EARLY: Outcome.SERVER_ERROR,
    HTTPStatus.TOO_MANY_REQUESTS: Outcome.RATE_LIMITED,
    HTTPStatus.NOT_IMPLEMENTED: Outcome.BAD_REQUEST,
    HTTPStatus.SERVICE_UNAVAILABLE: Outcome.OVERLOADED,
    OVERLOADED_STATUS: Outcome.OVERLOADED,
}

_BY_WORDS = {
    "credit balance is too low": Outcome.QUOTA,
    "prompt is too long": Outcome.TOO_LARGE,
    "maximum context length": Outcome.TOO_LARGE,
}
"""For refusals with 400 that Anthropic and vLLM tell apart by words alone:
https://github.com/continuedev/continue/issues/5499 and
https://github.com/vllm-project/vllm/issues/20409"""

_IDENTIFIER = re.compile(r"[a-z]+(_[a-z]+)*", re.ASCII)
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
_CODE_LENGTH = 60
_FIRST_ERROR, _FIRST_SUCCESS = 300, 200


def is_success(status: int) -> bool:
    """Whether an answer with *status* holds a reply."""
    return _FIRST_SUCCESS <= status < _FIRST_ERROR


def refused(response: httpx2.Response, *, now: datetime) -> CallFailed:
    """Return what an answer without a reply, read to its end, says; *now* is the wall clock's."""
    error = _error_of(response.content)
    outcome, code = _judged(response.status_code, error)
    known = f", {code}" if code else ""
    request_id = response.headers.get("request-id", response.headers.get("x-request-id", ""))
    asked = f", request {request_id}" if _REQUEST_ID.fullmatch(request_id) else ""
    return CallFailed(
        outcome,
        f"answered {response.status_code}{known}{asked}",
        retry_after_s=retry_after_s(response.headers, now=now),
    )


def coded(code: object) -> Outcome | None:
    """Return what *code*, a provider's own word for a failure, means; None if it is unknown."""
    return _BY_CODE.get(code) if isinstance(code, str) else None


def unanswered(error: Exception, *, sent: bool) -> CallFailed:
    """Return what *error* means, by which a call ended, once its request was *sent* or before."""
    kind = type(error).__name__
    if isinstance(error, NotReadable):
        return CallFailed(Outcome.UNREADABLE, str(error), perhaps_paid=True)
    if isinstance(error, httpx2.TimeoutException | TimeoutError):
        if isinstance(error, httpx2.ConnectTimeout | httpx2.PoolTimeout):
            return CallFailed(Outcome.UNREACHABLE, f"no connection in time ({kind})")
        return CallFailed(Outcome.TIMEOUT, f"no answer in time ({kind})", perhaps_paid=sent)
    if isinstance(error, httpx2.InvalidURL | httpx2.LocalProtocolError | UnicodeError):
        return CallFailed(Outcome.BAD_REQUEST, f"the request cannot be sent ({kind})")
    if sent:
        return CallFailed(Outcome.CUT, f"the connection ended early ({kind})", perhaps_paid=True)
    return CallFailed(Outcome.UNREACHABLE, f"no connection ({kind})")


def retry_after_s(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return for how long an answer with *headers* asks to be left alone, if it does.

    Milliseconds count before seconds or a date; what is negative or no number is no request.
    """
    for value_s in (
        _number(headers.get("retry-after-ms"), 1000.0),
        _number(headers.get("retry-after"), 1.0),
        _until(headers.get("retry-after"), now),
    ):
        if value_s is not None and isfinite(value_s) and value_s >= 0:
            return value_s
    return None


def _number(text: str | None, unit: float) -> float | None:
    try:
        return None if text is None else float(text) / unit
    except ValueError:
        return None


def _until(text: str | None, now: datetime) -> float | None:
    try:
        moment = None if text is None else parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment is None:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()


def _error_of(content: bytes) -> Mapping[str, Any]:
    """Return the object that tells of an error on either wire; an empty one if there is none."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    error = body.get("error", body) if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _judged(status: int, error: Mapping[str, Any]) -> tuple[Outcome, str]:
    details = error.get("details")
    details = details if isinstance(details, dict) else {}
    codes = [details.get("error_code"), error.get("code"), error.get("type")]
    shown = next((code for code in codes if isinstance(code, str) and _is_identifier(code)), "")
    by_code = next((outcome for code in codes if (outcome := coded(code))), None)
    if by_code is not None:
        return by_code, shown
    if status in _BY_STATUS:
        return _BY_STATUS[status], shown
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome.SERVER_ERROR, shown
    if status < HTTPStatus.BAD_REQUEST:  # a redirection leads to where nothing is to be sent
        return Outcome.UNREADABLE, shown
    if error.get("param") == "model":
        return Outcome.MODEL_UNKNOWN, shown
    said = str(error.get("message", "")).lower()
    by_words = (outcome for words, outcome in _BY_WORDS.items() if words in said)
    return next(by_words, Outcome.BAD_REQUEST), shown


def _is_identifier(code: str) -> bool:
    return len(code) <= _CODE_LENGTH and bool(_IDENTIFIER.fullmatch(code))
