"""Which dead letter topics there are follows from the catalogue."""

import pytest

from agents.errors import SettingsError
from agents.kafka.dead_letters import dead_letter_topics
from topics.catalogue import load

TRANSCRIBER = "dlq.daybook.transcriber.audio.received"


def test_every_group_has_dead_letters_of_each_topic_that_it_works_on() -> None:
    topics = dead_letter_topics(load())
    assert [(one.name, one.redrive.name) for one in topics] == [
        (TRANSCRIBER, "daybook.transcriber.redrive"),
        ("dlq.daybook.diarist.daybook.diarist.upgrade", "daybook.diarist.redrive"),
        ("dlq.daybook.diarist.transcripts.ready", "daybook.diarist.redrive"),
        ("dlq.daybook.daily.diaries.ready", "daybook.daily.redrive"),
    ]


@pytest.mark.parametrize(
    "chosen",
    [{"group": "daybook.transcriber"}, {"topic": "audio.received"}, {"topic": TRANSCRIBER}],
)
def test_one_is_chosen_by_its_group_its_name_or_where_its_records_came_from(
    chosen: dict[str, str],
) -> None:
    (found,) = dead_letter_topics(load(), **chosen)
    assert (found.name, found.group) == (TRANSCRIBER, "daybook.transcriber")
    assert found.position_group == f"daybook.redrive.{TRANSCRIBER}"


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match=r"nobody.*audio\.received"):
        dead_letter_topics(load(), group="nobody", topic="audio.received")
