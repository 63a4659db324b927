"""Puts the writers of a worker together as the settings say, and lets go of them at the end."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module

import structlog

from agents.delivery.clock import Clock
from agents.diarist.llm.budget import Budget, Caps
from agents.diarist.llm.caller import Caller, CallPolicy
from agents.diarist.llm.desk import Desk, DeskOffice
from agents.diarist.llm.language_model import LanguageModel
from agents.diarist.llm.model_writer import ModelWriter, WritingStyle
from agents.diarist.llm.pauses import OwnPauses, SharedPauses
from agents.diarist.llm.prices import load_prices
from agents.diarist.llm.prompt import check_prompts
from agents.diarist.llm.provider import ProviderState
from agents.diarist.llm.reply_cache import ReplyCache
from agents.diarist.offline.extractive_writer import ExtractiveWriter
from agents.diarist.offline.spacy_names import SpacyNames
from agents.diarist.writer_chain import WriterChain
from agents.diarist.writer_choice import ModelName, parse_strong_rule, parse_writers
from agents.diarist.writers import HasRoom, Writers
from agents.health import Health
from agents.settings import Settings
from agents.storage.memory.configured import open_memory
from agents.storage.memory.working_memory import WorkingMemory
from schemas import UserSettings

log = structlog.get_logger()

LOOK_S = 5.0
"""Time between looks at what is left to spend, in seconds."""

_KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY")


@asynccontextmanager
async def open_writers(
    settings: Settings,
    health: Health,
    clock: Clock,
    *,
    environ: Mapping[str, str] = os.environ,
) -> AsyncIterator[Writers]:
    """Give the writers while the context lasts; no provider is asked yet.

    Raises:
        SettingsError: a chain, a rule, prices, prompts, a model, a key or an address is wrong.

    """
    names, strong = _chains(settings)
    rule = parse_strong_rule(settings.strong_when, setting="DAYBOOK_STRONG_WHEN")
    names_of = SpacyNames(settings.name_model) if settings.name_model else None
    if names_of is not None:
        await asyncio.to_thread(names_of.names, ["A model that cannot be loaded is told now."])
    offline = ExtractiveWriter(names=names_of)
    async with AsyncExitStack() as opened:
        models: dict[ModelName, ModelWriter] = {}
        has_room: HasRoom = _always
        if names or strong:
            memory = await opened.enter_async_context(open_memory(settings))
            office = _Office.furnished(settings, health, clock, memory)
            await opened.enter_async_context(office.looking())
            has_room = office.has_room
            for name in dict.fromkeys((*names, *strong)):
                model = _connected(name, environ)
                opened.push_async_callback(model.close)
                models[name] = office.writer(model)
        elif any(environ.get(key) for key in _KEYS):
            log.info("a key is set, and entries are written offline", setting="DAYBOOK_WRITERS")

        def chain(of: tuple[ModelName, ...]) -> WriterChain:
            return WriterChain(
                [models[name] for name in of],
                offline,
                fallback_after_s=settings.fallback_after,
                clock=clock,
            )

        yield Writers(chain=chain(names), strong=chain(strong), rule=rule, has_room=has_room)


def _always(_wishes: UserSettings) -> bool:
    return True


async def check_writers(
    settings: Settings, *, environ: Mapping[str, str] = os.environ
) -> tuple[ModelName, ...]:
    """Return the models that may be asked, each once; nothing is connected to, nothing written.

    Raises:
        SettingsError: as `open_writers` does.

    """
    names, strong = _chains(settings)
    parse_strong_rule(settings.strong_when, setting="DAYBOOK_STRONG_WHEN")
    check_prompts(settings.prompts)
    load_prices(settings.prices)
    models = tuple(dict.fromkeys((*names, *strong)))
    for name in models:
        await _connected(name, environ).close()
    return models


def _chains(settings: Settings) -> tuple[tuple[ModelName, ...], tuple[ModelName, ...]]:
    """Return the models for most recordings, and those for long or complex ones."""
    names = parse_writers(settings.writers, setting="DAYBOOK_WRITERS")
    if settings.writers_strong is None:
        return names, names
    return names, parse_writers(settings.writers_strong, setting="DAYBOOK_WRITERS_STRONG")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """What the models of a worker share."""

    settings: Settings
    health: Health
    clock: Clock
    memory: WorkingMemory
    budget: Budget
    desk_office: DeskOffice
    style: WritingStyle
    providers: dict[str, ProviderState] = field(default_factory=dict)

    @classmethod
    def furnished(
        cls, settings: Settings, health: Health, clock: Clock, memory: WorkingMemory
    ) -> "_Office":
        check_prompts(settings.prompts)
        prices = load_prices(settings.prices)
        salt = settings.cache_salt.get_secret_value() if settings.cache_salt else ""
        caps = Caps(
            user_micros=settings.daily_cap_user_micros,
            tenant_micros=settings.daily_cap_tenant_micros,
            everybody_micros=settings.daily_cap_micros,
        )
        budget = Budget(memory, caps=caps, clock=clock, worker_id=uuid.uuid4().hex)
        return cls(
            budget=budget,
            settings=settings,
            health=health,
            clock=clock,
            memory=memory,
            desk_office=DeskOffice(
                cache=ReplyCache(
                    memory, ttl_s=settings.cache_ttl_s, salt=salt.encode(), clock=clock
                ),
                accounts=budget,
                prices=prices,
                clock=clock,
            ),
            style=WritingStyle(
                prompt_tokens=settings.prompt_tokens,
                redact=settings.redact_pii,
                prompts=settings.prompts,
                currency=prices.currency,
            ),
        )

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[None]:
        """Look every few seconds at what is left to spend, so that it is known in an outage."""

        async def look() -> None:
            while True:
                await self.budget.look()
                await asyncio.sleep(LOOK_S)

        task = asyncio.create_task(look())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait((task,))

    def has_room(self, wishes: UserSettings) -> bool:
        """Tell whether a person was not just found to have no room under a cap."""
        self.budget.account(wishes.tenant_id, wishes.user_id, wishes.daily_cap_micros)
        return self.budget.blocked(wishes.tenant_id, wishes.user_id) is None

    def writer(self, model: LanguageModel) -> ModelWriter:
        policy = CallPolicy(most_at_once=self.settings.provider_concurrency)
        caller = Caller(model, self._provider(model.provider), self.clock, policy)
        return ModelWriter(Desk(caller, self.desk_office), self.style, caller)

    def _provider(self, name: str) -> ProviderState:
        if name not in self.providers:
            pauses = SharedPauses(OwnPauses(self.clock), self.memory, self.clock)
            self.providers[name] = ProviderState(
                name, clock=self.clock, health=self.health, pauses=pauses
            )
        return self.providers[name]


def _connected(name: ModelName, environ: Mapping[str, str]) -> LanguageModel:
    """Return the model; its provider's SDK, which takes a second to load, is imported here."""
    writer = import_module(f"agents.diarist.llm.{name.provider}_writer")
    model: LanguageModel = writer.connect(name.model, environ=environ)
    return model
