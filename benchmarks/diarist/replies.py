"""Models that answer at once in this process, below cache, caps, provider state and metrics."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from agents.delivery.clock import SystemClock
from agents.diarist.llm.budget import Budget, Caps
from agents.diarist.llm.caller import Caller, CallPolicy
from agents.diarist.llm.desk import FRAMING_TOKENS, Desk, DeskOffice
from agents.diarist.llm.language_model import Question, Reply, Stop, Usage
from agents.diarist.llm.model_writer import ModelWriter, WritingStyle
from agents.diarist.llm.pauses import OwnPauses, SharedPauses
from agents.diarist.llm.prices import load_prices
from agents.diarist.llm.provider import ProviderState
from agents.diarist.llm.reply_cache import ReplyCache
from agents.diarist.llm.tokens import estimated_tokens
from agents.diarist.offline.extractive_writer import ExtractiveWriter
from agents.diarist.writer_chain import WriterChain
from agents.health import Health
from agents.storage.memory.sqlite_memory import SqliteMemory
from tests.support.telling import telling

ENTRY_TOKENS = 1_500
"""Tokens of a reply, as the writer reckons with: what is scripted is shorter than what is paid."""

SCHEMA_FACTOR = 1.5

PROMPT_TOKENS, FALLBACK_S, TTL_S, CALLS_AT_ONCE = 24_000, 60.0, 2_592_000.0, 32
"""As the settings have them by default."""


class InstantModel:
    """Answers by rule; counts what it is asked, in tokens by our own estimate."""

    def __init__(self, provider: str, model: str) -> None:
        self.provider = provider
        self.model = model
        self.prompt_tokens: list[int] = []

    async def ask(self, question: Question, *, timeout_s: float) -> Reply:
        """Return what an honest model would."""
        del timeout_s
        schema_tokens = estimated_tokens(str(dict(question.schema)))
        tokens = FRAMING_TOKENS + int(SCHEMA_FACTOR * schema_tokens)
        tokens += estimated_tokens(question.instructions, question.content)
        self.prompt_tokens.append(tokens)
        return Reply(
            text=json.dumps(telling(question.instructions, question.content)),
            stop=Stop.COMPLETE,
            usage=Usage(input_tokens=tokens, output_tokens=ENTRY_TOKENS),
        )

    async def close(self) -> None:
        """Do nothing: there are no connections."""


@asynccontextmanager
async def instant_chain(
    model: InstantModel, file: Path, *, caps: Caps | None = None
) -> AsyncIterator[WriterChain]:
    """Give a chain as a worker's, whose working memory is *file*."""
    clock, memory, prices = SystemClock(), SqliteMemory(file), load_prices()
    office = DeskOffice(
        cache=ReplyCache(memory, ttl_s=TTL_S, salt=b"", clock=clock),
        accounts=Budget(memory, caps=caps or Caps(), clock=clock, worker_id=uuid.uuid4().hex),
        prices=prices,
        clock=clock,
    )
    provider = ProviderState(
        model.provider,
        clock=clock,
        health=Health(),
        pauses=SharedPauses(OwnPauses(clock), memory, clock),
    )
    caller = Caller(model, provider, clock, CallPolicy(most_at_once=CALLS_AT_ONCE))
    style = WritingStyle(prompt_tokens=PROMPT_TOKENS, currency=prices.currency)
    writer = ModelWriter(Desk(caller, office), style, provider)
    try:
        yield WriterChain([writer], ExtractiveWriter(), fallback_after_s=FALLBACK_S, clock=clock)
    finally:
        await memory.close()
