"""What people wish, as `users.settings` says it: at hand for any step of a worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.delivery.codec import settings_key
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.host import WorkerHost
from agents.kafka.whole_table import WholeTable
from schemas import UserSettings, without_wishes


class UserWishes:
    """Everybody's wishes; `of` is what steps are given, as `Callable[[str, str], UserSettings]`."""

    def __init__(self, table: WholeTable[UserSettings]) -> None:
        self._table = table

    def of(self, tenant_id: str, user_id: str) -> UserSettings:
        """Return a person's newest settings that are known, the defaults where there are none."""
        found = self._table.get(settings_key(tenant_id, user_id))
        return without_wishes(tenant_id, user_id) if found is None else found


@asynccontextmanager
async def open_user_settings(host: WorkerHost) -> AsyncIterator[UserWishes]:
    """Give everybody's wishes once all of them have been read, and follow the topic from then on.

    Every worker reads all of it, whatever partitions of other topics it has.
    """
    table = WholeTable(
        UserSettings,
        host.event_topics[UserSettings],
        client_settings=librdkafka_settings(host.settings),
        schemas=host.schemas,
    )
    async with table.following(host.health):
        yield UserWishes(table)
