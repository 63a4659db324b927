"""The seam behind which every writer stands, offline or by a language model."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from agents.diarist.draft import Draft
from schemas import GeneratorCall, Segment, TranscriptReady
from schemas.user_settings import UserSettings

Accounting = Callable[[], Awaitable[None]]


async def nothing_to_account() -> None:
    """Note nothing: no call was made, or another entry pays for it."""


@dataclass(slots=True)
class QuestionState:
    """What was asked of one model for an entry, once or more."""

    calls: list[GeneratorCall] = field(default_factory=list)
    is_answered: bool = False
    account: Accounting = nothing_to_account
    """Notes that the entry which tells of the calls is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One entry to be written: of which transcript, as its person wishes, within what patience."""

    transcript: TranscriptReady
    wishes: UserSettings
    is_upgrade: bool = False
    """Whether an offline entry was published before, with the calls made for that one."""
    tellable: tuple[Segment, ...] | None = None
    """Segments that a model may be shown, once somebody has looked."""
    patience_s: float = 60.0
    """How long each question to a provider may go without an answer, all tries together."""
    waits: bool = True
    """Whether to wait, within that patience, for a provider that is left alone after failures."""
    questions: dict[str, QuestionState] = field(default_factory=dict)
    """By key: everything asked for the entry, whichever writer asked it."""

    @property
    def payer(self) -> str:
        """What calls are made for: those of an entry and of its upgrade are two bills."""
        return f"{self.transcript.transcript_id}{'/upgrade' if self.is_upgrade else ''}"

    @property
    def calls(self) -> tuple[GeneratorCall, ...]:
        """Every call made for the entry, in the order in which questions came up."""
        return tuple(call for question in self.questions.values() for call in question.calls)

    def question(self, key: str) -> QuestionState:
        """Return what was asked under *key*; nothing, to begin with."""
        return self.questions.setdefault(key, QuestionState())

    async def account(self) -> None:
        """Note that the entry is published: who finds the answers now, has them for nothing."""
        await asyncio.gather(*(question.account() for question in self.questions.values()))


class Writer(Protocol):
    """Writes a draft of the entry for one transcript.

    The transcript has segments (`status` OK). Everything said in it is data, never an
    instruction. A draft is in the language spoken, unless the person chose another, and cites
    segments by index; its `generator` tells who wrote it and what that cost.
    """

    async def write(self, order: Order) -> Draft:
        """Return the draft; never ids, never absolute times."""
        ...
