"""A real broker's topics become what the catalogue says."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from agents.errors import DependencyUnavailable, SettingsError
from agents.kafka.topic_admin import apply_plan, read_topics, require_topics
from topics.catalogue import build, load
from topics.plan import AddPartitions, AlterConfig, Plan, plan
from topics.topic import Topic


@pytest.fixture
def client(bootstrap: str) -> dict[str, object]:
    return {"bootstrap.servers": bootstrap}


@pytest.fixture
def topic(topic_name: Callable[[str], str]) -> Topic:
    return replace(load().diarist_upgrade, name=topic_name("upgrade"), partitions=2, consumers=())


def test_the_catalogue_can_be_created_and_is_then_as_declared(
    client: dict[str, object], topic_name: Callable[[str], str]
) -> None:
    own = [replace(declared, name=topic_name(declared.name)) for declared in load()]
    apply_plan(client, plan(own, read_topics(client), partitions=1))
    after = plan(own, read_topics(client), partitions=1)
    assert (after.changes, after.refused) == ((), ())
    assert set(after.unchanged) == {declared.name for declared in own}


def test_partitions_are_added_and_settings_altered(client: dict[str, object], topic: Topic) -> None:
    apply_plan(client, plan([topic], {}))
    config = {**topic.config, "retention.ms": "60000", "cleanup.policy": "delete"}
    needed = plan([replace(topic, partitions=5, config=config)], read_topics(client))
    assert [type(change) for change in needed.changes] == [AddPartitions, AlterConfig]
    apply_plan(client, needed)
    actual = read_topics(client)[topic.name]
    assert (actual.partitions, actual.config) == (5, config)


def test_topics_that_are_missing_are_named_with_the_cure(
    client: dict[str, object], topic: Topic
) -> None:
    apply_plan(client, plan([topic], {}))
    require_topics(client, [topic.name])
    cure = r"'no.such' \(and 1 more\) does not exist; `daybook topics apply --yes` makes it"
    with pytest.raises(DependencyUnavailable, match=cure) as caught:
        require_topics(client, [topic.name, "no.such", "nor.this"])
    assert caught.value.dependency == "topic no.such"


def test_settings_that_nobody_declared_stay(client: dict[str, object], topic: Topic) -> None:
    more = replace(topic, config={**topic.config, "segment.ms": "3600000"})
    apply_plan(client, plan([more], {}))
    needed = plan([topic], read_topics(client))
    assert needed == Plan(unchanged=(topic.name,))


def test_a_topic_that_somebody_else_has_just_created_is_no_failure(
    client: dict[str, object], topic: Topic
) -> None:
    creation = plan([topic], {})
    apply_plan(client, creation)
    apply_plan(client, creation)
    assert read_topics(client)[topic.name].partitions == 2


def test_a_change_that_the_broker_refuses_is_named(client: dict[str, object], topic: Topic) -> None:
    wrong = replace(topic, config={**topic.config, "cleanup.policy": "burn"})
    with pytest.raises(SettingsError, match=r"cleanup\.policy"):
        apply_plan(client, plan([wrong], {}))


def test_partitions_of_a_table_are_never_added(
    client: dict[str, object], topic_name: Callable[[str], str]
) -> None:
    table = replace(load().users_settings, name=topic_name("settings"), partitions=1)
    apply_plan(client, plan(build([table]), {}))
    needed = plan(build([replace(table, partitions=2)]), read_topics(client))
    assert needed.changes == ()
    assert "it is compacted" in needed.refused[0].reason


def test_without_a_broker_the_dependency_is_named_within_the_deadline() -> None:
    nowhere: dict[str, object] = {"bootstrap.servers": "127.0.0.1:1", "log_level": 0}
    with pytest.raises(DependencyUnavailable, match="the brokers do not answer"):
        read_topics(nowhere, deadline_s=1)
