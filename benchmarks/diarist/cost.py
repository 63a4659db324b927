"""What language models cost for an hour and for ten hours of speech, by the built-in prices."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.diarist.step import write_entry
from benchmarks.diarist.concurrency import MODELS
from benchmarks.diarist.offline import WISHES
from benchmarks.diarist.replies import InstantModel, instant_chain
from tests.support.long_speech import LANGUAGES, long_speech

HOURS = (1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One recording; tokens are those of our own estimate, which is rather too high."""

    hours: float
    language: str
    model: str
    words: int
    calls: int
    prompt_tokens: int
    prompt_tokens_max: int
    reply_tokens: int
    cost_micros: int
    replay_calls: int
    replay_cost_micros: int


def cost() -> list[CostRow]:
    """Return a row for each length, language and model."""
    return [
        asyncio.run(_priced(hours, language, provider, model))
        for hours in HOURS
        for language in LANGUAGES
        for provider, model in MODELS.items()
    ]


async def _priced(hours: float, language: str, provider: str, name: str) -> CostRow:
    model = InstantModel(provider, name)
    transcript = long_speech(60 * hours, language=language)
    with TemporaryDirectory() as folder:
        async with instant_chain(model, Path(folder) / "memory.sqlite") as chain:
            entry = (await write_entry(transcript, wishes=WISHES, chain=chain)).entry
            calls = len(model.prompt_tokens)
            again = (await write_entry(transcript, wishes=WISHES, chain=chain)).entry
    made, replayed = entry.generator, again.generator
    if made.fallback or made.input_tokens != sum(model.prompt_tokens[:calls]):
        raise RuntimeError("the entry does not tell what was asked")
    return CostRow(
        hours=hours,
        language=language,
        model=f"{provider}:{name}",
        words=entry.words,
        calls=calls,
        prompt_tokens=made.input_tokens,
        prompt_tokens_max=max(model.prompt_tokens),
        reply_tokens=made.output_tokens,
        cost_micros=made.cost_micros or 0,
        replay_calls=len(model.prompt_tokens) - calls,
        replay_cost_micros=replayed.cost_micros or 0,
    )
