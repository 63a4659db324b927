"""The only loop body: decode, work, encode; or retry, wait, dead-letter."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import structlog

from agents import metrics
from agents.delivery.breaker import Breaker
from agents.delivery.clock import Clock
from agents.delivery.codec import EventCodec
from agents.delivery.dead_letter import dead_letter, shorten
from agents.delivery.record import Completion, Outcome, Output, Record
from agents.delivery.retry import (
    DeadLetter,
    Decision,
    Retry,
    RetryPolicy,
    TriesState,
    Wait,
    decide,
    unexpected,
)
from agents.delivery.stage import Forwarded, Job, Received, Result, Stage
from agents.delivery.status import StatusReporter
from agents.delivery.waits import Waits
from agents.errors import DependencyUnavailable, InvalidEventError, OutputTooLarge
from agents.health import Health
from agents.tracing import traceparent_of, work_span
from schemas import Event, StageState

E = TypeVar("E", bound=Event)
log = structlog.get_logger()

FIRST_SUCCESS = "a first success"
"""What health calls it that dead letters for failed work wait for: any piece of work done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkContext:
    """What every piece of work of a worker shares."""

    codec: EventCodec
    status: StatusReporter
    policy: RetryPolicy
    clock: Clock
    health: Health
    dead_letter_topic: Callable[[str], str]
    """From the topic read to the topic of its dead letters."""
    max_bytes: Callable[[str], int]
    """From a topic to the largest record that it takes."""
    breaker: Breaker = field(default_factory=Breaker)
    waits: Waits = field(default_factory=Waits)


