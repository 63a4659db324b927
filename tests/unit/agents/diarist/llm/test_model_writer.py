"""A recording as a language model is asked about it, and what becomes of the replies."""

import re

import pytest

from agents.diarist.llm.asking import Ask, Rejected
from agents.diarist.llm.language_model import CallFailed, Outcome
from agents.diarist.llm.model_writer import FIRST_MAX_TOKENS, ModelWriter, WritingStyle
from schemas import TranscriptReady
from schemas.user_settings import Section
from tests.support.asking import Answerer, ScriptedAsker, a_reply
from tests.support.builders import a_transcript
from tests.support.writers import an_order

SAID = ("I met Anna in Hamburg.", "Call me at +49 151 23456789 tomorrow.", "We had coffee.")


def a_long_transcript(segments: int) -> TranscriptReady:
    return a_transcript(
        *(
            f"Number {n} of {n * 7919} things that I have told today at length."
            for n in range(segments)
        )
    )


def a_writer(
    answer: Answerer, *, prompt_tokens: int = 1000, redact: bool = True
) -> tuple[ModelWriter, ScriptedAsker]:
    asker = ScriptedAsker(answer)
    return ModelWriter(asker, WritingStyle(prompt_tokens=prompt_tokens, redact=redact)), asker


def lines_of(ask: Ask) -> list[int]:
    """Return the numbers of the lines that a question holds."""
    return [int(number) for number in re.findall(r"^\[(\d+)\]", ask.question.content, re.MULTILINE)]


def about_its_lines(ask: Ask) -> dict[str, object]:
    """Tell a passage for the first and the last line that is asked about."""
    first, *_, last = lines_of(ask)
    narrative = [
        {"text": f"Told of {first}.", "cites": [first], "new_paragraph": False},
        {"text": f"Told of {last}.", "cites": [last], "new_paragraph": True},
    ]
    return a_reply(title=f"{ask.purpose} {first}", narrative=narrative)


async def test_a_short_recording_is_one_call() -> None:
    writer, asker = a_writer(lambda _ask: a_reply(people=[{"name": "Anna", "cites": [0]}]))
    draft = await writer.write(an_order(a_transcript(*SAID)))
    assert (draft.title, [person.name for person in draft.people]) == ("A title", ["Anna"])
    assert [(ask.purpose, ask.attempt) for ask in asker.asks] == [("entry", 1)]
    assert draft.generator.provider == "anthropic"
    assert (draft.generator.prompt_version, draft.generator.cost_micros) == ("diary-1", 7)
    assert writer.name == "anthropic:small"


async def test_what_identifies_a_person_stays_here() -> None:
    def answer(ask: Ask) -> dict[str, object]:
        assert "23456789" not in ask.question.content + ask.canonical
        return a_reply(narrative=[{"text": "I call [PHONE_1].", "cites": [1]}])

    writer, _ = a_writer(answer)
    draft = await writer.write(an_order(a_transcript(*SAID)))
    assert draft.narrative[0].text == "I call +49 151 23456789."


async def test_who_wants_no_redaction_gets_none() -> None:
    writer, asker = a_writer(lambda _ask: a_reply(), redact=False)
    await writer.write(an_order(a_transcript(*SAID)))
    assert "+49 151 23456789" in asker.asks[0].question.content


async def test_the_same_question_is_the_same_but_for_its_nonce() -> None:
    writer, asker = a_writer(lambda _ask: a_reply())
    for _ in range(2):
        await writer.write(an_order(a_transcript(*SAID)))
    first, second = asker.asks
    assert first.canonical == second.canonical
    assert first.question.instructions == second.question.instructions
    assert first.question.content != second.question.content


async def test_a_long_recording_is_read_in_parts_and_told_as_one() -> None:
    transcript = a_long_transcript(200)
    writer, asker = a_writer(about_its_lines)
    draft = await writer.write(an_order(transcript))
    purposes = [ask.purpose for ask in asker.asks]
    assert purposes.count("join") == 1
    assert purposes.count("part") == len(purposes) - 1 >= 4
    read = sorted({n for ask in asker.asks if ask.purpose == "part" for n in lines_of(ask)})
    assert read == list(range(200))
    assert draft.title == "join 0"
    assert [passage.cites for passage in draft.narrative] == [(0,), (199,)]
    assert len(draft.generator.calls) == len(purposes)


async def test_lists_of_all_parts_are_kept_each_thing_once() -> None:
    def answer(ask: Ask) -> dict[str, object]:
        numbers = lines_of(ask)
        task = {"text": "Call Tom.", "due": "2026-11-20", "owner": None, "cites": numbers[:1]}
        question = {"text": f"Why {numbers[0]}?", "cites": numbers[:1]}
        return {**about_its_lines(ask), "action_items": [task], "questions": [question]}

    writer, asker = a_writer(answer)
    draft = await writer.write(an_order(a_long_transcript(200)))
    parts = [ask for ask in asker.asks if ask.purpose == "part"]
    (task,) = draft.action_items
    assert task.cites == tuple(lines_of(ask)[0] for ask in parts)
    assert len(draft.questions) == len(parts)


