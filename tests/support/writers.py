"""Writers that do as they are told, and chains of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.delivery.clock import Clock
from agents.diarist.draft import Draft, DraftPassage
from agents.diarist.offline.extractive_writer import ExtractiveWriter
from agents.diarist.step import write_entry
from agents.diarist.writer import Order, Writer
from agents.diarist.writer_chain import ModelLike, WriterChain
from schemas import DiaryReady, GeneratorCall, TranscriptReady
from schemas.user_settings import UserSettings
from tests.support.builders import a_generator
from tests.support.clock import MockedClock


def an_order(transcript: TranscriptReady, **wishes: object) -> Order:
    """Build the order of an entry of Ada's."""
    return Order(transcript=transcript, wishes=UserSettings(user_id="ada", **wishes))  # type: ignore[arg-type]


def a_draft(**changes: object) -> Draft:
    """Build a draft with a title and a narrative."""
    draft = Draft(
        title="T",
        narrative=(DraftPassage(text="Told.", cites=(0,)),),
        summary="",
        generator=a_generator(),
    )
    return replace(draft, **changes)  # type: ignore[arg-type]


class ScriptedWriter:
    """Hands back one draft, whatever was said, and counts how often it was asked."""

    def __init__(self, **draft: object) -> None:
        facts = {"title": "T", "narrative": (), "summary": "", "generator": a_generator()}
        self._draft = Draft(**facts | draft)  # type: ignore[arg-type]
        self.asked = 0

    async def write(self, order: Order) -> Draft:
        assert order.transcript.segments
        self.asked += 1
        return self._draft


@dataclass
class ScriptedAvailability:
    """Says of a provider what the test says."""

    answering: bool = True
    down_since: float | None = None


class ScriptedModel:
    """A model that answers, or fails, as the script says; its last word is repeated."""

    def __init__(
        self,
        *script: Draft | Exception,
        name: str = "anthropic:m",
        clock: MockedClock | None = None,
        takes_s: float = 0.0,
        costs: int = 7,
        outcome: str = "ok",
    ) -> None:
        self.name = name
        self.availability = ScriptedAvailability()
        self.orders: list[Order] = []
        self._script = script
        self._clock = clock
        self._takes_s = takes_s
        self._costs = costs
        self._outcome = outcome

    async def write(self, order: Order) -> Draft:
        self.orders.append(order)
        if self._clock:
            self._clock.advance(self._takes_s)
        question = order.question(f"{self.name} {len(order.calls)}")
        call = a_call(model=self.name, cost_micros=self._costs, outcome=self._outcome)
        question.calls.append(call)
        said = self._script[min(len(self.orders), len(self._script)) - 1]
        if isinstance(said, Exception):
            raise said
        return said


def a_call(**changes: object) -> GeneratorCall:
    """Build a call that cost 7."""
    call = GeneratorCall(
        provider="anthropic",
        model="m",
        purpose="entry",
        input_tokens=100,
        cached_tokens=0,
        cache_write_tokens=0,
        output_tokens=10,
        cost_micros=7,
        outcome="ok",
    )
    return replace(call, **changes)  # type: ignore[arg-type]


def a_chain(
    *models: ModelLike,
    offline: Writer | None = None,
    clock: Clock | None = None,
    fallback_after_s: float = 60.0,
) -> WriterChain:
    """Build a chain of *models*; without any it is the offline writer's alone."""
    asked: Sequence[ModelLike] = models
    return WriterChain(
        asked,
        offline or ExtractiveWriter(),
        fallback_after_s=fallback_after_s,
        clock=clock or MockedClock(),
    )


async def entry_of(
    transcript: TranscriptReady, *, writer: Writer | None = None, **wishes: object
) -> DiaryReady:
    """Return the entry that *writer*, or else the offline one, makes of *transcript*."""
    order = an_order(transcript, **wishes)
    written = await write_entry(transcript, wishes=order.wishes, chain=a_chain(offline=writer))
    return written.entry
