"""Publishes what a table holds, so that the next look into the table finds it."""

from agents.delivery.record import Completion
from agents.delivery.stage import Publisher
from agents.kafka.compacted_table import CompactedTable


class TablePublisher:
    """Tells *table* what was published to its topic.

    Brokers answer the end of a transaction before they write its markers, and no reader of
    committed records sees it until then. Who folds on at once would fold into the former value.
    """

    def __init__(self, publisher: Publisher, table: CompactedTable) -> None:
        self._publisher = publisher
        self._table = table

    async def publish(self, completion: Completion) -> bool:
        """Publish *completion*, and have the table remember it."""
        published = await self._publisher.publish(completion)
        if published:
            for output in completion.outputs:
                if output.topic == self._table.topic and output.key is not None:
                    self._table.remember(output.key, output.value)
        return published
