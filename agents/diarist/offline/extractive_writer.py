"""The offline writer: chooses from what was said, by rules and ranking; needs no key or model."""

import asyncio
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from agents.diarist.draft import Draft
from agents.diarist.offline.feelings import mood
from agents.diarist.offline.name_model import NameModel, with_model
from agents.diarist.offline.names import people, places
from agents.diarist.offline.narrative import story
from agents.diarist.offline.noise import without_noise
from agents.diarist.offline.notes import decisions, questions
from agents.diarist.offline.plans import plans
from agents.diarist.offline.rules.catalogue import RULES_VERSION, rules_for
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence, sentences_of
from agents.diarist.offline.tasks import tasks
from agents.diarist.offline.topics import topics
from agents.diarist.offline.whose import own_words
from agents.diarist.writer import Order
from schemas import Generator, TranscriptReady

NOTHING_CLEAR = "nothing was understood well enough to be written down"
"""Warning where all that was recognised is doubtful."""

GENERATOR = Generator(
    provider="extractive",
    model="",
    prompt_version=RULES_VERSION,
    fallback=False,
    input_tokens=0,
    output_tokens=0,
    cached_tokens=0,
    cost_micros=0,
    cache_hit=False,
    latency_ms=0,
)
"""Who writes offline entries, and what one costs."""


class ExtractiveWriter:
    """Writes in the speaker's own words: it selects and shortens, and adds none of its own.

    With `names`, a model finds people and places beside the rules.
    """

    def __init__(self, *, names: NameModel | None = None) -> None:
        self._names = names

    async def write(self, order: Order) -> Draft:
        """Return the draft; long transcripts are ranked on another thread."""
        return await asyncio.to_thread(draft, order.transcript, names=self._names)


def draft(transcript: TranscriptReady, *, names: NameModel | None = None) -> Draft:
    """Return the draft for one transcript, always the same for the same one."""
    words = (word for s in transcript.segments for word in re.findall(r"\w+", s.text.casefold()))
    rules = rules_for(transcript.language, words)
    sentences = sentences_of(without_noise(transcript.segments), rules)
    if not sentences:
        return _unclear(transcript)
    return _draft(transcript, sentences, rules, names)


def _draft(
    transcript: TranscriptReady,
    sentences: tuple[Sentence, ...],
    rules: LanguageRules,
    names: NameModel | None,
) -> Draft:
    today = transcript.diary_date
    now = transcript.recorded_at.astimezone(ZoneInfo(transcript.time_zone)).time()
    persons = people(sentences, rules)
    sites = places(sentences, rules, people=persons)
    if names is not None:
        persons, sites = with_model(persons, sites, sentences, names)
    own = own_words(sentences, rules)
    to_do = tasks(own, rules, today=today)
    ahead = plans(own, rules, today=today, now=now, places=sites)
    decided = decisions(own, rules)
    asked = questions(own, rules)
    noted = frozenset(
        index
        for cites in (
            *(item.cites for item in to_do),
            *(item.cites for item in ahead),
            *(note.cites for note in (*decided, *asked)),
        )
        for index in cites
    )
    told = story(sentences, rules, noted=noted)
    return Draft(
        title=told.title(),
        narrative=told.passages(),
        summary=told.summary(),
        generator=replace(GENERATOR, model=names.model) if names else GENERATOR,
        language=transcript.language or rules.language or None,
        timeline=told.moments(),
        people=persons,
        places=sites,
        topics=topics(sentences, rules, names=[n.name for n in (*persons, *sites)]),
        mood=mood(sentences, rules),
        action_items=to_do,
        events=ahead,
        decisions=decided,
        questions=asked,
        quotes=told.quotes(unless=noted),
    )


def _unclear(transcript: TranscriptReady) -> Draft:
    return Draft(
        title="",
        narrative=(),
        summary="",
        generator=GENERATOR,
        language=transcript.language,
        warnings=(NOTHING_CLEAR,),
    )
