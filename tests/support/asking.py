"""A model that is asked without a provider, and replies of the form that one would give."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from agents.diarist.llm.asking import Ask, Rejected, Unusable
from agents.diarist.llm.language_model import Outcome
from agents.diarist.writer import Order
from tests.support.writers import a_call

T = TypeVar("T")

Answerer = Callable[[Ask], Mapping[str, Any] | str | Exception]


def a_reply(**changes: Any) -> dict[str, Any]:
    """Build a reply with a title and one passage that cites segment 0."""
    return {
        "title": "A title",
        "summary": "A summary.",
        "language": "en",
        "narrative": [{"text": "Told.", "cites": [0], "new_paragraph": False}],
        **changes,
    }


class ScriptedAsker:
    """Answers as a function of the question; keeps what it was asked."""

    provider = "anthropic"
    model = "small"

    def __init__(self, answer: Answerer) -> None:
        self.asks: list[Ask] = []
        self._answer = answer

    async def ask(self, ask: Ask, order: Order, judge: Callable[[str], T]) -> T:
        self.asks.append(ask)
        answer = self._answer(ask)
        if isinstance(answer, Exception):
            raise answer
        question = order.question(str(len(self.asks)))
        question.calls.append(a_call(model=self.model, purpose=ask.purpose))
        try:
            return judge(answer if isinstance(answer, str) else json.dumps(answer))
        except Unusable:
            raise Rejected(Outcome.UNUSABLE) from None
