"""From a transcript to its entry: ids, times, revisions and warnings."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from agents.diarist.draft import DraftEvent, DraftMoment, DraftPassage, DraftQuote
from agents.diarist.llm.language_model import CallFailed, Outcome
from agents.diarist.step import better_entry, revision, write_entry
from schemas import Cite, NarrativeCite, Status
from schemas.user_settings import Section
from tests.support.builders import MORNING, a_transcript
from tests.support.writers import (
    ScriptedModel,
    ScriptedWriter,
    a_chain,
    a_draft,
    an_order,
    entry_of,
)

SAID = ("I met Anna for coffee.", "I need to call Tom tomorrow.")


async def test_an_entry_carries_on_what_is_known_of_the_recording() -> None:
    transcript = a_transcript(*SAID, tags=("work",), warnings=("clock from the future",))
    entry = await entry_of(transcript)
    assert entry.recording_id == transcript.recording_id
    assert entry.diary_date == transcript.diary_date
    assert (entry.tags, entry.warnings) == (("work",), ("clock from the future",))
    assert (entry.words, entry.language, entry.status) == (11, "en", Status.OK)


async def test_the_same_transcript_gives_the_same_entry() -> None:
    first = await entry_of(a_transcript(*SAID))
    assert await entry_of(a_transcript(*SAID)) == first


async def test_cites_name_recording_segment_and_time() -> None:
    entry = await entry_of(a_transcript(*SAID))
    (task,) = entry.action_items
    assert task.cites == (Cite(recording_id="rec-1", segment=1, start_ms=4_000),)
    assert (task.text, task.due) == ("Call Tom", date(2026, 11, 19))


async def test_narrative_cites_cover_their_own_characters() -> None:
    passages = (
        DraftPassage(text="One.", cites=(0,)),
        DraftPassage(text="<b>Two</b>.", cites=(1,), opens_paragraph=True),
    )
    entry = await entry_of(a_transcript(*SAID), writer=ScriptedWriter(narrative=passages))
    assert entry.narrative == "One.\n\nTwo."
    assert entry.narrative_cites == (
        NarrativeCite(start=0, end=4, cites=(Cite(recording_id="rec-1", segment=0, start_ms=0),)),
        NarrativeCite(
            start=6, end=10, cites=(Cite(recording_id="rec-1", segment=1, start_ms=4_000),)
        ),
    )


async def test_times_on_the_wall_become_moments() -> None:
    event = DraftEvent(
        title="Party", day=date(2026, 11, 20), at=time(22), until=time(1), cites=(0,)
    )
    moment = DraftMoment(headline="Then", cites=(1,))
    writer = ScriptedWriter(events=(event,), timeline=(moment,))
    entry = await entry_of(a_transcript(*SAID), writer=writer)
    assert entry.events[0].start == datetime(2026, 11, 20, 21, tzinfo=UTC)
    assert entry.events[0].end == datetime(2026, 11, 21, 0, tzinfo=UTC)
    assert entry.timeline[0].at == MORNING.replace(second=4)


async def test_nobody_is_asked_to_write_about_silence() -> None:
    writer = ScriptedWriter()
    entry = await entry_of(a_transcript(), writer=writer)
    assert writer.asked == 0
    assert (entry.title, entry.narrative, entry.warnings) == ("No speech", "", ("no speech",))
    assert (entry.generator.provider, entry.generator.cost_micros) == ("extractive", 0)


async def test_what_was_dropped_is_told() -> None:
    writer = ScriptedWriter(quotes=(DraftQuote(text="Never said", segment=0),))
    entry = await entry_of(a_transcript(*SAID), writer=writer)
    assert entry.warnings == ("1 of quotes left out: not found in the transcript",)


async def test_a_fallback_is_marked_and_one_revision_older_than_a_full_entry() -> None:
    silent = ScriptedModel(CallFailed(Outcome.UNREACHABLE, "gone"))
    transcript = replace(a_transcript(*SAID), revision=3)
    order = an_order(transcript)
    written = await write_entry(transcript, wishes=order.wishes, chain=a_chain(silent))
    assert (written.entry.generator.fallback, written.entry.revision) == (True, 5)
    assert written.upgradable
    assert revision(3, fallback=False) == 6


async def test_what_a_person_does_not_want_is_left_out() -> None:
    entry = await entry_of(
        a_transcript(*SAID, "I am happy."), sections=(Section.PEOPLE, Section.MOOD)
    )
    assert [person.name for person in entry.people] == ["Anna", "Tom"]
    assert entry.mood is not None
    assert (entry.action_items, entry.timeline, entry.topics) == ((), (), ())


async def test_the_entry_that_a_fallback_stood_in_for_is_its_next_revision() -> None:
    transcript = replace(a_transcript(*SAID), revision=3)
    order = an_order(transcript)
    written = await better_entry(
        transcript, wishes=order.wishes, chain=a_chain(ScriptedModel(a_draft()))
    )
    assert written is not None
    better = written.entry
    assert (better.title, better.revision, better.generator.fallback) == ("T", 6, False)


async def test_nothing_is_better_than_silence() -> None:
    model = ScriptedModel(a_draft())
    order = an_order(a_transcript())
    chain = a_chain(model)
    assert await better_entry(order.transcript, wishes=order.wishes, chain=chain) is None
    assert model.orders == []
