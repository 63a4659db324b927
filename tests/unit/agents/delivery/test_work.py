"""From a record to its completion: decoded, worked on, retried, waited for, or given up."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from signal import SIGKILL, SIGSEGV, SIGTERM
from typing import Any

import pytest

from agents.delivery.record import Completion, Outcome, Output, Record
from agents.delivery.retry import RetryPolicy
from agents.delivery.stage import Job, Received
from agents.errors import AudioMissing, ChildDied, DependencyUnavailable, EngineFailed
from schemas import AudioReceived, Event, StageState, TranscriptReady
from schemas.avro import FileSchemas, RecordSchema
from schemas.wire import decode
from tests.support.builders import a_transcript, an_audio_received
from tests.support.clock import NOON, MockedClock
from tests.support.records import a_record, a_record_of
from tests.support.waiting import until
from tests.support.work import Bench, statuses

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
RECORD = a_record_of(an_audio_received())
RESULT = a_transcript("Hello.")


class ScriptedStep:
    """Raises *errors*, one an attempt, then returns *results*."""

    def __init__(self, *errors: Exception, results: Sequence[Event] = (RESULT,)) -> None:
        self.attempts: list[int] = []
        self._errors = list(errors)
        self._results = results

    async def __call__(self, job: Job) -> Sequence[Event]:
        self.attempts.append(job.attempt)
        if self._errors:
            raise self._errors.pop(0)
        return self._results


def a_bench(**changes: object) -> Bench[AudioReceived]:
    return Bench(event_type=AudioReceived, **changes)  # type: ignore[arg-type]


async def finish(
    step: ScriptedStep, bench: Bench[AudioReceived], record: Record = RECORD
) -> Completion:
    work = bench.work()
    received = await work.read(record)
    assert isinstance(received, Received)
    return await work.finish((received,), step)


def reasons(completion: Completion) -> list[bytes | None]:
    return [
        value
        for output in completion.outputs
        for name, value in output.headers
        if name == "daybook.error.reason"
    ]


def transcripts(completion: Completion) -> list[TranscriptReady]:
    return [
        decode(TranscriptReady, output.value, (), schemas=FileSchemas())
        for output in completion.outputs
        if output.topic == "transcripts.ready"
    ]


async def test_a_result_is_published_with_the_final_status() -> None:
    done = await finish(ScriptedStep(), a_bench())
    assert (done.records, done.outcome) == ((RECORD,), Outcome.DONE)
    assert [one.transcript_id for one in transcripts(done)] == ["transcript-of-rec-1"]
    (status,) = statuses(done.outputs)
    assert (status.recording_id, status.stage) == ("rec-1", "transcriber")
    assert (status.state, status.attempt, status.at) == (StageState.DONE, 1, NOON)


async def test_a_step_may_lead_to_nothing() -> None:
    done = await finish(ScriptedStep(results=()), a_bench())
    assert [output.topic for output in done.outputs] == ["pipeline.status"]


async def test_what_fails_in_passing_is_tried_again() -> None:
    bench, step = a_bench(), ScriptedStep(EngineFailed("CUDA"), KeyError("x"))
    done = await finish(step, bench)
    assert (done.outcome, step.attempts) == (Outcome.DONE, [1, 2, 3])
    assert bench.clock.slept == [0.2, 0.4]
    assert [status.attempt for status in statuses(done.outputs)] == [3]


async def test_what_keeps_failing_becomes_a_dead_letter() -> None:
    step = ScriptedStep(*[EngineFailed("CUDA")] * 3)
    done = await finish(step, a_bench())
    assert (done.outcome, reasons(done), step.attempts) == (
        Outcome.DEAD_LETTER,
        [b"engine-failed"],
        [1, 2, 3],
    )


async def test_an_event_given_up_has_a_failed_status_that_says_why() -> None:
    done = await finish(ScriptedStep(AudioMissing("no file 'a.opus'")), a_bench())
    letter, *_ = done.outputs
    assert (letter.topic, letter.value) == ("dlq.audio.received", RECORD.value)
    (status,) = statuses(done.outputs)
    assert (status.state, status.attempt) == (StageState.FAILED, 1)
    assert (status.reason, status.detail) == ("audio-missing", "no file 'a.opus'")


async def test_a_status_holds_no_more_than_a_dead_letter_of_a_message() -> None:
    done = await finish(ScriptedStep(AudioMissing("x" * 2_000_000 + "\udcff")), a_bench())
    (status,) = statuses(done.outputs)
    assert status.detail == "x" * 1024


async def test_waiting_for_a_dependency_costs_no_attempt() -> None:
    deaf = [DependencyUnavailable("llm", f"look {look}") for look in range(20)]
    bench, step = a_bench(policy=RetryPolicy(probe_s=5.0)), ScriptedStep(EngineFailed(), *deaf)
    done = await finish(step, bench)
    assert done.outcome is Outcome.DONE
    assert step.attempts == [1, *[2] * 21]
    assert bench.clock.slept == [0.2, *[5.0] * 20]


async def test_health_and_status_say_what_is_waited_for() -> None:
    bench = a_bench(clock=MockedClock(held=True))
    running = asyncio.ensure_future(finish(ScriptedStep(DependencyUnavailable("llm")), bench))
    await until(lambda: bench.clock.slept)
    assert bench.health.facts()["waiting_for"] == ["llm"]
    (status,) = statuses(bench.told)
    assert (status.state, status.detail) == (StageState.WAITING, "waiting for llm")
    bench.clock.advance(1.0)
    assert (await running).outcome is Outcome.DONE
    assert bench.health.facts()["waiting_for"] == []


async def test_a_step_tells_how_far_it_is() -> None:
    async def step(job: Job) -> Sequence[Event]:
        job.report(StageState.RUNNING, 0.5)
        return ()

    bench = a_bench()
    work = bench.work()
    received = await work.read(RECORD)
    assert isinstance(received, Received)
    await work.finish((received,), step)
    (status,) = statuses(bench.told)
    assert (status.state, status.progress, status.attempt) == (StageState.RUNNING, 0.5, 1)


async def test_a_result_too_large_for_its_topic_is_a_dead_letter() -> None:
    step = ScriptedStep()
    done = await finish(step, a_bench(max_bytes=lambda _topic: 500))
    assert (reasons(done), step.attempts) == ([b"output-too-large"], [1])
    (status,) = statuses(done.outputs)
    assert (status.state, status.reason) == (StageState.FAILED, "output-too-large")
    assert status.detail is not None
    assert status.detail.endswith("bytes for 'transcripts.ready', which takes 500")


def test_a_size_counts_everything_that_kafka_adds() -> None:
    output = Output(topic="t", key=b"12", value=b"345", headers=(("name", b"6"), ("n", None)))
    assert output.size_bytes == 2 + 3 + (4 + 1 + 10) + (1 + 10) + 101


@pytest.mark.parametrize("value", [None, b"", b"\xff", b"\x00\x00\x00\x00\x63"])
async def test_a_record_without_an_event_is_a_dead_letter_without_a_status(
    value: bytes | None,
) -> None:
    record = a_record(value=value)
    done = await a_bench().work().read(record)
    assert isinstance(done, Completion)
    assert (done.records, done.outcome) == ((record,), Outcome.DEAD_LETTER)
    assert [(one.topic, one.value) for one in done.outputs] == [("dlq.audio.received", value)]


async def test_a_result_carries_the_trace_of_its_event_on() -> None:
    headers = (*RECORD.headers, ("traceparent", TRACEPARENT.encode()))
    record = a_record_of(an_audio_received(), headers=headers)
    done = await finish(ScriptedStep(), a_bench(), record)
    trace = dict(done.outputs[0].headers)["traceparent"]
    assert trace is not None
    assert trace.split(b"-")[1] == TRACEPARENT.encode().split(b"-")[1]


class DeafRegistry:
    """Answers the second time."""

    def __init__(self) -> None:
        self.asked = 0

    def by_id(self, schema_id: int) -> RecordSchema:
        self.asked += 1
        if self.asked == 1:
            raise DependencyUnavailable("schema-registry")
        return FileSchemas().by_id(schema_id)

    def id_of(self, topic: str, version: int) -> int:
        return FileSchemas().id_of(topic, version)


async def test_a_registry_that_does_not_answer_is_waited_for() -> None:
    bench = a_bench(schemas=DeafRegistry())
    received = await bench.work().read(RECORD)
    assert isinstance(received, Received)
    assert (received.event.recording_id, bench.clock.slept) == ("rec-1", [1.0])


class BrokenSchemas(DeafRegistry):
    """Meets what nobody thought of."""

    def by_id(self, schema_id: int) -> RecordSchema:
        raise ZeroDivisionError(schema_id)


async def test_whatever_decoding_meets_is_a_dead_letter_at_once() -> None:
    completion = await a_bench(schemas=BrokenSchemas()).work().read(RECORD)
    assert isinstance(completion, Completion)
    assert (completion.outcome, reasons(completion)) == (Outcome.DEAD_LETTER, [b"internal-error"])


async def test_a_result_that_no_reader_would_accept_is_given_up_at_once() -> None:
    step = ScriptedStep(results=[a_transcript("Hi.", recorded_at=datetime(9995, 1, 1, tzinfo=UTC))])
    completion = await finish(step, a_bench())
    assert (reasons(completion), step.attempts) == ([b"invalid-field"], [1])


async def test_cancelled_work_is_no_failure_of_the_event() -> None:
    async def step(_job: Job) -> Sequence[Event]:
        raise asyncio.CancelledError

    work = a_bench().work()
    received = await work.read(RECORD)
    assert isinstance(received, Received)
    with pytest.raises(asyncio.CancelledError):
        await work.finish((received,), step)


def death(**facts: Any) -> ChildDied:
    known: dict[str, Any] = {"piece": "decode", "ended_by": SIGSEGV}
    return ChildDied("decoder: SIGSEGV", **known | facts)


async def test_an_event_that_kills_the_child_that_works_on_it_alone_three_times_is_poison() -> None:
    step = ScriptedStep(*[death()] * 3)
    done = await finish(step, a_bench())
    assert (reasons(done), step.attempts) == ([b"poison"], [1, 2, 3])
    (status,) = statuses(done.outputs)
    assert (status.reason, status.detail) == ("poison", "decoder: SIGSEGV")


@pytest.mark.parametrize("facts", [{"ended_by": SIGKILL}, {"ended_by": SIGTERM}, {"alone": False}])
async def test_an_event_outlives_any_number_of_deaths_that_it_is_not_to_blame_for(
    facts: dict[str, Any],
) -> None:
    step = ScriptedStep(*[death(**facts)] * 20, EngineFailed("CUDA"), EngineFailed("CUDA"))
    bench = a_bench()
    done = await finish(step, bench)
    assert (done.outcome, len(step.attempts)) == (Outcome.DONE, 23)
    assert max(bench.clock.slept) == 30.0
