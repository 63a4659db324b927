"""A language model's server at which each recording has a fate of its own.

A recording's words hold a tag, by which the server knows it again whatever a provider's wire makes
of it; so what became of hundreds of recordings can be told apart after one worker's life.
"""

import re
import secrets
import string
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.diarist.llm.language_model import Outcome
from tests.support.diarist_run import faithful, lines_of
from tests.support.llm_server import Answerer, LlmRequest, failing, replying
from tests.support.threaded_server import Reply

_TAG = re.compile(r"\btag([a-z]{16})\b")


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer, and how an entry tells of the call that met it."""

    outcome: Outcome
    answer: Answerer


FINE = Turn(Outcome.OK, replying(faithful))
DOWN = Turn(Outcome.OVERLOADED, failing(529, "overloaded_error"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One request as the server saw it."""

    request: LlmRequest
    tag: str
    question: str
    """What was asked: the same for the same lines and the same room for the reply."""
    outcome: Outcome
    at: float
    """When it came, on the monotonic clock."""


class FatedModel:
    """Answers by the fate of the recording; `outages`, by wire, come before any fate."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.outages: Mapping[str, Turn] = {}
        self._fates: dict[str, Sequence[Turn]] = {}
        self._met: Counter[str] = Counter()
        self._lock = threading.Lock()

    def tag(self, *fate: Turn) -> str:
        """Return a new tag: its requests meet *fate* one after another, its last turn for ever."""
        letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))
        self._fates[letters] = fate or (FINE,)
        return f"tag{letters}"

    def __call__(self, request: LlmRequest) -> Reply:
        found = _TAG.search(request.content)
        assert found, "a request without a tag"
        letters = found[1]
        with self._lock:
            turn = self.outages.get(request.wire)
            if turn is None:
                fate = self._fates[letters]
                turn = fate[min(self._met[letters], len(fate) - 1)]
                self._met[letters] += 1
            told = Told(
                request=request,
                tag=f"tag{letters}",
                question=_question(request),
                outcome=turn.outcome,
                at=time.monotonic(),
            )
            self.told.append(told)
        return turn.answer(request)

    def of(self, tag: str) -> list[Told]:
        """Return what was asked for the recording with *tag*."""
        return [told for told in list(self.told) if told.tag == tag]

    def outcomes(self, tag: str) -> Counter[str]:
        """Count how the calls for the recording with *tag* ended."""
        return Counter(told.outcome.value for told in self.of(tag))


def _question(request: LlmRequest) -> str:
    room = next(request.body[name] for name in _ROOM if name in request.body)
    return f"{room} {sorted(lines_of(request).items())}"


_ROOM = ("max_tokens", "max_completion_tokens", "max_output_tokens")
