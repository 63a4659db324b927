"""Claims that the transcript does not bear out are dropped and counted."""

import pytest

from agents.diarist.draft import (
    Draft,
    DraftAction,
    DraftMood,
    DraftName,
    DraftNote,
    DraftPassage,
    DraftQuote,
)
from agents.diarist.sanitise import sanitised
from agents.diarist.verify import verify
from tests.support.builders import a_generator, a_transcript

SEGMENTS = a_transcript(
    "I met Anna; she was late, as always.",
    "We had soup.",
    "Then we had soup again.",
    "We had soup.",
).segments


def a_draft(**changes: object) -> Draft:
    facts = {"title": "Soup", "narrative": (), "summary": "", "generator": a_generator()}
    return Draft(**facts | changes)  # type: ignore[arg-type]


def test_an_item_that_cites_no_existing_segment_is_dropped_and_counted() -> None:
    draft = a_draft(
        action_items=(DraftAction(text="Cook", cites=(9,)), DraftAction(text="Eat", cites=(1, 9))),
        mood=DraftMood(label="sad", cites=()),
    )
    verified = verify(draft, SEGMENTS)
    assert verified.draft.action_items == (DraftAction(text="Eat", cites=(1,)),)
    assert verified.draft.mood is None
    assert verified.dropped == {"action_items": 1, "mood": 1}


def test_a_person_who_was_not_named_is_dropped() -> None:
    people = (DraftName(name="anna", cites=(0,)), DraftName(name="Ann", cites=(0,)))
    verified = verify(a_draft(people=people), SEGMENTS)
    assert [person.name for person in verified.draft.people] == ["anna"]
    assert verified.dropped == {"people": 1}


def test_a_quote_is_published_in_the_transcripts_own_characters() -> None:
    quote = DraftQuote(text="i met anna - she was late", segment=0)
    verified = verify(a_draft(quotes=(quote,)), SEGMENTS)
    assert verified.draft.quotes == (DraftQuote(text="I met Anna; she was late", segment=0),)


def test_a_wrong_segment_number_is_corrected_where_only_one_segment_holds_the_quote() -> None:
    quote = DraftQuote(text="Then we had soup again.", segment=0)
    (corrected,) = verify(a_draft(quotes=(quote,)), SEGMENTS).draft.quotes
    assert corrected.segment == 2


@pytest.mark.parametrize(
    "quote",
    [
        DraftQuote(text="I met Bob", segment=0),
        DraftQuote(text="We had soup", segment=0),  # in three segments: which one is meant?
        DraftQuote(text="as always. We had soup", segment=0),  # runs over two segments
        DraftQuote(text="e had sou", segment=1),  # not whole words
        DraftQuote(text="…", segment=1),
    ],
)
def test_a_quote_that_was_not_said_in_one_segment_is_dropped(quote: DraftQuote) -> None:
    verified = verify(a_draft(quotes=(quote,)), SEGMENTS)
    assert verified.draft.quotes == ()
    assert verified.dropped == {"quotes": 1}


def test_markup_goes_from_every_string_but_a_quotes() -> None:
    segments = a_transcript("See [this](http://evil.example).").segments
    draft = a_draft(
        narrative=(DraftPassage(text="<b>See</b> [this](http://evil.example).", cites=(0,)),),
        decisions=(DraftNote(text="![x](http://evil.example/a.png)Go", cites=(0,)),),
        quotes=(DraftQuote(text="See [this](http://evil.example)", segment=0),),
    )
    checked = verify(draft, segments).draft
    assert checked.narrative[0].text == "See this."
    assert checked.decisions[0].text == "Go"
    assert checked.quotes[0].text == "See [this](http://evil.example"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("go to https://a.example/b now", "go to a.example/b now"),
        ("<scr<b>ipt>alert(1)</script>", "alert(1)"),
        ("[a](javascript:alert)", "a"),
        ("<https://a.example>", "a.example"),
        ("[label][ref] and ![image][ref]", "label and "),
        ("a < b and b > c", "a < b and b > c"),
        ("the data: five items", "the data: five items"),
    ],
)
def test_markup_is_taken_out_of_text(text: str, clean: str) -> None:
    assert sanitised(text) == clean
