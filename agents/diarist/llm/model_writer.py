"""The writer that asks a language model: once for a recording, or for its parts and their whole."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from agents.diarist.draft import Draft
from agents.diarist.llm.answer import JSON_REQUEST
from agents.diarist.llm.asking import Ask, Asker, Rejected, Unusable
from agents.diarist.llm.availability import Availability, Available
from agents.diarist.llm.bill import generator_of
from agents.diarist.llm.form import reply_schema
from agents.diarist.llm.joining import cites_by_note, notes_of, told_again, with_lists_of
from agents.diarist.llm.language_model import CallFailed, Outcome, Question
from agents.diarist.llm.prompt import Prompt, prompt_for
from agents.diarist.llm.reading import read_reply
from agents.diarist.llm.redaction import Redaction
from agents.diarist.llm.transcript_text import CANONICAL_NONCE, in_block, tellable, transcript_lines
from agents.diarist.llm.windows import halves, windows
from agents.diarist.offload import computed
from agents.diarist.verify import Verified, verify
from agents.diarist.writer import Order
from schemas import Generator, Segment
from schemas.user_settings import Section

T = TypeVar("T")

FIRST_MAX_TOKENS = 6_000
"""Tokens that a reply may have at first, thinking included: an entry has about 1,500."""

ATTEMPTS = 2
"""Attempts at one question: the second one with room for twice as many tokens."""

SMALLEST_GROUP = 3
"""Parts that are told as one even if their notes exceed a prompt's budget: so the tree ends."""

MOST_LEVELS = 8
"""How often a part may be halved: a 256th of a prompt's budget is a few sentences."""

_NOBODY = Generator(
    provider="",
    model="",
    prompt_version="",
    fallback=False,
    input_tokens=0,
    output_tokens=0,
    cached_tokens=0,
    cache_hit=False,
    latency_ms=0,
)
"""Stands in drafts until all calls are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingStyle:
    """What is the same for every entry."""

    prompt_tokens: int
    """Tokens of transcript in one prompt; a longer recording is read in parts."""
    redact: bool = True
    """Whether private details are taken out before a model sees a text."""
    prompts: Path | None = None
    """A folder with prompt versions beside the built-in ones."""
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A draft whose claims hold, and what was left out of it, by kind."""

    draft: Draft
    malformed: Counter[str]
    unfounded: Counter[str]


class ModelWriter:
    """Writes by asking one model."""

    def __init__(
        self, asker: Asker, style: WritingStyle, availability: Availability | None = None
    ) -> None:
        self._asker = asker
        self._style = style
        self.availability = availability or Available()

    @property
    def name(self) -> str:
        """Name of provider and model, as in the settings."""
        return f"{self._asker.provider}:{self._asker.model}"

    async def write(self, order: Order) -> Draft:
        """Return the draft; its claims hold already.

        Raises:
            CallFailed: the model's provider did not answer in the order's patience.
            OverBudget: a cap leaves no room for the calls.
            Rejected: the model answers, but with nothing that an entry can be made of.

        """
        began = time.monotonic()
        prompt = prompt_for(order.transcript, order.wishes, own=self._style.prompts)
        writing = _Writing(self._asker, self._style, order, prompt)
        part = await writing.whole()
        generator = generator_of(
            order.calls,
            provider=self._asker.provider,
            model=self._asker.model,
            prompt_version=prompt.version,
            currency=self._style.currency,
            latency_ms=round(1000 * (time.monotonic() - began)),
        )
        left_out = (
            *_told(part.malformed, "malformed"),
            *_told(part.unfounded, "not found in the transcript"),
        )
        return replace(part.draft, generator=generator, warnings=left_out)


