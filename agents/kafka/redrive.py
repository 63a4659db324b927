"""Hands dead letters back to their group: each exactly once, however often it is killed.

Copies and the position behind them are committed in one transaction. The position is that of
a consumer group of its own for each dead letter topic, in the form that workers use, too: an
offset, and in its metadata which letters beyond it have been handed back.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka import TopicPartition as KafkaPartition

from agents.delivery.letter import Letter, Selection, handed_back, read_letter
from agents.delivery.record import Output, Partition
from agents.errors import DependencyUnavailable, PipelineError
from agents.kafka import last_redrive
from agents.kafka.client_settings import aiokafka_settings, librdkafka_settings
from agents.kafka.dead_letters import DeadLetterTopic
from agents.kafka.group_offsets import GroupOffsets
from agents.kafka.offset_metadata import Committed, encode
from agents.kafka.redrive_state import RedriveState
from agents.kafka.topic_reader import TopicReader
from agents.settings import Settings

BATCH = 100
"""Letters in one transaction, at most; open for milliseconds, since they are gathered before."""
BATCH_BYTES = 4 << 20
"""Size at which a transaction takes no more letters, in bytes."""
ANSWER_S = 30.0
"""Longest wait for an answer about a transaction, in seconds."""
TRANSACTION_TIMEOUT_MS = 10_000
"""After this the brokers end what a killed redrive has begun, in milliseconds."""

_FENCED = frozenset(
    {KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH, KafkaError.PRODUCER_FENCED}  # noqa: SLF001 - its public name
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many letters to hand back, in all and in one second; None is without a limit."""

    limit: int | None = None
    rate_per_s: float | None = None

    @property
    def batch(self) -> int:
        """Return the letters that go together: at most half a second's."""
        return BATCH if self.rate_per_s is None else max(1, min(BATCH, int(self.rate_per_s / 2)))


@dataclass(slots=True)
class Redriven:
    """What became of the letters that were meant."""

    count: int = 0
    too_large: int = 0
    """Left where they are, since the redrive topic does not take them."""


@dataclass(slots=True)
class _BatchState:
    outputs: list[tuple[Output, Letter]] = field(default_factory=list)
    size_bytes: int = 0

    def add(self, output: Output, letter: Letter) -> None:
        self.outputs.append((output, letter))
        self.size_bytes += output.size_bytes


