"""Recordings of which each has a fate of its own at the language models' server."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.diarist.llm.language_model import Outcome
from tests.support.builders import a_segment
from tests.support.diarist_run import DiaristRun
from tests.support.entries import Entries
from tests.support.fates import FINE, FatedModel, Turn

BOTH = {
    "writers": "anthropic:m,extractive",
    "writers_strong": "openai:m,extractive",
    "strong_when": "speakers=2",
}
"""Who talks alone is told by one provider, conversations by the other: both SDKs in one worker."""

PROVIDERS = ("anthropic", "openai")

BY_A_MODEL, STOOD_IN_FOR, MADE_UP_FOR = ((2,), 0), ((1,), 0), ((1, 2), 1)
"""What may become of a recording: the revisions of its entries, and the requests for a better one.
"""

STOOD_IN_FOR_NOW = ((1,), 1)
"""One offline entry, and one request for a better one."""

_ANSWERED = frozenset({Outcome.OK, Outcome.UNUSABLE, Outcome.REFUSED, Outcome.TRUNCATED})


@dataclass(kw_only=True)
class FatedRecordings:
    """Recordings, by the name of their fate and who is asked for their entries."""

    run: DiaristRun
    model: FatedModel
    by_name: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def say(self, name: str, *fate: Turn, **changes: Any) -> list[str]:
        """Publish a recording for each provider; return them."""
        return [self.say_to(provider, name, *fate, **changes) for provider in PROVIDERS]

    def say_to(self, provider: str, name: str, *fate: Turn, **changes: Any) -> str:
        """Publish a recording for one provider."""
        tag = self.model.tag(*(fate or (FINE,)))
        speakers = ("S1", "S2" if provider == "openai" else "S1")
        recording = self.run.say(
            *(
                a_segment(text, index=index, speaker=speakers[index])
                for index, text in enumerate(_lines(tag))
            ),
            **changes,
        )
        self.by_name[f"{name}, {provider}"], self.tags[recording] = recording, tag
        return recording

    @property
    def all(self) -> list[str]:
        """The recordings so far."""
        return list(self.tags)

    def named(self, *names: str) -> list[str]:
        """Return the recordings with fates of these names."""
        return [self.by_name[f"{name}, {provider}"] for name in names for provider in PROVIDERS]

    def lines_of(self, recording: str) -> Sequence[str]:
        """Return what was said."""
        return _lines(self.tags[recording])

    def await_entries(self, entries: Entries, *, within_s: float) -> None:
        """Read on until each recording has an entry."""
        entries.await_those(self.tags, entries.by_recording.__contains__, self._told_of, within_s)

    def await_final(self, entries: Entries, *, within_s: float) -> None:
        """Read on until each recording has an entry by a model."""
        entries.await_those(self.tags, entries.has_final, self._told_of, within_s)

    def _told_of(self, recording: str) -> str:
        name = next(name for name, one in self.by_name.items() if one == recording)
        outcomes = [told.outcome.value for told in self.model.of(self.tags[recording])]
        return f"{name}: {recording}, asked for with {outcomes}"

    def assert_accounted(self, entries: Entries) -> None:
        """Check that entries tell of the very calls that the server saw."""
        told = {one: entries.calls(one) for one in self.tags}
        assert told == {one: self.model.outcomes(tag) for one, tag in self.tags.items()}

    def assert_none_paid_twice(self) -> None:
        """Check that no question was asked again once it was answered, but for a better answer."""
        for tag in self.tags.values():
            told = [one for one in self.model.of(tag) if one.outcome in _ANSWERED]
            assert max(Counter(one.question for one in told).values(), default=0) <= _MOST
            good = Counter(one.question for one in told if one.outcome is Outcome.OK)
            assert max(good.values(), default=0) <= 1


_MOST = 2
"""Answers to one question: one that is of no use is asked for once more."""


def _lines(tag: str) -> Sequence[str]:
    return (f"I met Anna in the park with {tag}.", f"We had coffee there, {tag} and I.")
