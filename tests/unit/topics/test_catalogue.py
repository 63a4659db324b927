"""What a topic's file may say, and what follows from it."""

from dataclasses import replace
from pathlib import Path

import pytest

from topics.catalogue import build, load
from topics.topic import Consumer, Slo, Topic
from topics.topic_file import read_topic

TEXT = """\
description: Letters.
key: id
schema: null
partitions: 3
config: {cleanup.policy: "delete", max.message.bytes: 1000, retention.ms: 5}
producers: [writer]
consumers:
  - {agent: reader, group: g.reader, redrive: g.reader.redrive}
  - {agent: gateway}
pii: false
slo: {lag_seconds: 60}
"""
LETTERS = Topic(
    name="letters.sent",
    description="Letters.",
    key="id",
    schema=None,
    partitions=3,
    config={"cleanup.policy": "delete", "max.message.bytes": "1000", "retention.ms": "5"},
    producers=("writer",),
    consumers=(
        Consumer(agent="reader", group="g.reader", redrive="g.reader.redrive"),
        Consumer(agent="gateway"),
    ),
    pii=False,
    slo=Slo(lag_seconds=60),
)


def read(tmp_path: Path, text: str) -> Topic:
    path = tmp_path / "letters.sent.yaml"
    path.write_text(text, encoding="utf-8")
    return read_topic(path)


def test_a_topic_serves_who_writes_it_and_who_reads_it_with_a_group() -> None:
    assert [LETTERS.serves(agent) for agent in ("writer", "reader", "gateway", "other")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_file_is_read_as_the_topic_that_it_is_named_after(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT) == LETTERS


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("pii: false", "pii: false\ncolour: red", "unknown keys ['colour']"),
        ("pii: false\n", "", "missing keys ['pii']"),
        ("pii: false", "pii: 0", "pii has the wrong type: 0"),
        ("partitions: 3", "partitions: true", "partitions has the wrong type: True"),
        ("{agent: gateway}", "{agent: gateway, grp: x}", "unknown keys ['grp']"),
        ("{agent: gateway}", "{group: x}", "missing keys ['agent']"),
        ("{agent: gateway}", "gateway", "'gateway' is not a mapping"),
        ("lag_seconds", "lag_minutes", "unknown keys ['lag_minutes']"),
        ('cleanup.policy: "delete", ', "", "config lacks ['cleanup.policy']"),
        ("pii: false", "pii: [", "while parsing"),
    ],
)
def test_what_is_not_declared_is_refused_with_the_file(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=r"letters\.sent\.yaml: ") as refused:
        read(tmp_path, TEXT.replace(old, new))
    assert problem in str(refused.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="None is not a mapping"):
        read(tmp_path, "")


def test_a_group_has_dead_letters_and_a_redrive_topic() -> None:
    catalogue = build([LETTERS])
    dead_letters = catalogue.dead_letter_topic("g.reader", "letters.sent")
    redrive = catalogue.redrive_topic("g.reader")
    assert {topic.name for topic in catalogue} == {"letters.sent", dead_letters.name, redrive.name}
    assert dead_letters.name == "dlq.g.reader.letters.sent"
    assert catalogue.inputs("g.reader") == (LETTERS, redrive)
    assert catalogue.groups == ("g.reader",)
    assert (redrive.partitions, dead_letters.partitions) == (3, 3)
    assert len(catalogue) == 3


def test_what_fails_again_after_a_redrive_goes_to_the_same_dead_letters() -> None:
    catalogue = build([LETTERS])
    again = catalogue.dead_letter_topic("g.reader", "g.reader.redrive")
    assert again == catalogue.dead_letter_topic("g.reader", "letters.sent")


@pytest.mark.parametrize(("group", "topic"), [("g.reader", "unheard"), ("g.other", "letters.sent")])
def test_a_group_has_no_dead_letters_of_what_it_does_not_read(group: str, topic: str) -> None:
    with pytest.raises(KeyError):
        build([LETTERS]).dead_letter_topic(group, topic)


def test_an_unknown_group_has_no_redrive_topic() -> None:
    with pytest.raises(KeyError):
        build([LETTERS]).redrive_topic("g.other")


@pytest.mark.parametrize("name", ["letters_sent", "letters.sent"])
def test_names_that_metrics_cannot_tell_apart_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="collide"):
        build([LETTERS, replace(LETTERS, name=name, consumers=())])


def test_a_table_and_what_is_keyed_like_it_have_the_same_partitions() -> None:
    config = {**LETTERS.config, "cleanup.policy": "compact,delete"}
    table = replace(LETTERS, name="letters.newest", config=config, partitions=4, consumers=())
    with pytest.raises(ValueError, match="needs as many partitions"):
        build([LETTERS, table])


def test_the_catalogue_offers_its_topics_by_name_and_attribute() -> None:
    assert load().audio_received is load()["audio.received"]