class Redrive:
    """One run over one dead letter topic; a second one at the same time ends the first.

    Raises:
        DependencyUnavailable: the brokers do not answer; nothing was done by halves.
        PipelineError: another run took over, or what was handed back cannot be remembered.

    """

    def __init__(
        self,
        settings: Settings,
        topic: DeadLetterTopic,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._topic = topic
        self._sleep = sleep
        self._client = client = librdkafka_settings(settings)
        self._offsets = GroupOffsets(client)
        self._producer = Producer(
            {
                "partitioner": "murmur2_random",
                **client,
                "transactional.id": topic.position_group,
                "transaction.timeout.ms": TRANSACTION_TIMEOUT_MS,
            }
        )
        self._consumer = Consumer({**client, "group.id": topic.position_group})

    def run(self, selection: Selection, pace: Pace) -> Redriven:
        """Hand back the letters that *selection* includes and that have not been, oldest first."""
        with TopicReader(self._client, [self._topic.name]) as reader:
            last_redrive.settle(aiokafka_settings(self._settings), self._topic, reader.partitions)
            with _kafka_errors():
                self._producer.init_transactions(ANSWER_S)
            # Read under the lock: what an earlier run began is committed or undone by now.
            committed = self._offsets.committed(self._topic.position_group, reader.partitions)
            places = len(self._offsets.partitions([self._topic.redrive.name]))
            since = {place: so_far.offset for place, so_far in committed.items()}
            positions = _PositionsState(reader.partitions, committed, places)
            letters = (read_letter(record) for record in reader.read_to_end(since))
            result, batch = self._hand_back(letters, selection, pace, positions)
            if result.count + len(batch.outputs) != pace.limit:
                positions.pass_by(reader.ends())
            result.count += self._commit(batch, positions, pace)
            return result

    def _hand_back(
        self,
        letters: Iterator[Letter],
        selection: Selection,
        pace: Pace,
        positions: "_PositionsState",
    ) -> tuple[Redriven, _BatchState]:
        """Return what became of the letters, and those that are still to be committed."""
        result, batch = Redriven(), _BatchState()
        for letter in letters:
            meant = not positions.covers(letter) and selection.includes(letter)
            output = handed_back(letter, self._topic.redrive.name)
            fits = output.size_bytes <= self._topic.redrive.max_message_bytes
            positions.see(letter, take=meant and fits)
            if meant and not fits:
                result.too_large += 1
            elif meant:
                batch.add(output, letter)
                if result.count + len(batch.outputs) == pace.limit:
                    break
                if len(batch.outputs) >= pace.batch or batch.size_bytes >= BATCH_BYTES:
                    result.count += self._commit(batch, positions, pace)
                    batch = _BatchState()
        return result, batch

    def _commit(self, batch: _BatchState, positions: "_PositionsState", pace: Pace) -> int:
        """Copy the letters and commit the position behind them; return their number."""
        began = time.monotonic()
        changed = positions.changed()
        if not changed:
            return 0
        offsets = [_to_commit(place, so_far) for place, so_far in changed.items()]
        with _kafka_errors():
            self._producer.begin_transaction()
            for output, letter in batch.outputs:
                self._produce(output, letter, positions.place_of(letter))
            group = self._consumer.consumer_group_metadata()
            self._producer.send_offsets_to_transaction(offsets, group, ANSWER_S)
            self._producer.commit_transaction(ANSWER_S)
        # Else the next transaction, were it undone, might undo what hangs of this one.
        self._offsets.wait_until_over(self._topic.position_group, changed, self._topic.redrive.name)
        positions.are_committed(changed)
        if pace.rate_per_s is not None:
            due_s = len(batch.outputs) / pace.rate_per_s
            self._sleep(max(0.0, due_s - (time.monotonic() - began)))
        return len(batch.outputs)

    def _produce(self, output: Output, letter: Letter, place: int) -> None:
        self._producer.produce(
            output.topic,
            value=output.value,
            key=output.key,
            partition=place,
            headers=list(output.headers),
            # An event that does not say when it occurred did so when its record was written.
            timestamp=letter.record.timestamp_ms or 0,
        )

    def __enter__(self) -> Self:
        """Return the run itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Undo what is open, and let go of the connections."""
        with suppress(KafkaException):
            self._producer.abort_transaction(ANSWER_S)
        self._consumer.close()


class _PositionsState:
    """Where a run stands in each partition, and which partition each letter goes to."""

    def __init__(
        self,
        partitions: Iterable[Partition],
        committed: Mapping[Partition, Committed],
        places: int,
    ) -> None:
        self._before = {place: committed.get(place, Committed(0)) for place in partitions}
        self._committed = dict(self._before)
        self._states = {place: RedriveState(so_far) for place, so_far in self._before.items()}
        self._places = places

    def covers(self, letter: Letter) -> bool:
        """Tell whether an earlier run has handed *letter* back."""
        return self._before[letter.record.partition].covers(letter.record.offset)

    def see(self, letter: Letter, *, take: bool) -> None:
        """Note *letter*, and whether this run hands it back."""
        state = self._states[letter.record.partition]
        state.see(letter.record.offset, done=take or self.covers(letter))

    def pass_by(self, ends: Mapping[Partition, int]) -> None:
        """Note that there is no further letter up to *ends*: at rest the lag is 0."""
        for place, end in ends.items():
            self._states[place].pass_by(end)

    def place_of(self, letter: Letter) -> int:
        """Return the partition that the original lay in; -1, chosen by key, where none is such."""
        place = letter.partition
        return place if place is not None and place < self._places else -1

    def changed(self) -> dict[Partition, Committed]:
        """Return what is to be committed."""
        now = {place: state.committed() for place, state in self._states.items()}
        return {place: at for place, at in now.items() if at != self._committed[place]}

    def are_committed(self, committed: Mapping[Partition, Committed]) -> None:
        """Note that the brokers have *committed*."""
        self._committed |= committed


def _to_commit(partition: Partition, so_far: Committed) -> Any:
    """Return an offset with its metadata.

    Raises:
        PipelineError: the letters handed back lie too scattered to be remembered.

    """
    try:
        metadata = encode(so_far)
    except ValueError as error:
        raise PipelineError(
            f"{len(so_far.beyond)} runs of letters lie between others in {partition.topic}/"
            f"{partition.partition}, more than can be remembered: redrive without a filter, "
            "or purge what is older"
        ) from error
    # librdkafka adds the NUL by itself, and takes no text that holds one.
    return KafkaPartition(*partition, so_far.offset, metadata.rstrip("\0"))


@contextmanager
def _kafka_errors() -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except KafkaException as error:
        problem = error.args[0]
        if problem.code() in _FENCED:
            raise PipelineError("another redrive of the same dead letters took over") from error
        raise DependencyUnavailable(
            "kafka", f"the redrive stopped: {problem.str()}; repeat it, nothing is done twice"
        ) from error