@dataclass(frozen=True, slots=True)
class _Writing:
    """One entry on its way."""

    asker: Asker
    style: WritingStyle
    order: Order
    prompt: Prompt

    async def whole(self) -> _Part:
        spoken, segments = self.order.transcript.segments, self.order.tellable
        if segments is None:
            segments = await computed(lambda: tellable(spoken), spoken)
        cut = await computed(lambda: windows(segments, self.style.prompt_tokens), segments)
        purpose = "entry" if len(cut) == 1 else "part"
        parts = await _all(self._parts(window, purpose) for window in cut)
        found = [part for several in parts for part in several]
        return found[0] if len(found) == 1 else await self._joined(found)

    async def _parts(
        self, segments: Sequence[Segment], purpose: str, level: int = 0
    ) -> list[_Part]:
        """Read one part; in two halves where it or its reply is too long for the model."""
        try:
            return [await self._read(segments, purpose)]
        except CallFailed as error:
            if error.outcome is not Outcome.TOO_LARGE or len(segments) == 1:
                raise
        except Rejected as error:
            if error.outcome is not Outcome.TRUNCATED or len(segments) == 1:
                raise
        if level == MOST_LEVELS:
            raise Rejected(Outcome.TRUNCATED)
        both = await _all(self._parts(half, "part", level + 1) for half in halves(segments))
        return [part for several in both for part in several]

    async def _read(self, segments: Sequence[Segment], purpose: str) -> _Part:
        instructions, redaction = self.prompt.entry, Redaction()

        def judge(reply: str) -> _Part:
            return self._judged(reply, redaction, segments, lambda draft: draft)

        question = await computed(
            lambda: self._question(instructions, segments, redaction, self.prompt.sections),
            segments,
        )
        return await self._ask(question, purpose, judge)

    async def _joined(self, parts: Sequence[_Part]) -> _Part:
        """Tell the parts' stories as one, in a tree where their notes are too long for a prompt."""
        drafts = [part.draft for part in parts]
        notes = notes_of(drafts, self.order.transcript.segments)
        if len(parts) > SMALLEST_GROUP and len(windows(notes, self.style.prompt_tokens)) > 1:
            middle = len(parts) // 2
            both = await _all(map(self._joined, (parts[:middle], parts[middle:])))
            return await self._joined(both)
        cites, redaction = cites_by_note(drafts), Redaction()

        def judge(reply: str) -> _Part:
            segments = self.order.transcript.segments
            return self._judged(reply, redaction, segments, lambda d: told_again(d, cites))

        question = self._question(self.prompt.join, notes, redaction, self.prompt.join_sections)
        whole = await self._ask(question, "join", judge)
        return _Part(
            draft=with_lists_of(whole.draft, drafts),
            malformed=sum((part.malformed for part in parts), whole.malformed),
            unfounded=sum((part.unfounded for part in parts), whole.unfounded),
        )

    def _question(
        self,
        instructions: str,
        lines: Sequence[Segment],
        redaction: Redaction,
        sections: frozenset[Section],
    ) -> tuple[Question, str]:
        """Return a question, and its content as it would be without chance."""
        text = transcript_lines(lines, redaction.redacted if self.style.redact else str)
        question = Question(
            instructions=instructions,
            content=in_block(text, nonce=secrets.token_hex(16)),
            schema_name="diary_entry",
            schema=reply_schema(sections),
            max_tokens=FIRST_MAX_TOKENS,
        )
        return question, in_block(text, nonce=CANONICAL_NONCE)

    async def _ask(self, asked: tuple[Question, str], purpose: str, judge: Callable[[str], T]) -> T:
        """Ask, and once more where the reply was cut off or of no use."""
        question, canonical = asked
        attempt = 1
        while True:
            ask = Ask(
                question=question,
                canonical=canonical,
                purpose=purpose,
                prompt_version=self.prompt.version,
                attempt=attempt,
            )
            try:
                return await self.asker.ask(ask, self.order, judge)
            except Rejected as error:
                if attempt == ATTEMPTS or error.outcome is Outcome.REFUSED:
                    raise
                if error.outcome is Outcome.TRUNCATED:
                    question = replace(question, max_tokens=2 * question.max_tokens)
            attempt += 1

    def _judged(
        self,
        reply: str,
        redaction: Redaction,
        segments: Sequence[Segment],
        placed: Callable[[Draft], Draft],
    ) -> _Part:
        read = read_reply(reply, restore=redaction.restored, generator=_NOBODY)
        verified: Verified = verify(
            placed(read.draft),
            segments,
            spoken=self.order.transcript.language,
            wanted=self.order.wishes.language,
            instructions=(self.prompt.entry, self.prompt.join, JSON_REQUEST),
        )
        draft = verified.draft
        if not draft.title or not any(passage.text for passage in draft.narrative):
            raise Unusable("nothing of the reply holds")
        return _Part(draft=draft, malformed=read.malformed, unfounded=verified.dropped)


async def _all(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all, each to its end, also where one fails: what it asked is paid and kept."""
    done = await asyncio.gather(*works, return_exceptions=True)
    results: list[T] = []
    for one in done:
        if isinstance(one, BaseException):
            raise one
        results.append(one)
    return results


def _told(dropped: Counter[str], why: str) -> tuple[str, ...]:
    return tuple(
        f"{count} of {kind.replace('_', ' ')} left out: {why}"
        for kind, count in sorted(dropped.items())
    )
