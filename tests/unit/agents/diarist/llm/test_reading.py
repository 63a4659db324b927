"""A reply read item by item: what is malformed is dropped and counted, the rest stands."""

import json
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.diarist.draft import DraftAction, DraftEvent, DraftMood
from agents.diarist.llm.asking import Unusable
from agents.diarist.llm.reading import ReadReply, read_reply
from tests.support.asking import a_reply
from tests.support.builders import a_generator


def read(reply: Any) -> ReadReply:
    text = reply if isinstance(reply, str) else json.dumps(reply)
    return read_reply(text, restore=str, generator=a_generator())


def test_days_and_hours_are_read_from_text() -> None:
    event = {"title": "Party", "day": "2026-11-20", "at": "20:00", "until": None, "cites": [1]}
    action = {"text": "Call Tom", "due": "2026-11-19", "owner": None, "cites": [2]}
    draft = read(a_reply(events=[event], action_items=[action])).draft
    assert draft.events == (
        DraftEvent(title="Party", day=date(2026, 11, 20), at=time(20), cites=(1,)),
    )
    assert draft.action_items == (DraftAction(text="Call Tom", due=date(2026, 11, 19), cites=(2,)),)


def test_what_a_model_thinks_aloud_is_not_its_reply() -> None:
    thought = '<think>{} or {"title": "No"} or {"narrative": "{{" ?</think>'
    assert read(f"{thought}```json\n{json.dumps(a_reply(title='Yes'))}\n```").draft.title == "Yes"


def test_a_bad_item_goes_alone_and_is_counted() -> None:
    good = {"text": "Why?", "cites": [0]}
    reply = a_reply(
        questions=[good, {"text": 7, "cites": [0]}, "what", {"cites": [0]}, good],
        events=[{"title": "Party", "day": "Friday", "cites": [1]}],
        topics=["work", 9, "x" * 100],
        mood={"label": "glad", "valence": "very", "cites": [0]},
        quotes="none",
    )
    result = read(reply)
    assert [question.text for question in result.draft.questions] == ["Why?", "Why?"]
    assert result.draft.topics == ("work",)
    assert result.malformed == {"questions": 3, "events": 1, "topics": 2, "mood": 1, "quotes": 1}


def test_a_task_whose_day_cannot_be_read_is_still_a_task() -> None:
    reply = a_reply(action_items=[{"text": "Call Tom", "due": "Friday", "cites": [0]}])
    assert read(reply).draft.action_items == (DraftAction(text="Call Tom", cites=(0,)),)


@pytest.mark.parametrize(
    "cites", [[3, 4], ["3", "4"], "[3, 4]", ["[3]", "segment 4"], [3, True, 4]]
)
def test_cites_are_read_however_models_write_them(cites: object) -> None:
    reply = a_reply(mood={"label": "glad", "valence": 1, "cites": cites})
    assert read(reply).draft.mood == DraftMood(label="glad", valence=1, cites=(3, 4))


@pytest.mark.parametrize(
    "around", ["{}", "```json\n{}\n```", "Here it is:\n{}\nEnjoy!", "{{broken {}"]
)
def test_a_reply_is_found_between_words_and_fences(around: str) -> None:
    assert read(around.format(json.dumps(a_reply()))).draft.title == "A title"


def test_a_narrative_in_one_piece_is_cut_into_its_paragraphs() -> None:
    draft = read(a_reply(narrative="One.\n\nTwo.")).draft
    told = [(passage.text, passage.opens_paragraph) for passage in draft.narrative]
    assert told == [("One.", False), ("Two.", True)]


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "no",
        "[]",
        "{",
        a_reply(title=" "),
        a_reply(title=None),
        a_reply(narrative=[]),
        a_reply(narrative=[{"text": " ", "cites": [0]}]),
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_without_title_or_narrative_nothing_can_be_made_of_it(reply: object) -> None:
    with pytest.raises(Unusable):
        read(reply)


def test_every_string_is_restored() -> None:
    reply = a_reply(people=[{"name": "x", "note": "x", "cites": [0]}], topics=["x"], title="x")
    result = read_reply(
        json.dumps(reply), restore=lambda text: text.replace("x", "y"), generator=a_generator()
    )
    (person,) = result.draft.people
    said = (result.draft.title, person.name, person.note, *result.draft.topics)
    assert said == ("y", "y", "y", "y")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.sampled_from([*a_reply(), "people", "events", "mood", "topics", "quotes"]), json_values
    )
)
def test_no_reply_breaks_the_reader(changes: dict[str, Any]) -> None:
    try:
        result = read(a_reply(**changes))
    except Unusable:
        return
    assert result.draft.title
    assert result.draft.narrative
