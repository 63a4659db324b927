"""Reads topics without a group: all that is in them, what comes from now on, or both."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from agents.delivery.record import Headers, Partition, Record
from agents.errors import DependencyUnavailable

ANSWER_S = 10.0
"""Longest wait for an answer about the topics, in seconds."""
POLL_S = 0.5
"""Longest wait for one batch of records, in seconds."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class _Span:
    begin: int
    end: int


class TopicReader:
    """Reads committed records of some topics; commits nothing, belongs to no group.

    Raises:
        DependencyUnavailable: the brokers do not answer, or a topic does not exist.

    """

    def __init__(self, client_settings: Mapping[str, object], topics: Iterable[str]) -> None:
        self._consumer = Consumer(
            {
                # A group id is asked for by the client, and never used: nothing is committed.
                "group.id": "daybook.reader",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                # Told apart from "nothing yet" also where a transaction's marker comes last.
                "enable.partition.eof": True,
                **client_settings,
            }
        )
        self._at_end: dict[Partition, int] = {}
        self._behind: set[Partition] = set()
        self._spans: dict[Partition, _Span] = {}
        self._topics = tuple(topics)
        try:
            self._spans = self._new_spans()
        except BaseException:
            self._consumer.close()
            raise

    def read_to_end(self, since: Mapping[Partition, int] | None = None) -> Iterator[Record]:
        """Yield everything that was there when the reader was made, each partition in its order.

        *since* names offsets to begin with, in place of the oldest records.
        """
        begins = {tp: span.begin for tp, span in self._spans.items()}
        if since is not None:
            begins |= {tp: max(begins[tp], since[tp]) for tp in since.keys() & begins.keys()}
        self._assign(begins)
        while self._behind:
            for record in self.poll():
                if record.offset < self._spans[record.partition].end:
                    yield record

    def begin(self) -> None:
        """Go to the beginning; `poll` gives everything from there on, and does not end."""
        self._assign({tp: span.begin for tp, span in self._spans.items()})

    @property
    def caught_up(self) -> bool:
        """Tell whether `poll` has given all that was there when the reader was made."""
        return not self._behind

    def take_added(self) -> bool:
        """Read partitions that were added since as well, from their beginning; tell if any were.

        Raises:
            DependencyUnavailable: the brokers do not answer.

        """
        added = self._new_spans()
        if added:
            self._spans |= added
            self._consumer.incremental_assign(_places({tp: s.begin for tp, s in added.items()}))
        return bool(added)

    def follow(self) -> None:
        """Go to the end as it was when the reader was made; `poll` gives what comes after."""
        self._assign({tp: span.end for tp, span in self._spans.items()})

    def poll(self, timeout_s: float = POLL_S) -> list[Record]:
        """Return the next records; none when nothing came in *timeout_s*."""
        records = []
        first = self._consumer.poll(timeout_s)
        # To ask for many at once would wait for all of them until the time is over.
        came = [] if first is None else [first, *self._consumer.consume(BATCH - 1, 0)]
        for message in came:
            error = message.error()
            place = Partition(message.topic(), message.partition())
            if error is None:
                self._at_end.pop(place, None)
                records.append(_record(message))
                if message.offset() >= self._spans[place].end - 1:
                    self._behind.discard(place)
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
                self._at_end[place] = message.offset()
                self._behind.discard(place)
            # Other errors are news of what the client mends by itself.
        return records

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """Return the partitions of all topics read."""
        return tuple(self._spans)

    def ends(self) -> Mapping[Partition, int]:
        """Return, after `read_to_end`, the offsets up to which all that is committed was read.

        Beyond its last record a partition may hold markers of transactions.
        """
        return {tp: min(end, self._spans[tp].end) for tp, end in self._at_end.items()}

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()

    def __enter__(self) -> Self:
        """Return the reader itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the reader."""
        self.close()

    def _assign(self, offsets: Mapping[Partition, int]) -> None:
        self._at_end = {}
        self._behind = set(offsets)
        self._consumer.assign(_places(offsets))

    def _new_spans(self) -> dict[Partition, _Span]:
        found = (
            Partition(topic, number) for topic in self._topics for number in self._partitions(topic)
        )
        return {tp: self._span(*tp) for tp in found if tp not in self._spans}

    def _partitions(self, topic: str) -> list[int]:
        try:
            found = self._consumer.list_topics(topic, timeout=ANSWER_S).topics[topic]
        except KafkaException as error:
            raise DependencyUnavailable("kafka", f"no broker answers: {error}") from error
        if found.error is not None:
            raise DependencyUnavailable(
                "kafka", f"topic {topic!r} cannot be read ({found.error}); `daybook topics apply`"
            )
        return sorted(found.partitions)

    def _span(self, topic: str, partition: int) -> _Span:
        try:
            begin, end = self._consumer.get_watermark_offsets(
                TopicPartition(topic, partition), timeout=ANSWER_S
            )
        except KafkaException as error:
            raise DependencyUnavailable("kafka", f"no broker answers: {error}") from error
        return _Span(begin, end)


def _places(offsets: Mapping[Partition, int]) -> list[TopicPartition]:
    return [TopicPartition(*partition, offset) for partition, offset in offsets.items()]


def _record(message: Message) -> Record:
    # First of all: at an odd name the client leaves an error behind, which the next call meets.
    headers = _headers(message)
    _, timestamp_ms = message.timestamp()
    return Record(
        partition=Partition(message.topic(), message.partition()),
        offset=message.offset(),
        timestamp_ms=timestamp_ms,
        key=message.key(),
        value=message.value(),
        headers=headers,
    )


def _headers(message: Message) -> Headers:
    """Return the headers; none where a name is not UTF-8, which the client cannot give."""
    try:
        headers = tuple(message.headers() or ())
        return tuple((str(name), value) for name, value in headers)
    except (SystemError, UnicodeDecodeError):
        return ()
