"""Adds calls up to what an entry's generator tells of them."""

from collections.abc import Sequence
from dataclasses import replace

from agents.diarist.llm.language_model import Outcome
from schemas import Generator, GeneratorCall

FREE_CALLS_MAX = 50
"""Calls of one question without cost that an entry tells of, the newest: an outage may last for
days."""


def generator_of(
    calls: Sequence[GeneratorCall],
    *,
    provider: str,
    model: str,
    prompt_version: str,
    currency: str,
    latency_ms: int,
) -> Generator:
    """Return who wrote an entry and what all *calls* for it cost, those of other models too.

    The cost is None where one of them has none. `cache_hit`: nothing had to be called at all.
    """
    nothing_called = Generator(
        provider=provider,
        model=model,
        prompt_version=prompt_version,
        fallback=False,
        latency_ms=latency_ms,
        currency=currency,
        input_tokens=0,
        output_tokens=0,
        cached_tokens=0,
        cache_hit=bool(calls) and all(call.outcome == Outcome.CACHED for call in calls),
    )
    return billed(nothing_called, calls)


def billed(generator: Generator, calls: Sequence[GeneratorCall]) -> Generator:
    """Return *generator* with the use and the cost of all *calls*, and of no others."""
    return replace(
        generator,
        calls=tuple(calls),
        input_tokens=sum(call.input_tokens for call in calls),
        output_tokens=sum(call.output_tokens for call in calls),
        cached_tokens=sum(call.cached_tokens for call in calls),
        cost_micros=cost_of(calls),
    )


def cost_of(calls: Sequence[GeneratorCall]) -> int | None:
    """Return what *calls* cost together; None where the price of one is unknown."""
    costs = [call.cost_micros for call in calls]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def forget_free(calls: list[GeneratorCall]) -> None:
    """Keep the newest of those calls that cost nothing, and all others."""
    free = [number for number, call in enumerate(calls) if call.cost_micros == 0]
    for number in reversed(free[:-FREE_CALLS_MAX]):
        del calls[number]
