import asyncio
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import ChildDied, DependencyUnavailable, EngineFailed
from agents.transcriber.engine import (
    Chunk,
    ChunkText,
    EngineOptions,
    PartlyTranscribed,
    ServedModel,
    TranscriptionEngine,
)
from agents.transcriber.serving.engines import EngineThread
from agents.transcriber.serving.fair_queue import FairQueueState, LanesState, Row
from agents.transcriber.serving.rows_limit import RowsLimitState
from agents.transcriber.serving.runner import EngineRunner
from tests.support.engine import FakeEngine


def chunk(seconds: float) -> Chunk:
    samples = np.zeros(round(seconds * 16_000), np.float32)
    return Chunk(samples=samples, start_ms=0, speech_ms=0)


@asynccontextmanager
async def running(engine: TranscriptionEngine) -> AsyncIterator[EngineRunner]:
    async with EngineThread([engine]) as engines, EngineRunner(engines) as runner:
        yield runner


def submit(runner: EngineRunner, recording_id: str, asked: Chunk) -> "asyncio.Future[ChunkText]":
    return runner.submit(recording_id, "fake-model", asked)


def said(text: ChunkText) -> str:
    return text.segments[0].text.strip()


def a_row(recording_id: str, seconds: float = 1.0, model: str = "fake-model") -> Row:
    text: asyncio.Future[ChunkText] = asyncio.get_running_loop().create_future()
    return Row(recording_id=recording_id, model=model, chunk=chunk(seconds), text=text)


async def test_each_recording_has_its_turn() -> None:
    queue = FairQueueState()
    rows = [a_row(name) for name in ("long", "long", "long", "long", "note")]
    for row in rows:
        queue.put(row)

    taken = [[row.recording_id for row in queue.take(2)] for _ in range(3)]

    assert taken == [["long", "note"], ["long", "long"], ["long"]]


async def test_what_nobody_waits_for_is_left_out() -> None:
    queue, given_up = FairQueueState(), a_row("a")
    queue.put(given_up)
    queue.put(a_row("b"))
    given_up.text.cancel()

    assert [row.recording_id for row in queue.take(5)] == ["b"]


async def test_gives_every_chunk_its_own_text() -> None:
    async with running(FakeEngine(batch_rows=3)) as runner:
        texts = await asyncio.gather(
            *(submit(runner, f"r{n % 5}", chunk(n / 10)) for n in range(1, 40))
        )

    assert [said(text) for text in texts] == [f"{n / 10:.2f} seconds." for n in range(1, 40)]


class BlockedEngine(FakeEngine):
    """Waits in each batch until it is let go."""

    def __init__(self) -> None:
        super().__init__(batch_rows=4)
        self.started, self.go = threading.Event(), threading.Event()

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        self.started.set()
        assert self.go.wait(10)
        return super().transcribe(batch)


async def test_a_lone_chunk_runs_at_once_and_those_behind_it_together() -> None:
    engine = BlockedEngine()
    async with running(engine) as runner:
        first = submit(runner, "a", chunk(1))
        await asyncio.to_thread(engine.started.wait, 10)
        others = [submit(runner, name, chunk(1)) for name in "bcd"]
        engine.go.set()
        await asyncio.gather(first, *others)

    assert engine.batches == [1, 3]


async def test_a_chunk_that_breaks_the_engine_fails_alone() -> None:
    engine = FakeEngine(batch_rows=4, breaks=lambda chunk: len(chunk.samples) == 16_000)
    async with running(engine) as runner:
        bad = submit(runner, "bad", chunk(1))
        good = [submit(runner, f"good {n}", chunk(2)) for n in range(3)]

        assert [said(text) for text in await asyncio.gather(*good)] == ["2.00 seconds."] * 3
        with pytest.raises(EngineFailed):
            await bad


async def test_goes_on_after_a_bug_in_the_engine() -> None:
    def says(chunk: Chunk) -> str:
        return {16_000: "fine"}[len(chunk.samples)]

    async with running(FakeEngine(says=says)) as runner:
        with pytest.raises(KeyError):
            await submit(runner, "a", chunk(2))

        assert said(await submit(runner, "b", chunk(1))) == "fine"


async def test_too_few_texts_are_a_failure_of_the_engine() -> None:
    class Short(FakeEngine):
        def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
            return super().transcribe(batch)[1:]

    async with running(Short()) as runner:
        with pytest.raises(EngineFailed, match="0 texts for 1 chunks"):
            await submit(runner, "a", chunk(1))


async def test_a_given_up_chunk_disturbs_nobody() -> None:
    engine = BlockedEngine()
    async with running(engine) as runner:
        given_up, other = submit(runner, "a", chunk(1)), submit(runner, "b", chunk(2))
        await asyncio.to_thread(engine.started.wait, 10)
        given_up.cancel()
        engine.go.set()

        assert said(await other) == "2.00 seconds."


async def test_models_take_turns_and_never_share_a_batch() -> None:
    lanes = LanesState()
    for name in ("a", "b", "c"):
        lanes.put(a_row(name, model="one"), apart=False)
    lanes.put(a_row("d", model="two"), apart=False)

    assert all_turns(lanes) == [["d"], ["a", "b"], ["c"]]


