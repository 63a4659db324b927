"""What a worker shows of the progress of each partition."""

from prometheus_client import REGISTRY

from agents.kafka.offset_metadata import Committed, encode
from agents.kafka.partition_gauges import PartitionGauges
from agents.kafka.partition_state import PartitionState
from tests.support.records import HERE

LABELS = {"stage": "gauged", "topic": HERE.topic, "partition": str(HERE.partition)}


def shown() -> dict[str, float | None]:
    return {
        name: REGISTRY.get_sample_value(f"daybook_{name}", LABELS)
        for name in (
            "open_records",
            "oldest_open_record_age_seconds",
            "completed_beyond_base_offsets",
            "offset_metadata_characters",
        )
    }


def test_open_records_and_what_is_finished_beyond_them_are_shown_until_the_partition_goes() -> None:
    gauges, state = PartitionGauges("gauged", HERE), PartitionState(Committed(4))
    for offset in (4, 5, 6):
        state.deliver(offset, appended_ms=1_000 * offset)
    state.complete(5)
    committed = state.committed_with(())
    gauges.show(state, committed, now_s=10.0)
    assert committed == Committed(4, ((5, 6),))
    assert list(shown().values()) == [2, 6.0, 1, len(encode(committed))]
    gauges.close()
    assert set(shown().values()) == {None}


def test_at_rest_nothing_is_old() -> None:
    gauges = PartitionGauges("gauged", HERE)
    gauges.show(PartitionState(Committed(4)), Committed(4), now_s=10.0)
    assert list(shown().values()) == [0, 0, 0, 1]
    gauges.close()
