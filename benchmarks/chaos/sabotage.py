"""Negative controls: workers broken on purpose, in their own process, never in the product."""

from collections.abc import Callable, Collection
from typing import Any

from agents.kafka import partition_log
from agents.kafka.offset_metadata import Committed, encode
from agents.kafka.partition_state import PartitionState


def forget_metadata() -> None:
    """Leave the metadata of committed offsets empty: what was finished ahead is worked again."""
    if vars(partition_log).get("encode") is not encode:
        raise RuntimeError("metadata is encoded elsewhere: this would break nothing")
    setattr(partition_log, "encode", lambda _committed: "\0")  # noqa: B010 - not its export


def commit_early() -> None:
    """Commit past everything that has arrived, finished or not."""

    def committed_with(self: Any, finished: Collection[int]) -> Committed | None:
        del finished
        position = self._position
        return None if position is None else Committed(position)

    PartitionState.committed_with = committed_with  # type: ignore[method-assign]  # the point


SABOTAGES: dict[str, Callable[[], None]] = {
    "metadata": forget_metadata,
    "early-commit": commit_early,
}
"""By name: what to break before a worker starts."""
