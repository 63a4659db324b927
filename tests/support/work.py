"""Work over real codecs and policies, with a clock that tests hold and statuses that they read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from agents.delivery.codec import EventCodec
from agents.delivery.record import Output
from agents.delivery.retry import RetryPolicy
from agents.delivery.stage import Stage
from agents.delivery.status import StatusReporter
from agents.delivery.work import Work, WorkContext
from agents.health import Health
from schemas import (
    AudioReceived,
    DailyDiary,
    DiaryReady,
    Event,
    StatusChanged,
    TranscriptReady,
    UserSettings,
)
from schemas.avro import FileSchemas, SchemaSource
from schemas.wire import decode
from tests.support.clock import MockedClock
from topics.catalogue import load

E = TypeVar("E", bound=Event)

MEBIBYTE = 1 << 20

TOPICS: dict[type, str] = {
    AudioReceived: load().audio_received.name,
    TranscriptReady: load().transcripts_ready.name,
    DiaryReady: load().diaries_ready.name,
    DailyDiary: load().diaries_daily.name,
    StatusChanged: load().pipeline_status.name,
    UserSettings: load().users_settings.name,
}


def statuses(outputs: tuple[Output, ...] | list[Output]) -> list[StatusChanged]:
    """Return the statuses among *outputs*."""
    return [
        decode(StatusChanged, output.value, output.headers, schemas=FileSchemas())
        for output in outputs
        if output.topic == TOPICS[StatusChanged]
    ]


@dataclass(kw_only=True)
class Bench(Generic[E]):
    """Everything around the work of one stage that a test may want to look at."""

    event_type: type[E]
    name: str = "transcriber"
    in_flight: int = 4
    clock: MockedClock = field(default_factory=MockedClock)
    health: Health = field(default_factory=Health)
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    schemas: SchemaSource = field(default_factory=FileSchemas)
    max_bytes: Callable[[str], int] = lambda _topic: MEBIBYTE
    told: list[Output] = field(default_factory=list)
    """Statuses of work in flight, in the order in which they were told."""

    def work(self) -> Work[E]:
        codec = EventCodec(
            schemas=self.schemas,
            source=f"daybook/{self.name}",
            topics=TOPICS,
            clock=self.clock,
        )
        context = WorkContext(
            codec=codec,
            status=StatusReporter(
                stage=self.name, codec=codec, send=self.told.append, clock=self.clock
            ),
            policy=self.policy,
            clock=self.clock,
            health=self.health,
            dead_letter_topic=lambda topic: f"dlq.{topic}",
            max_bytes=self.max_bytes,
        )
        stage = Stage(
            name=self.name,
            group=f"daybook.{self.name}",
            event_type=self.event_type,
            topics=(TOPICS[self.event_type],),
            in_flight=self.in_flight,
        )
        return Work(stage=stage, context=context)