async def test_so_many_parts_that_their_notes_exceed_a_prompt_are_told_in_a_tree() -> None:
    def wordy(ask: Ask) -> dict[str, object]:
        first = lines_of(ask)[0]
        text = f"Told of {first} at great length and breadth. " * 20
        return a_reply(narrative=[{"text": text, "cites": [first]}])

    writer, asker = a_writer(wordy)
    draft = await writer.write(an_order(a_long_transcript(500)))
    assert [ask.purpose for ask in asker.asks].count("join") > 2
    assert draft.narrative[0].cites == (0,)


async def test_a_reply_that_was_cut_off_is_asked_for_with_more_room_then_in_halves() -> None:
    def answer(ask: Ask) -> dict[str, object] | Exception:
        whole = len(lines_of(ask)) > 8 and ask.purpose != "join"
        return Rejected(Outcome.TRUNCATED) if whole else about_its_lines(ask)

    writer, asker = a_writer(answer)
    draft = await writer.write(an_order(a_long_transcript(16)))
    first = [(ask.attempt, ask.question.max_tokens, len(lines_of(ask))) for ask in asker.asks[:2]]
    assert first == [(1, FIRST_MAX_TOKENS, 16), (2, 2 * FIRST_MAX_TOKENS, 16)]
    assert [ask.purpose for ask in asker.asks[2:]] == ["part", "part", "join"]
    assert draft.title == "join 0"


async def test_a_prompt_too_large_for_the_model_is_halved() -> None:
    def answer(ask: Ask) -> dict[str, object] | Exception:
        if len(lines_of(ask)) > 4 and ask.purpose != "join":
            return CallFailed(Outcome.TOO_LARGE, "too large")
        return about_its_lines(ask)

    writer, asker = a_writer(answer)
    await writer.write(an_order(a_long_transcript(16)))
    assert [ask.purpose for ask in asker.asks].count("part") == 2 + 4


async def test_a_single_segment_that_is_too_large_is_given_up() -> None:
    writer, _ = a_writer(lambda _ask: CallFailed(Outcome.TOO_LARGE, "too large"))
    with pytest.raises(CallFailed):
        await writer.write(an_order(a_transcript("One word.")))


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("I would rather not.", 2),
        (a_reply(title=""), 2),
        (a_reply(narrative=[]), 2),
        (a_reply(narrative=[{"text": "<b></b>", "cites": [0]}]), 2),
        (Rejected(Outcome.REFUSED), 1),
    ],
)
async def test_a_useless_reply_is_asked_for_once_more_a_refusal_is_not(
    answer: dict[str, object] | str | Exception, asked: int
) -> None:
    writer, asker = a_writer(lambda _ask: answer)
    with pytest.raises(Rejected):
        await writer.write(an_order(a_transcript(*SAID)))
    assert [ask.attempt for ask in asker.asks] == list(range(1, asked + 1))


async def test_what_is_left_out_is_told_with_the_reason() -> None:
    reply = a_reply(
        people=[{"name": "Eve", "cites": [0]}, {"name": 7}],
        quotes=[{"text": "never said", "segment": 0}],
    )
    writer, _ = a_writer(lambda _ask: reply)
    draft = await writer.write(an_order(a_transcript(*SAID)))
    assert draft.warnings == (
        "1 of people left out: malformed",
        "1 of people left out: not found in the transcript",
        "1 of quotes left out: not found in the transcript",
    )


async def test_only_wanted_sections_are_asked_for() -> None:
    writer, asker = a_writer(lambda _ask: a_reply())
    order = an_order(a_transcript(*SAID), sections=(Section.QUOTES,), names=("Anna Müller",))
    await writer.write(order)
    question = asker.asks[0].question
    fields = ["title", "summary", "language", "narrative", "quotes"]
    assert list(question.schema["properties"]) == fields
    assert "Anna Müller" in question.instructions
    assert "action_items" not in question.instructions


async def test_one_failing_part_does_not_cut_the_others_short() -> None:
    def answer(ask: Ask) -> dict[str, object] | Exception:
        broken = 0 in lines_of(ask)
        return CallFailed(Outcome.SERVER_ERROR, "no") if broken else about_its_lines(ask)

    writer, asker = a_writer(answer)
    order = an_order(a_long_transcript(200))
    with pytest.raises(CallFailed):
        await writer.write(order)
    assert len(order.calls) == len(asker.asks) - 1 >= 4
