"""Requests that aiokafka lacks: they tell of transactions that are still open.

Fields and versions are those of https://kafka.apache.org/protocol.html
"""

from collections.abc import Collection, Mapping
from typing import Any

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Int64,
    Schema,
    TaggedFields,
)

_NAME = CompactString("utf-8")
_TAGS = ("tags", TaggedFields)
_PLACES = CompactArray(("name", _NAME), ("partitions", CompactArray(Int32)), _TAGS)

Places = Mapping[str, Collection[int]]
"""Partitions by topic."""


class _DescribeProducersResponse(Response):
    API_KEY = 61
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "topics",
            CompactArray(
                ("name", _NAME),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("error_code", Int16),
                        ("error_message", _NAME),
                        (
                            "producers",
                            CompactArray(
                                ("producer_id", Int64),
                                ("producer_epoch", Int32),
                                ("last_sequence", Int32),
                                ("last_timestamp", Int64),
                                ("coordinator_epoch", Int32),
                                ("transaction_begin", Int64),
                                _TAGS,
                            ),
                        ),
                        _TAGS,
                    ),
                ),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class _DescribeProducersRequest(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 61
    API_VERSION = 0
    RESPONSE_TYPE = _DescribeProducersResponse
    SCHEMA = Schema(("topics", _PLACES), _TAGS)


class DescribeProducers(Request[_DescribeProducersRequest]):
    """Asks a leader who writes to its partitions; new in Kafka 3.0, needs READ on the topics.

    `response.topics` has `(name, ((partition, error code, message, producers, tags), ...), tags)`,
    a producer is `(id, epoch, last sequence, last timestamp, coordinator's epoch, begin of its open
    transaction or -1, tags)`.
    """

    API_KEY = 61

    def __init__(self, places: Places) -> None:
        self._places = places

    def build(self, request_struct_class: type[_DescribeProducersRequest]) -> Any:
        """Return what is sent."""
        return request_struct_class(_listed(self._places), {})


class _DescribeTransactionsResponse(Response):
    API_KEY = 65
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "transactions",
            CompactArray(
                ("error_code", Int16),
                ("transactional_id", _NAME),
                ("state", _NAME),
                ("timeout_ms", Int32),
                ("begin_ms", Int64),
                ("producer_id", Int64),
                ("producer_epoch", Int16),
                ("topics", _PLACES),
                _TAGS,
            ),
        ),
        _TAGS,
    )


class _DescribeTransactionsRequest(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 65
    API_VERSION = 0
    RESPONSE_TYPE = _DescribeTransactionsResponse
    SCHEMA = Schema(("transactional_ids", CompactArray(_NAME)), _TAGS)


class DescribeTransaction(Request[_DescribeTransactionsRequest]):
    """Asks a transactional id's coordinator for its state; new in Kafka 3.0.

    `response.transactions` has one `(error code, id, state, ...)`.
    """

    API_KEY = 65

    def __init__(self, transactional_id: str) -> None:
        self._transactional_id = transactional_id

    def build(self, request_struct_class: type[_DescribeTransactionsRequest]) -> Any:
        """Return what is sent."""
        return request_struct_class([self._transactional_id], {})


class _OffsetFetchResponse(Response):
    API_KEY = 9
    API_VERSION = 7
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "topics",
            CompactArray(
                ("name", _NAME),
                (
                    "partitions",
                    CompactArray(
                        ("partition", Int32),
                        ("offset", Int64),
                        ("leader_epoch", Int32),
                        ("metadata", _NAME),
                        ("error_code", Int16),
                        _TAGS,
                    ),
                ),
                _TAGS,
            ),
        ),
        ("error_code", Int16),
        _TAGS,
    )


class _OffsetFetchRequest(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = 9
    API_VERSION = 7
    RESPONSE_TYPE = _OffsetFetchResponse
    SCHEMA = Schema(("group", _NAME), ("topics", _PLACES), ("require_stable", Boolean), _TAGS)


class FetchStableOffset(Request[_OffsetFetchRequest]):
    """Asks a group's coordinator where it stands, refusing what a transaction may yet change.

    New in Kafka 2.5. `response.topics` has one `(name, ((partition, offset, leader's epoch,
    metadata, error code, tags),), tags)`.
    """

    API_KEY = 9

    def __init__(self, group: str, topic: str, partition: int) -> None:
        self._group = group
        self._places = {topic: (partition,)}

    def build(self, request_struct_class: type[_OffsetFetchRequest]) -> Any:
        """Return what is sent."""
        stable = True
        return request_struct_class(self._group, _listed(self._places), stable, {})


def _listed(places: Places) -> list[tuple[str, list[int], dict[int, bytes]]]:
    return [(topic, sorted(partitions), {}) for topic, partitions in places.items()]