def all_turns(lanes: LanesState) -> list[list[str]]:
    turns = []
    while (lane := lanes.next_lane()) is not None:
        turns.append([row.recording_id for row in lanes.take(lane, 2)])
    return turns


def late(recording_id: str) -> Row:
    row = a_row(recording_id)
    return replace(row, chunk=replace(row.chunk, start_ms=3_600_000))


async def test_where_rows_add_up_a_note_shares_no_batch_with_a_long_recording() -> None:
    lanes = LanesState()
    for name in ("long", "long", "long", "long"):
        lanes.put(late(name), apart=True)
    first = lanes.next_lane()
    assert first is not None
    lanes.take(first, 2)
    for name in ("note", "other note", "third note"):
        lanes.put(a_row(name), apart=True)

    assert all_turns(lanes) == [["note", "other note"], ["long", "long"], ["third note"]]


async def test_on_other_devices_they_share_one() -> None:
    lanes = LanesState()
    lanes.put(late("long"), apart=False)
    lanes.put(a_row("note"), apart=False)

    assert all_turns(lanes) == [["long", "note"]]


def prompted(recording_id: str, **options: object) -> Row:
    row = a_row(recording_id)
    asked = EngineOptions(**options)  # type: ignore[arg-type]  # a test's shorthand
    return replace(row, chunk=replace(row.chunk, options=asked))


async def test_rows_with_prompts_of_anybody_share_a_batch_and_none_with_those_without() -> None:
    lanes = LanesState()
    for row in (
        a_row("a"),
        prompted("b", names=("Ben",)),
        a_row("c"),
        prompted("d", initial_prompt="In the park.", names=("Dora",)),
    ):
        lanes.put(row, apart=False, prompts_apart=True)

    assert sorted(all_turns(lanes)) == [["a", "c"], ["b", "d"]]


async def test_where_a_prompt_changes_nothing_for_neighbours_all_share_a_batch() -> None:
    lanes = LanesState()
    lanes.put(a_row("a"), apart=False)
    lanes.put(prompted("b", names=("Ben",)), apart=False)

    assert all_turns(lanes) == [["a", "b"]]


class Failing:
    """Engines that fail on chunks of one second, as *failures* say, each time once more."""

    def __init__(self, failures: Sequence[Exception]) -> None:
        self._engine = FakeEngine(batch_rows=4)
        self._failures = list(failures)
        self.batches: list[int] = []
        self.restarts = 0

    @property
    def served(self) -> Mapping[str, ServedModel]:
        return {self._engine.served.name: self._engine.served}

    def restart(self) -> None:
        self.restarts += 1

    async def transcribe(self, model: str, batch: Sequence[Chunk]) -> list[ChunkText]:
        assert model == "fake-model"
        self.batches.append(len(batch))
        if self._failures and any(len(one.samples) == 16_000 for one in batch):
            raise self._failures.pop(0)
        return self._engine.transcribe(batch)


CRASH = ChildDied(ended_by=11)
KILL = ChildDied(ended_by=9)
FROZEN_BATCH = ChildDied(ended_by=9, over_limit=True)


async def heard_beside_others(engines: Failing) -> "list[ChunkText | BaseException]":
    async with EngineRunner(engines, outage_pauses_s=(0.01, 0.01)) as runner:
        texts = [submit(runner, "bad", chunk(1)), *(submit(runner, f"{n}", chunk(2)) for n in "ab")]
        return await asyncio.gather(*texts, return_exceptions=True)


@pytest.mark.parametrize(
    "deaths", [[CRASH], [CRASH] * 3, [KILL] * 5, [FROZEN_BATCH, KILL, CRASH]], ids=str
)
async def test_an_engine_that_dies_costs_its_batch_another_try(deaths: list[ChildDied]) -> None:
    texts = await heard_beside_others(Failing(deaths))

    assert [said(text) for text in texts if isinstance(text, ChunkText)] == [
        "1.00 seconds.",
        "2.00 seconds.",
        "2.00 seconds.",
    ]


async def test_a_row_that_kills_the_engine_alone_three_times_is_poison() -> None:
    [bad, *good] = await heard_beside_others(Failing([CRASH] * 9))

    assert isinstance(bad, ChildDied)
    assert (bad.counts, bad.deaths, bad.piece) == (True, 3, "speech at 0 ms")
    assert [said(text) for text in good if isinstance(text, ChunkText)] == ["2.00 seconds."] * 2


async def test_a_row_is_never_blamed_for_kills_from_outside() -> None:
    [bad, *_] = await heard_beside_others(Failing([KILL] * 9))

    assert isinstance(bad, ChildDied)
    assert not bad.counts


BROKEN = EngineFailed("CUDA failed with error unspecified launch failure", engine_broken=True)
NO_MEMORY = EngineFailed("CUDA failed with error out of memory", out_of_memory=True)
FAILED = EngineFailed("the speech engine failed")
OUTAGE = DependencyUnavailable("speech-server")


