"""What a writer asks of a model, and the seam behind which cache, caps, retries and bill stand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from agents.diarist.llm.language_model import Outcome, Question
from agents.diarist.writer import Order

T = TypeVar("T")


class Unusable(Exception):
    """A complete reply that no entry can be made of.

    Never leaves the package.
    """


class Rejected(Exception):
    """A model has answered, and will not answer better: another one may.

    Never leaves the package.
    """

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question, and what tells it from every other one."""

    question: Question
    canonical: str
    """The question's content with all that is drawn by chance taken out: cached replies are found
    by it."""
    purpose: str
    """What it is asked for, as in `GeneratorCall.purpose`: entry, part, join."""
    prompt_version: str
    attempt: int = 1
    """Number of the attempt: an answer that was of no use is not found again by the next one."""


class Asker(Protocol):
    """One model, asked with cache, caps, retries and bill."""

    @property
    def provider(self) -> str:
        """Name of the provider."""
        ...

    @property
    def model(self) -> str:
        """Name of the model."""
        ...

    async def ask(self, ask: Ask, order: Order, judge: Callable[[str], T]) -> T:
        """Return what *judge* makes of the reply; it raises Unusable where that is nothing.

        Every call is added to the order's.

        Raises:
            CallFailed: no reply came in the order's patience.
            OverBudget: a cap leaves no room for the call.
            Rejected: the reply is of no use: truncated, refused or unusable.

        """
        ...
