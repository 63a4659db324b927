"""What becomes of each recording at the provider, drawn by chance."""

import random
from collections.abc import Mapping, Sequence

from agents.diarist.llm.language_model import Outcome, Stop
from tests.support.diarist_run import faithful
from tests.support.fates import FINE, Turn
from tests.support.llm_server import Answerer, broken, failing, replying

USELESS = Turn(Outcome.UNUSABLE, replying("I would rather talk about something else."))
TRUNCATED = Turn(Outcome.TRUNCATED, replying('{"title": "Wri', stop=Stop.MAX_TOKENS))
REFUSED = Turn(Outcome.REFUSED, replying("", stop=Stop.REFUSAL))
PATIENCE = failing(429, "rate_limit_error", headers={"retry-after": "1"})

_FIRST: Mapping[str, tuple[int, Sequence[Turn]]] = {
    "fine": (70, []),
    "429": (5, [Turn(Outcome.RATE_LIMITED, PATIENCE)]),
    "500": (5, [Turn(Outcome.SERVER_ERROR, failing(500, "api_error"))]),
    "cut": (6, [Turn(Outcome.CUT, broken(replying(faithful), cut=True))]),
    "useless once": (5, [USELESS]),
    "truncated once": (5, [TRUNCATED]),
    "refused": (2, [REFUSED] * 2),
    "useless twice": (2, [USELESS] * 2),
}
"""By name: how often, and how the first answers are; after them the provider answers well."""

HOPELESS = frozenset({"refused", "useless twice"})
"""Fates after which no better entry comes."""


def drawn(chance: random.Random) -> tuple[str, Sequence[Turn]]:
    """Return a fate and its name; each answer takes its time, so that kills meet calls."""
    names = list(_FIRST)
    name = chance.choices(names, [_FIRST[one][0] for one in names])[0]
    turns = _FIRST[name][1]
    if name not in HOPELESS:
        turns = [*turns, FINE]
    return name, [Turn(one.outcome, _late(one.answer, chance)) for one in turns]


def _late(answer: Answerer, chance: random.Random) -> Answerer:
    return broken(answer, late_s=chance.choice((0.1, 0.3, 1.5)))
