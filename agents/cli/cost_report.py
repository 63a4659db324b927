"""Adds up what entries and pages cost, from what each of them tells of its own calls."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from agents.delivery.record import Record
from agents.diarist.llm.language_model import Outcome, Usage
from agents.diarist.llm.prices import Prices
from schemas import DailyDiary, DiaryReady, Generator, GeneratorCall

_MS_PER_HOUR = 3_600_000

_PERHAPS_PAID = frozenset({Outcome.TIMEOUT, Outcome.CUT, Outcome.UNREADABLE, Outcome.LOST})


class By(StrEnum):
    """What a line of the report stands for."""

    DAY = "day"
    USER = "user"
    MODEL = "model"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One text that an agent wrote: an entry or a page, as often as it was written."""

    day: date
    """When it was written, in UTC: the day whose caps it counted against."""
    owner: str
    agent: str
    generator: Generator
    recording: str | None = None
    audio_ms: int = 0

    @classmethod
    def of(cls, event: DiaryReady | DailyDiary, record: Record) -> "Writing":
        """Return what the report needs of the event in *record*."""
        at = datetime.fromtimestamp((record.timestamp_ms or 0) / 1000, UTC)
        owner = f"{event.tenant_id}/{event.user_id}"
        if isinstance(event, DailyDiary):
            return cls(day=at.date(), owner=owner, agent="daily", generator=event.generator)
        return cls(
            day=at.date(),
            owner=owner,
            agent="diarist",
            generator=event.generator,
            recording=event.recording_id,
            audio_ms=event.duration_ms,
        )

    def group(self, by: By, call: GeneratorCall | None = None) -> str:
        """Return the line that this writing, or one call for it, is counted in."""
        match by:
            case By.DAY:
                return self.day.isoformat()
            case By.USER:
                return self.owner
            case By.AGENT:
                return self.agent
            case By.MODEL:
                made_by = call or self.generator
                return f"{made_by.provider}:{made_by.model}".rstrip(":")


@dataclass(slots=True, kw_only=True)
class LineState:
    """One line of the report; sums in millionths of the table's currency, audio in ms."""

    texts: int = 0
    fallbacks: int = 0
    audio_ms: int = 0
    calls: int = 0
    failed_calls: int = 0
    perhaps_paid_calls: int = 0
    """Calls that ended without an answer: they count at their worst case."""
    answered_from_cache: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int = 0
    unpriced_calls: int = 0
    """Calls of models without a known price: what they cost is in no sum."""
    saved_micros: int = 0
    """What the calls answered from the cache would have cost at the day's price."""
    recordings: set[str] = field(default_factory=set)

    @property
    def cost_micros_per_audio_hour(self) -> int | None:
        """Return the cost for an hour of recordings; None without any."""
        return round(self.cost_micros * _MS_PER_HOUR / self.audio_ms) if self.audio_ms else None


def report(writings: Iterable[Writing], by: By, prices: Prices) -> dict[str, LineState]:
    """Return the lines of the report, by name; a recording's length counts once in each."""
    lines: dict[str, LineState] = {}
    for writing in writings:
        _count_text(lines.setdefault(writing.group(by), LineState()), writing)
        for call in writing.generator.calls:
            line = lines.setdefault(writing.group(by, call), LineState())
            _count_call(line, call, writing.day, prices)
    return dict(sorted(lines.items()))


def total(writings: Iterable[Writing], prices: Prices) -> LineState:
    """Return all of it as one line."""
    line = LineState()
    for writing in writings:
        _count_text(line, writing)
        for call in writing.generator.calls:
            _count_call(line, call, writing.day, prices)
    return line


def in_span(
    writings: Iterable[Writing], since: date | None, until: date | None
) -> Iterator[Writing]:
    """Yield what was written from *since* to *until*, both included."""
    for writing in writings:
        if (since is None or since <= writing.day) and (until is None or writing.day <= until):
            yield writing


def _count_text(line: LineState, writing: Writing) -> None:
    line.texts += 1
    line.fallbacks += writing.generator.fallback
    if writing.recording is not None and writing.recording not in line.recordings:
        line.recordings.add(writing.recording)
        line.audio_ms += writing.audio_ms


def _count_call(line: LineState, call: GeneratorCall, day: date, prices: Prices) -> None:
    if call.outcome == Outcome.CACHED:
        usage = Usage(
            input_tokens=call.input_tokens,
            cached_tokens=call.cached_tokens,
            cache_write_tokens=call.cache_write_tokens,
            output_tokens=call.output_tokens,
        )
        line.answered_from_cache += 1
        line.saved_micros += prices.cost_micros(call.provider, call.model, usage, on=day) or 0
        return
    line.calls += 1
    line.failed_calls += call.outcome != Outcome.OK
    line.perhaps_paid_calls += call.outcome in _PERHAPS_PAID
    line.input_tokens += call.input_tokens
    line.cached_tokens += call.cached_tokens
    line.output_tokens += call.output_tokens
    if call.cost_micros is None:
        line.unpriced_calls += 1
    else:
        line.cost_micros += call.cost_micros
