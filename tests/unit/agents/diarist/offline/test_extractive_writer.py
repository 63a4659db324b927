"""The offline writer's entry as a whole: own words, right order, nothing made up."""

import re

import pytest

from agents.diarist.draft import DraftMood
from agents.diarist.offline.extractive_writer import NOTHING_CLEAR, draft
from tests.support.builders import a_segment, a_transcript

WALK = (
    "So um today I went for a long walk by the river with Dad.",
    "We talked about the garden shed, which really needs a new roof.",
    "I'm a bit worried about his back.",
    "We agreed to call a carpenter.",
    "What is a good present for his birthday?",
    "It was nice out there, right?",
)


def test_a_short_recording_is_told_whole_and_without_fillers() -> None:
    told = [passage.text for passage in draft(a_transcript(*WALK)).narrative]
    assert told[0] == "Today I went for a long walk by the river with Dad."
    assert len(told) == len(WALK)


def test_its_title_is_a_headline_in_the_speakers_words() -> None:
    assert draft(a_transcript(*WALK)).title == "Went for a long walk by the river with Dad"


def test_mood_decisions_and_questions_rest_on_what_was_said() -> None:
    entry = draft(a_transcript(*WALK))
    assert entry.mood == DraftMood(label="worried", valence=-1, cites=(2,))
    assert [note.text for note in entry.decisions] == ["We agreed to call a carpenter."]
    assert [note.text for note in entry.questions] == ["What is a good present for his birthday?"]


def test_no_mood_is_guessed() -> None:
    assert draft(a_transcript("I'm not tired.", "The train was late again.")).mood is None


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ja", None])
def test_every_word_of_the_narrative_was_said(language: str | None) -> None:
    entry = draft(a_transcript(*WALK, language=language))
    said = set(re.findall(r"\w+", " ".join(WALK).casefold()))
    told = re.findall(r"\w+", " ".join(passage.text for passage in entry.narrative).casefold())
    assert set(told) <= said


def test_a_recording_of_an_hour_is_told_in_four_hundred_words() -> None:
    hour = [f"Then we spoke about thing {i % 7} of plan {i % 11} for town {i}." for i in range(900)]
    entry = draft(a_transcript(*hour))
    cites = [passage.cites for passage in entry.narrative]
    assert cites == sorted(cites)
    assert 300 < sum(len(passage.text.split()) for passage in entry.narrative) <= 400
    assert len(entry.timeline) <= 8


def test_suspect_segments_loops_and_credits_are_left_out() -> None:
    entry = draft(
        a_transcript(
            a_segment("I had soup for lunch.", index=0),
            a_segment("We bought a boat.", index=1, low_confidence=True),
            a_segment("yeah yeah yeah yeah yeah", index=2),
            a_segment("Thanks for watching!", index=3),
        )
    )
    assert [passage.text for passage in entry.narrative] == ["I had soup for lunch."]


def test_where_nothing_is_clear_the_entry_says_so() -> None:
    entry = draft(a_transcript(a_segment("Mumble grumble.", low_confidence=True)))
    assert (entry.narrative, entry.warnings) == ((), (NOTHING_CLEAR,))


def test_a_sentence_over_two_segments_cites_both() -> None:
    entry = draft(a_transcript("This morning I walked to the", "bakery and bought bread."))
    assert [passage.cites for passage in entry.narrative] == [(0, 1)]


def test_one_word_is_an_entry() -> None:
    entry = draft(a_transcript("Yes."))
    assert (entry.title, entry.summary) == ("Yes", "Yes.")


def test_an_unnamed_language_is_recognised_by_its_small_words() -> None:
    entry = draft(a_transcript("Ich muss noch die Blumen gießen, bevor wir fahren.", language=None))
    assert [item.text for item in entry.action_items] == ["Die Blumen gießen"]


@pytest.mark.parametrize(
    ("language", "said", "title"),
    [
        ("en", "I met Julia in the park this morning.", "Met Julia in the park this morning"),
        ("de", "Heute Abend habe ich mit Paul gekocht.", "Mit Paul gekocht"),
        ("de", "Heute Mittag war ich traurig.", "Heute Mittag war ich traurig"),
        ("es", "Hoy he comido con Lucía y hemos hablado.", "He comido con Lucía"),
    ],
)
def test_a_title_is_a_whole_thought_in_its_language(language: str, said: str, title: str) -> None:
    assert draft(a_transcript(said, language=language)).title == title


@pytest.mark.parametrize(
    ("language", "said"), [("es", "Tom estaba cansado."), ("en", "Tom is sad.")]
)
def test_the_mood_of_others_is_not_the_speakers(language: str, said: str) -> None:
    assert draft(a_transcript(said, language=language)).mood is None
