"""What the consumer fetches, and when that counts."""

from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver

from agents.kafka.transport import QuietConsumer


async def test_records_that_come_after_a_rebalance_began_are_not_delivered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Faust would begin an assignment there, in the middle of the one that is due."""
    consumer = QuietConsumer.__new__(QuietConsumer)
    consumer.flow_active = True

    async def fetch(self: Any, timeout: float) -> tuple[dict[str, list[str]], set[str]]:  # noqa: ASYNC109
        self.flow_active = timeout < 1
        return {"partition": ["record"]}, {"partition"}

    monkeypatch.setattr(driver.Consumer, "_wait_next_records", fetch)
    assert await consumer._wait_next_records(0.5) == ({"partition": ["record"]}, {"partition"})
    assert await consumer._wait_next_records(1.0) == (None, {"partition"})
