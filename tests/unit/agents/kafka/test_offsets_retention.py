"""How long brokers keep offsets."""

from types import SimpleNamespace
from typing import Any

import pytest

from agents.errors import DependencyUnavailable
from agents.kafka.topic_admin import offsets_retention_ms


class StartingBroker:
    """Answers, and is not in its own metadata yet."""

    def __init__(self, _settings: dict[str, object]) -> None: ...

    def list_topics(self, **_limits: float) -> Any:
        return SimpleNamespace(brokers={}, topics={})


def test_a_broker_that_is_just_starting_counts_as_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.kafka.topic_admin.AdminClient", StartingBroker)
    with pytest.raises(DependencyUnavailable):
        offsets_retention_ms({})