@pytest.mark.parametrize(
    ("failures", "restarts"),
    [
        ([BROKEN], 1),
        ([BROKEN, BROKEN], 2),
        ([FAILED], 0),
        ([NO_MEMORY] * 2, 1),
        ([OUTAGE] * 2, 0),
        ([OUTAGE, FAILED, CRASH], 0),
    ],
    ids=str,
)
async def test_a_failure_that_passes_costs_no_recording(
    failures: list[Exception], restarts: int
) -> None:
    engines = Failing(failures)

    texts = await heard_beside_others(engines)

    assert not [text for text in texts if isinstance(text, BaseException)]
    assert engines.restarts == restarts


async def test_after_two_rows_that_fail_alone_the_engine_is_loaded_anew() -> None:
    engines = Failing([FAILED] * 2)
    async with EngineRunner(engines) as runner:
        with pytest.raises(EngineFailed):
            await submit(runner, "first", chunk(1))

        assert said(await submit(runner, "second", chunk(1))) == "1.00 seconds."

    assert engines.restarts == 1


async def test_a_row_that_fails_in_a_new_engine_as_well_is_to_blame() -> None:
    engines = Failing([FAILED] * 3)
    async with EngineRunner(engines) as runner:
        for _ in range(2):
            with pytest.raises(EngineFailed):
                await submit(runner, "a", chunk(1))
        assert said(await submit(runner, "b", chunk(2))) == "2.00 seconds."

    assert engines.batches == [1] * 4
    assert engines.restarts == 1


async def test_memory_that_is_too_little_for_one_row_is_waited_for() -> None:
    [bad, *good] = await heard_beside_others(Failing([NO_MEMORY] * 9))

    assert isinstance(bad, DependencyUnavailable)
    assert bad.dependency == "engine-memory"
    assert [said(text) for text in good if isinstance(text, ChunkText)] == ["2.00 seconds."] * 2


async def test_an_outage_that_lasts_is_told_to_all_rows_of_the_batch() -> None:
    engines = Failing([OUTAGE] * 3)

    assert await heard_beside_others(engines) == [OUTAGE] * 3
    assert engines.batches == [3, 3, 3]


async def test_rows_that_were_answered_are_not_asked_for_again() -> None:
    text = FakeEngine().transcribe([chunk(1)])[0]
    engines = Failing([PartlyTranscribed([OUTAGE, text, FAILED])])

    [outlasted, answered, failed] = await heard_beside_others(engines)

    assert engines.batches == [3, 1]
    assert [said(one) for one in (outlasted, answered) if isinstance(one, ChunkText)] == [
        "1.00 seconds."
    ] * 2
    assert failed is FAILED


async def test_an_outage_is_outwaited_once_for_the_rows_of_a_batch_that_failed() -> None:
    engines = Failing([CRASH, *[OUTAGE] * 9])

    assert await heard_beside_others(engines) == [OUTAGE] * 3
    assert engines.batches == [3, 1, 1, 1]


async def test_rows_given_up_in_a_batch_that_failed_do_not_run_alone() -> None:
    class Blocked(BlockedEngine):
        def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
            texts = super().transcribe(batch)
            if len(batch) > 1:
                raise EngineFailed
            return texts

    engine = Blocked()
    async with running(engine) as runner:
        [kept, *given_up] = [submit(runner, name, chunk(1)) for name in "abc"]
        await asyncio.to_thread(engine.started.wait, 10)
        for text in given_up:
            text.cancel()
        engine.go.set()
        await kept

    assert engine.batches == [3, 1]


async def test_whoever_waits_when_the_runner_ends_is_told_so() -> None:
    engine = BlockedEngine()
    async with running(engine) as runner:
        at_work = submit(runner, "a", chunk(1))
        await asyncio.to_thread(engine.started.wait, 10)
        waiting = submit(runner, "b", chunk(1))
        threading.Timer(0.1, engine.go.set).start()
    late = submit(runner, "c", chunk(1))

    ends = await asyncio.gather(at_work, waiting, late, return_exceptions=True)
    assert [type(end) for end in ends] == [DependencyUnavailable] * 3


async def test_too_little_memory_halves_the_batches_until_they_fit() -> None:
    class Small(FakeEngine):
        def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
            texts = super().transcribe(batch)
            if len(batch) > 2:
                raise EngineFailed(out_of_memory=True)
            return texts

    engine = Small(batch_rows=8)
    async with running(engine) as runner:
        first = [submit(runner, f"{n}", chunk(n)) for n in range(1, 9)]
        texts = await asyncio.gather(*first)
        await asyncio.gather(*(submit(runner, f"{n}", chunk(n)) for n in range(1, 5)))

    assert [said(text) for text in texts] == [f"{n:.2f} seconds." for n in range(1, 9)]
    assert engine.batches == [8, 4, 2, 2, 4, 2, 2, 2, 2]


def test_rows_that_were_too_many_come_back_one_by_one() -> None:
    limit = RowsLimitState(8)
    limit.too_many(8)
    assert limit.rows == 4

    for _ in range(50):
        limit.ran(4)
    assert limit.rows == 5
    for _ in range(1_000):
        limit.ran(limit.rows)
    assert limit.rows == 8
