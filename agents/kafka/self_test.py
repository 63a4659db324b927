"""Looks before a worker starts whether its Kafka libraries have everything that it relies on."""

from collections.abc import Iterator
from importlib import import_module, metadata
from typing import Any

from aiokafka import codec

from agents.errors import SettingsError

CODECS = ("gzip", "snappy", "lz4", "zstd")
"""What producers may compress with, and so what a worker must be able to read."""

INTERNALS = (
    ("aiokafka", "aiokafka:AIOKafkaConsumer._client"),
    ("aiokafka", "aiokafka:AIOKafkaConsumer._coordinator"),
    ("aiokafka", "aiokafka:AIOKafkaConsumer._fetcher"),
    ("aiokafka", "aiokafka:AIOKafkaConsumer._isolation_level"),
    ("aiokafka", "aiokafka:AIOKafkaConsumer._subscription"),
    ("aiokafka", "aiokafka:AIOKafkaProducer._closed"),
    ("aiokafka", "aiokafka:AIOKafkaProducer._message_accumulator"),
    ("aiokafka", "aiokafka:AIOKafkaProducer._metadata"),
    ("aiokafka", "aiokafka:AIOKafkaProducer._partition"),
    ("aiokafka", "aiokafka:AIOKafkaProducer._sender"),
    ("aiokafka", "aiokafka:AIOKafkaProducer._serialize"),
    ("aiokafka", "aiokafka:AIOKafkaProducer._txn_manager"),
    ("aiokafka", "aiokafka:AIOKafkaProducer.client"),
    ("aiokafka", "aiokafka.client:AIOKafkaClient._on_connection_closed"),
    ("aiokafka", "aiokafka.client:AIOKafkaClient._wait_on_metadata"),
    ("aiokafka", "aiokafka.client:AIOKafkaClient.bootstrap"),
    ("aiokafka", "aiokafka.client:AIOKafkaClient.cluster"),
    ("aiokafka", "aiokafka.client:AIOKafkaClient.coordinator_lookup"),
    ("aiokafka", "aiokafka.consumer.fetcher:Fetcher.request_offset_reset"),
    ("aiokafka", "aiokafka.consumer.fetcher:Fetcher.seek_to"),
    ("aiokafka", "aiokafka.consumer.fetcher:MemoryRecords"),
    ("aiokafka", "aiokafka.consumer.fetcher:OffsetResetStrategy.EARLIEST"),
    ("aiokafka", "aiokafka.consumer.group_coordinator:GroupCoordinator.check_errors"),
    ("aiokafka", "aiokafka.consumer.group_coordinator:GroupCoordinator.request_rejoin"),
    ("aiokafka", "aiokafka.consumer.subscription_state:Assignment.state_value"),
    ("aiokafka", "aiokafka.consumer.subscription_state:Assignment.tps"),
    ("aiokafka", "aiokafka.consumer.subscription_state:Subscription.assignment"),
    ("aiokafka", "aiokafka.consumer.subscription_state:SubscriptionState.subscription"),
    ("aiokafka", "aiokafka.consumer.subscription_state:TopicPartitionState.has_valid_position"),
    ("aiokafka", "aiokafka.consumer.subscription_state:TopicPartitionState.position"),
    (
        "aiokafka",
        "aiokafka.coordinator.assignors.sticky.sticky_assignor:StickyPartitionAssignor.assign",
    ),
    ("aiokafka", "aiokafka.partitioner:murmur2"),
    ("aiokafka", "aiokafka.producer.message_accumulator:BatchBuilder.append"),
    ("aiokafka", "aiokafka.producer.message_accumulator:MessageAccumulator._batches"),
    ("aiokafka", "aiokafka.producer.message_accumulator:MessageAccumulator._cluster"),
    ("aiokafka", "aiokafka.producer.message_accumulator:MessageAccumulator.close"),
    ("aiokafka", "aiokafka.producer.message_accumulator:MessageBatch._drain_waiter"),
    ("aiokafka", "aiokafka.producer.sender:Sender._do_add_offsets_to_txn"),
    ("aiokafka", "aiokafka.producer.sender:Sender._do_add_partitions_to_txn"),
    ("aiokafka", "aiokafka.producer.sender:Sender._do_init_pid"),
    ("aiokafka", "aiokafka.producer.sender:Sender._find_coordinator"),
    ("aiokafka", "aiokafka.producer.sender:Sender.client"),
    ("aiokafka", "aiokafka.producer.sender:Sender.close"),
    ("aiokafka", "aiokafka.producer.sender:Sender.sender_task"),
    ("aiokafka", "aiokafka.producer.sender:Sender.start"),
    (
        "aiokafka",
        "aiokafka.producer.transaction_manager:TransactionManager.maybe_add_partition_to_txn",
    ),
    ("aiokafka", "aiokafka.producer.transaction_manager:TransactionManager.producer_id"),
    (
        "aiokafka",
        "aiokafka.producer.transaction_manager:TransactionManager.wait_for_transaction_end",
    ),
    ("aiokafka", "aiokafka.protocol.api:RequestStruct.FLEXIBLE_VERSION"),
    ("aiokafka", "aiokafka.protocol.types:CompactArray"),
    ("aiokafka", "aiokafka.protocol.types:TaggedFields"),
    ("aiokafka", "aiokafka.record.default_records:_DefaultRecordBatchPy._buffer"),
    ("aiokafka", "aiokafka.record.default_records:_DefaultRecordBatchPy._maybe_uncompress"),
    ("aiokafka", "aiokafka.record.default_records:_DefaultRecordBatchPy._num_records"),
    ("aiokafka", "aiokafka.record.default_records:_DefaultRecordBatchPy._pos"),
    ("aiokafka", "aiokafka.record.memory_records:_MemoryRecordsPy._next_slice"),
    ("faust-streaming", "faust:App._consumer_wait_empty"),
    ("faust-streaming", "faust:App.consumer_generation_id"),
    ("faust-streaming", "faust:App.on_rebalance_complete"),
    ("faust-streaming", "faust:App.rebalancing"),
    ("faust-streaming", "faust.tables.manager:TableManager._recovery"),
    ("faust-streaming", "faust.tables.recovery:Recovery._wait"),
    ("faust-streaming", "faust.transport.consumer:Consumer._add_gap"),
    ("faust-streaming", "faust.transport.consumer:Consumer._buffered_partitions"),
    ("faust-streaming", "faust.transport.consumer:Consumer._new_offset"),
    ("faust-streaming", "faust.transport.consumer:Consumer._unacked_messages"),
    ("faust-streaming", "faust.transport.consumer:Consumer._wait_next_records"),
    ("faust-streaming", "faust.transport.consumer:Consumer.flow_active"),
    ("faust-streaming", "faust.transport.consumer:Consumer.getmany"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._consumer"),
    (
        "faust-streaming",
        "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._create_worker_consumer",
    ),
    ("faust-streaming", "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._ensure_consumer"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._fetch_records"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.call_thread"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.on_thread_stop"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.thread_loop"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:Consumer._commit"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:Consumer._new_consumer_thread"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:Consumer._new_topicpartition"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:Consumer._thread"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:Consumer.seek_to_committed"),
    ("faust-streaming", "faust.transport.drivers.aiokafka:Transport.create_consumer"),
    ("mode-streaming", "mode:Service._crashed"),
    ("mode-streaming", "mode:Service.crash_reason"),
)
"""What is not documented of the libraries and yet relied on: the package, and the name in it."""


def self_test() -> None:
    """Refuse to work where something is missing.

    Raises:
        SettingsError: names it, and the package and version that have it.

    """
    missing = missing_codecs()
    if missing:
        raise SettingsError(
            f"batches compressed with {', '.join(missing)} cannot be read: install cramjam"
        )
    for package, name in INTERNALS:
        if not _exists(name):
            raise SettingsError(
                f"{package} {metadata.version(package)} has no {name}, which Daybook relies on: "
                f"install {_pinned(package)}"
            )


def missing_codecs() -> tuple[str, ...]:
    """Return the codecs that no library is here for."""
    return tuple(name for name in CODECS if not getattr(codec, f"has_{name}")())


def _exists(name: str) -> bool:
    module, _, path = name.partition(":")
    *owners, last = path.split(".")
    try:
        owner: Any = import_module(module)
        for each in owners:
            owner = getattr(owner, each)
    except (ImportError, AttributeError):
        return False
    return hasattr(owner, last) or last in _set_by_init(owner)


def _set_by_init(owner: Any) -> Iterator[str]:
    """Yield the names that a class's own and inherited `__init__` mention."""
    for base in getattr(owner, "__mro__", ()):
        code = getattr(vars(base).get("__init__"), "__code__", None)
        yield from getattr(code, "co_names", ())


def _pinned(package: str) -> str:
    wanted = metadata.requires("daybook") or ()
    return next((one for one in wanted if one.startswith(f"{package}=")), package)
