"""A language model on this machine that speaks both wires, well or badly as it is told.

As a program, `python -m tests.support.llm_server --port 8080 --script FILE` answers by the lines
of FILE, each a JSON object: {"value": …} for a reply, {"status": 529} for a refusal.
"""

import argparse
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from agents.diarist.llm.language_model import Stop, Usage
from tests.support.threaded_server import Reply, ThreadedServer, as_json

MESSAGES, RESPONSES, CHAT = "/messages", "/responses", "/chat/completions"

USAGE = Usage(input_tokens=120, cached_tokens=30, cache_write_tokens=10, output_tokens=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmRequest:
    """A request: its JSON, and its headers by lower-case name."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def wire(self) -> str:
        return next((wire for wire in (MESSAGES, RESPONSES, CHAT) if self.path.endswith(wire)), "")

    @property
    def instructions(self) -> str:
        if self.wire == CHAT:
            return str(self.body["messages"][0]["content"])
        return str(self.body["system" if self.wire == MESSAGES else "instructions"])

    @property
    def content(self) -> str:
        if self.wire == RESPONSES:
            return str(self.body["input"])
        return str(self.body["messages"][-1]["content"])

    @property
    def form(self) -> str:
        """How the form of the answer is asked for: json_schema, json_object, or words."""
        of_wire: Mapping[str, Any] = {
            MESSAGES: self.body.get("output_config", {}).get("format", {}),
            RESPONSES: self.body.get("text", {}).get("format", {}),
            CHAT: self.body.get("response_format", {}),
        }[self.wire]
        return str(of_wire.get("type", "words"))


Answerer = Callable[[LlmRequest], Reply]
Value = object | Callable[[LlmRequest], object]


class LlmServer(ThreadedServer[LlmRequest]):
    """Keeps what it was asked; `answer` can be changed at any time."""

    def __init__(self, answer: Answerer, *, port: int = 0) -> None:
        super().__init__(_read, answer, port=port)

    @property
    def environ(self) -> dict[str, str]:
        """Variables by which both SDKs find this server."""
        return {
            "ANTHROPIC_BASE_URL": self.url.removesuffix("/v1"),
            "ANTHROPIC_API_KEY": "sk-ant-secret",
            "OPENAI_BASE_URL": self.url,
            "OPENAI_API_KEY": "sk-secret",
        }


def _read(handler: BaseHTTPRequestHandler) -> LlmRequest:
    body = handler.rfile.read(int(handler.headers["content-length"]))
    headers = {name.lower(): value for name, value in handler.headers.items()}
    return LlmRequest(path=handler.path, headers=headers, body=json.loads(body))


def replying(value: Value, *, usage: Usage | None = USAGE, stop: Stop = Stop.COMPLETE) -> Answerer:
    """Answer with *value* as JSON, text as it is; it may be a function of the request."""

    def answer(request: LlmRequest) -> Reply:
        said = value(request) if callable(value) else value
        text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        body = _BODIES[request.wire](text, stop)
        if usage is not None:
            body["usage"] = _usage(request.wire, usage)
        return as_json(body)

    return answer


def failing(
    status: int,
    kind: str = "error",
    *,
    message: str = "no",
    headers: Mapping[str, str] | None = None,
) -> Answerer:
    """Refuse with *status*; *kind* is the code of OpenAI, the type of Anthropic."""

    def answer(request: LlmRequest) -> Reply:
        if request.wire == MESSAGES:
            body: object = {"type": "error", "error": {"type": kind, "message": message}}
        else:
            error = {"message": message, "type": "invalid_request_error", "code": kind}
            body = {"error": {**error, "param": None}}
        return as_json(body, status, headers)

    return answer


def sending(reply: Reply) -> Answerer:
    """Answer with *reply*, whatever is asked."""
    return lambda _: reply


def broken(answer: Answerer, **how: Any) -> Answerer:
    """Answer as *answer* does, but cut, late or otherwise changed."""
    return lambda request: replace(answer(request), **how)


def script(*answers: Answerer) -> Answerer:
    """Answer one request after another with *answers*, and then with the last one."""
    lock, left = threading.Lock(), list(answers)

    def answer(request: LlmRequest) -> Reply:
        with lock:
            current = left.pop(0) if len(left) > 1 else left[0]
        return current(request)

    return answer


def _message(text: str, stop: Stop) -> dict[str, Any]:
    stops = {Stop.MAX_TOKENS: "max_tokens", Stop.REFUSAL: "refusal", Stop.COMPLETE: "end_turn"}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "content": [
            {"type": "thinking", "thinking": "Let me see.", "signature": "s"},
            {"type": "text", "text": text},
        ],
        "stop_reason": stops[stop],
        "stop_sequence": None,
    }


def _response(text: str, stop: Stop) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    if stop is Stop.REFUSAL:
        part = {"type": "refusal", "refusal": "I cannot."}
    cut = {"reason": "max_output_tokens"} if stop is Stop.MAX_TOKENS else None
    return {
        "id": "resp_1",
        "object": "response",
        "status": "incomplete" if cut else "completed",
        "incomplete_details": cut,
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]},
        ],
    }


def _completion(text: str, stop: Stop) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    if stop is Stop.REFUSAL:
        message |= {"content": None, "refusal": "I cannot."}
    finish = "length" if stop is Stop.MAX_TOKENS else "stop"
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }


_BODIES: Mapping[str, Callable[[str, Stop], dict[str, Any]]] = {
    MESSAGES: _message,
    RESPONSES: _response,
    CHAT: _completion,
}


def _usage(wire: str, usage: Usage) -> dict[str, Any]:
    """Spell *usage* as the provider does: Anthropic counts caches apart from the input."""
    cached, written = usage.cached_tokens, usage.cache_write_tokens
    if wire == MESSAGES:
        return {
            "input_tokens": usage.input_tokens - cached - written,
            "cache_read_input_tokens": cached,
            "cache_creation_input_tokens": written,
            "output_tokens": usage.output_tokens,
        }
    asked, said = ("input", "output") if wire == RESPONSES else ("prompt", "completion")
    return {
        f"{asked}_tokens": usage.input_tokens,
        f"{asked}_tokens_details": {"cached_tokens": cached, "cache_write_tokens": written},
        f"{said}_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
    }


def _scripted(line: Mapping[str, Any]) -> Answerer:
    answer = failing(line["status"]) if "status" in line else replying(line["value"])
    return broken(answer, late_s=float(line.get("late_s", 0)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--script", type=Path, required=True)
    options = parser.parse_args()
    lines = options.script.read_text().splitlines()
    answers = [_scripted(json.loads(line)) for line in lines if line.strip()]
    with LlmServer(script(*answers), port=options.port) as server:
        server.stopping.wait()


if __name__ == "__main__":
    main()