@dataclass(frozen=True, slots=True)
class _Attempted:
    """What an attempt led to, and what is to be done once that is published."""

    outputs: tuple[Output, ...]
    then: tuple[Callable[[], Awaitable[None]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[E]):
    """Turns records of one stage into completions."""

    stage: Stage[E]
    context: WorkContext

    async def read(self, record: Record) -> Received[E] | Completion:
        """Return the event in *record*, or the dead letter that it ends as."""
        while True:
            try:
                event = self.context.codec.decode(record, self.stage.event_type)
            except InvalidEventError as error:
                return self._give_up(record, None, DeadLetter(error.reason, str(error)), attempt=1)
            except DependencyUnavailable as error:
                await self._wait_for(error.dependency, self.context.policy.probe_s)
            except Exception as error:
                log.exception("cannot decode", stage=self.stage.name)
                # Whatever a decoder stumbles over lies in the record.
                decision = replace(unexpected(error), of_work=False)
                return self._give_up(record, None, decision, attempt=1)
            else:
                return Received(record, event)

    async def finish(
        self, received: Sequence[Received[E]], step: Callable[[Job], Awaitable[Sequence[Result]]]
    ) -> Completion:
        """Attempt *step*, which covers all of *received*, until it succeeds or is given up.

        A dead letter is of the first of them alone: a caller with several tries them one by one.

        Raises:
            WorkBroken: so much has failed that this worker is to blame.

        """
        tries = TriesState()
        while True:
            try:
                attempted = await self._attempt(received, tries.attempt, step)
            except Exception as error:  # noqa: BLE001 - the one place that judges every error
                decision = self._judge(error, tries)
                if isinstance(decision, DeadLetter):
                    return self._failed(received, decision, tries.attempt)
                tries.attempt = await self._pause(received[0], decision, tries.attempt, error)
            else:
                self.context.breaker.succeeded()
                return self._done(received, attempted, tries.attempt)

    async def released(self, completion: Completion) -> bool:
        """Tell whether *completion* may be published; else the work on it is to be done again.

        A dead letter for failed work is held until some work has succeeded in this worker. After
        the policy's longest pause without any it is tried again, since it may be the only record
        there is.

        Raises:
            WorkBroken: too much failed; the record is left to another worker.

        """
        if completion.of_failed_work and not await self._proven():
            return False
        if completion.outcome is Outcome.DEAD_LETTER:
            self._tell_of_dead_letter(completion)
        return True

    async def _proven(self) -> bool:
        breaker, longest_s = self.context.breaker, self.context.policy.longest_s
        if breaker.is_proven:
            return True
        with self.context.health.waiting_for(FIRST_SUCCESS):
            return await breaker.proven(self.context.clock, within_s=longest_s)

    def _failed(
        self, received: Sequence[Received[E]], decision: DeadLetter, attempt: int
    ) -> Completion:
        first = received[0]
        if decision.of_work and len(received) == 1:
            breaker = self.context.breaker
            breaker.failed(first.record.position)
            if not breaker.is_proven:
                self._tell_waiting(first.event, FIRST_SUCCESS, attempt)
        return self._give_up(first.record, first.event, decision, attempt=attempt)

    def _judge(self, error: Exception, tries: TriesState) -> Decision:
        now = self.context.clock.monotonic()
        tries.note(error, now)
        jitter = self.context.clock.jitter()
        return decide(error, tries, self.context.policy, now=now, jitter=jitter)

    async def _attempt(
        self,
        received: Sequence[Received[E]],
        attempt: int,
        step: Callable[[Job], Awaitable[Sequence[Result]]],
    ) -> "_Attempted":
        first, then = received[0], list[Callable[[], Awaitable[None]]]()

        def report(state: StageState, progress: float | None) -> None:
            self.context.status.tell(first.event, state, attempt=attempt, progress=progress)

        with work_span(self.stage.name, first.record, traceparent_of(first.record.headers)) as span:
            beside = self.stage.beside(first.record)
            job = Job(
                attempt=attempt,
                report=report,
                beside=beside,
                afterwards=then.append,
                rest=self._rest,
            )
            results = await step(job)
            outputs = [self._encoded(result, span.traceparent) for result in results]
        for output in outputs:
            self._check_size(output)
        return _Attempted(tuple(outputs), tuple(then))

    def _done(
        self, received: Sequence[Received[E]], attempted: "_Attempted", attempt: int
    ) -> Completion:
        metrics.COMPLETED.labels(self.stage.name, Outcome.DONE).inc(len(received))
        told = (
            output
            for one in received
            for output in self.context.status.final(one.event, StageState.DONE, attempt=attempt)
        )
        return Completion(
            records=tuple(one.record for one in received),
            outputs=(*attempted.outputs, *told),
            then=attempted.then,
        )

    def _encoded(self, result: Result, traceparent: str | None) -> Output:
        if isinstance(result, Forwarded):
            output = self.context.codec.encode(result.event, traceparent=traceparent)
            return replace(output, topic=result.topic)
        return self.context.codec.encode(result, traceparent=traceparent)

    def _check_size(self, output: Output) -> None:
        limit = self.context.max_bytes(output.topic)
        size = output.size_bytes
        if size > limit:
            raise OutputTooLarge(f"{size} bytes for {output.topic!r}, which takes {limit}")

    async def _pause(
        self, received: Received[E], decision: Retry | Wait, attempt: int, error: Exception
    ) -> int:
        """Wait as decided; return the number of the next attempt."""
        match decision:
            case Retry(after_s=after_s):
                metrics.RETRIES.labels(self.stage.name).inc()
                log.warning("retry", stage=self.stage.name, attempt=attempt, error=repr(error))
                await self.context.clock.sleep(after_s)
                return attempt + 1
            case Wait(dependency=dependency, probe_s=probe_s):
                # Work from a side topic is beside the recording's way, which has ended.
                if not self.stage.beside(received.record):
                    self._tell_waiting(received.event, dependency, attempt)
                await self._wait_for(dependency, probe_s)
                return attempt

    def _tell_waiting(self, event: E, dependency: str, attempt: int) -> None:
        self.context.status.tell(
            event, StageState.WAITING, attempt=attempt, detail=f"waiting for {dependency}"
        )

    async def _rest(self, seconds: float) -> None:
        with self.context.waits.waiting():
            await self.context.clock.sleep(seconds)

    async def _wait_for(self, dependency: str, probe_s: float) -> None:
        metrics.WAITS.labels(self.stage.name, dependency).inc()
        with self.context.health.waiting_for(dependency), self.context.waits.waiting():
            await self.context.clock.sleep(probe_s)

    def _give_up(
        self, record: Record, event: E | None, decision: DeadLetter, *, attempt: int
    ) -> Completion:
        letter = dead_letter(
            record,
            decision,
            topic=self.context.dead_letter_topic(record.partition.topic),
            stage=self.stage,
            at=self.context.clock.now(),
        )
        told = (
            ()
            if event is None
            else self.context.status.final(
                event,
                StageState.FAILED,
                attempt=attempt,
                reason=decision.reason,
                detail=shorten(decision.message),
            )
        )
        return Completion(
            records=(record,),
            outputs=(letter, *told),
            outcome=Outcome.DEAD_LETTER,
            reason=decision.reason,
            of_failed_work=decision.of_work,
        )

    def _tell_of_dead_letter(self, completion: Completion) -> None:
        metrics.COMPLETED.labels(self.stage.name, Outcome.DEAD_LETTER).inc()
        (record,) = completion.records
        log.warning(
            "dead letter",
            stage=self.stage.name,
            topic=record.partition.topic,
            partition=record.partition.partition,
            offset=record.offset,
            reason=completion.reason,
        )
