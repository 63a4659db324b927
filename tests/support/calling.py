"""Builders of what a caller of models is given."""

from dataclasses import dataclass, field
from typing import Any

from agents.delivery.clock import Clock
from agents.diarist.llm.caller import Caller, CallPolicy, Terms
from agents.diarist.llm.language_model import LanguageModel, Usage
from agents.diarist.llm.pauses import OwnPauses
from agents.diarist.llm.provider import ProviderState
from agents.health import Health
from schemas import GeneratorCall
from tests.support.spending import RecordedSpending

WORST, PRICE, ESTIMATE = 900, 70, 110


@dataclass
class Accounts:
    """Whoever wants to know what calls cost."""

    spending: RecordedSpending = field(default_factory=RecordedSpending)
    calls: list[GeneratorCall] = field(default_factory=list)

    @property
    def outcomes(self) -> list[str]:
        return [call.outcome for call in self.calls]

    def terms(self, *, deadline: float, **changed: Any) -> Terms:
        given: dict[str, Any] = {
            "purpose": "note",
            "deadline": deadline,
            "spending": self.spending,
            "worst_micros": WORST,
            "estimated_tokens": ESTIMATE,
            "price": a_price,
            "note": self.calls.append,
        }
        return Terms(**(given | changed))


def a_price(usage: Usage) -> int | None:
    return PRICE if usage.output_tokens else 0


def a_provider(clock: Clock, **given: Any) -> ProviderState:
    made: dict[str, Any] = {"clock": clock, "health": Health(), "pauses": OwnPauses(clock)}
    return ProviderState("scripted", **(made | given))


def a_caller(
    model: LanguageModel, clock: Clock, provider: ProviderState | None = None, **policy: Any
) -> Caller:
    return Caller(model, provider or a_provider(clock), clock, CallPolicy(**policy))
