"""The provider's own book: what it was asked, by which worker, and what it charges for."""

import threading
import time
from dataclasses import dataclass

from agents.diarist.llm.language_model import Outcome
from tests.support.fates import FatedModel
from tests.support.llm_server import LlmRequest, LlmServer
from tests.support.threaded_server import Reply

CHARGED = frozenset({Outcome.OK, Outcome.UNUSABLE, Outcome.REFUSED, Outcome.TRUNCATED, Outcome.CUT})
"""What a provider charges for: whatever it has written, also where nobody was there to read it."""

CHARGE_MICROS = 296
"""What each of those costs: the usage that the server tells, by the prices of this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request; times are on the monotonic clock."""

    tag: str
    question: str
    outcome: Outcome
    worker: str
    at: float
    answered_at: float
    """When it was answered, or would have been: its worker may have been killed."""

    @property
    def charged(self) -> bool:
        """Whether the provider charges for it."""
        return self.outcome in CHARGED


class Book:
    """Answers as a model with fates does, and writes everything down."""

    def __init__(self, model: FatedModel) -> None:
        self.asked: list[Asked] = []
        self._model = model
        self._lock = threading.Lock()

    def __call__(self, request: LlmRequest) -> Reply:
        """Answer a request."""
        with self._lock:
            reply = self._model(request)
            told = self._model.told[-1]
            self.asked.append(
                Asked(
                    tag=told.tag,
                    question=told.question,
                    outcome=told.outcome,
                    worker=_key(request).rpartition("-")[2],
                    at=told.at,
                    answered_at=told.at + reply.late_s,
                )
            )
        return reply


class KeyedServer(LlmServer):
    """A server by whose keys its clients can be told apart."""

    worker = "none"
    """The worker that is started next."""

    @property
    def environ(self) -> dict[str, str]:
        """Variables by which both SDKs find this server."""
        keys = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY"), f"sk-{self.worker}")
        return {**super().environ, **keys}


class Provider:
    """The server, which may go away and come back at the same address."""

    def __init__(self) -> None:
        self.model = FatedModel()
        self.book = Book(self.model)
        self.server = KeyedServer(self.book)
        self.server.start()
        self._port = int(self.server.url.rpartition(":")[2].partition("/")[0])
        self._there = True

    def go_away(self) -> None:
        """Refuse every connection; what is being answered is answered now."""
        self.server.stop()
        self._there = False

    def come_back(self) -> None:
        """Answer again."""
        self.server = KeyedServer(self.book, port=self._port)
        self.server.start()
        self._there = True

    def close(self) -> None:
        """Stop for good."""
        if self._there:
            self.go_away()


def _key(request: LlmRequest) -> str:
    bearer = request.headers.get("authorization", "")
    return request.headers.get("x-api-key", bearer.removeprefix("Bearer "))


def now() -> float:
    """Return the time by the clock of the book."""
    return time.monotonic()
