"""From a transcript to its entry: ids, times, revisions and warnings."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from agents.diarist.draft import Draft, DraftEvent, DraftMoment, DraftPassage, DraftQuote
from agents.diarist.offline.extractive_writer import ExtractiveWriter
from agents.diarist.step import revision, write_entry
from agents.diarist.writer_chain import WriterChain
from agents.errors import DependencyUnavailable
from schemas import Cite, NarrativeCite, Status, TranscriptReady
from tests.support.builders import MORNING, a_generator, a_transcript

SAID = ("I met Anna for coffee.", "I need to call Tom tomorrow.")


class ScriptedWriter:
    """Hands back one draft, whatever was said, and counts how often it was asked."""

    def __init__(self, **draft: object) -> None:
        facts = {"title": "T", "narrative": (), "summary": "", "generator": a_generator()}
        self._draft = Draft(**facts | draft)  # type: ignore[arg-type]
        self.asked = 0

    async def write(self, transcript: TranscriptReady) -> Draft:
        assert transcript.segments
        self.asked += 1
        return self._draft


class DeafWriter:
    """Never answers."""

    async def write(self, transcript: TranscriptReady) -> Draft:
        raise DependencyUnavailable("llm", f"no answer about {transcript.recording_id!r}")


async def test_an_entry_carries_on_what_is_known_of_the_recording() -> None:
    transcript = a_transcript(*SAID, tags=("work",), warnings=("clock from the future",))
    entry = await write_entry(transcript, writer=ExtractiveWriter())
    assert entry.recording_id == transcript.recording_id
    assert entry.diary_date == transcript.diary_date
    assert (entry.tags, entry.warnings) == (("work",), ("clock from the future",))
    assert (entry.words, entry.language, entry.status) == (11, "en", Status.OK)


async def test_the_same_transcript_gives_the_same_entry() -> None:
    first = await write_entry(a_transcript(*SAID), writer=ExtractiveWriter())
    assert await write_entry(a_transcript(*SAID), writer=ExtractiveWriter()) == first


async def test_cites_name_recording_segment_and_time() -> None:
    entry = await write_entry(a_transcript(*SAID), writer=ExtractiveWriter())
    (task,) = entry.action_items
    assert task.cites == (Cite(recording_id="rec-1", segment=1, start_ms=4_000),)
    assert (task.text, task.due) == ("Call Tom", date(2026, 11, 19))


async def test_narrative_cites_cover_their_own_characters() -> None:
    passages = (
        DraftPassage(text="One.", cites=(0,)),
        DraftPassage(text="<b>Two</b>.", cites=(1,), opens_paragraph=True),
    )
    entry = await write_entry(a_transcript(*SAID), writer=ScriptedWriter(narrative=passages))
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
    entry = await write_entry(a_transcript(*SAID), writer=writer)
    assert entry.events[0].start == datetime(2026, 11, 20, 21, tzinfo=UTC)
    assert entry.events[0].end == datetime(2026, 11, 21, 0, tzinfo=UTC)
    assert entry.timeline[0].at == MORNING.replace(second=4)


async def test_nobody_is_asked_to_write_about_silence() -> None:
    writer = ScriptedWriter()
    entry = await write_entry(a_transcript(), writer=writer)
    assert writer.asked == 0
    assert (entry.title, entry.narrative, entry.warnings) == ("No speech", "", ("no speech",))
    assert (entry.generator.provider, entry.generator.cost_micros) == ("extractive", 0)


async def test_what_was_dropped_is_told() -> None:
    writer = ScriptedWriter(quotes=(DraftQuote(text="Never said", segment=0),))
    entry = await write_entry(a_transcript(*SAID), writer=writer)
    assert entry.warnings == ("1 of quotes left out: not found in the transcript",)


async def test_a_fallback_is_marked_and_one_revision_older_than_a_full_entry() -> None:
    chain = WriterChain(writers=(DeafWriter(), ExtractiveWriter()))
    entry = await write_entry(replace(a_transcript(*SAID), revision=3), writer=chain)
    assert (entry.generator.fallback, entry.revision) == (True, 5)
    assert revision(3, fallback=False) == 6
