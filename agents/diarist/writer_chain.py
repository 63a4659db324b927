"""Asks writers in the order of the settings until one answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.diarist.draft import Draft
from agents.diarist.writer import Writer
from agents.errors import DependencyUnavailable
from schemas import TranscriptReady


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterChain:
    """A writer made of writers; a draft of any but the first is marked as a fallback."""

    writers: Sequence[Writer]

    async def write(self, transcript: TranscriptReady) -> Draft:
        """Return the draft of the first writer that answers.

        Raises:
            DependencyUnavailable: Not even the last one answers.

        """
        for writer in self.writers[:-1]:
            try:
                return self._marked(await writer.write(transcript), writer)
            except DependencyUnavailable:
                continue
        last = self.writers[-1]
        return self._marked(await last.write(transcript), last)

    def _marked(self, draft: Draft, writer: Writer) -> Draft:
        if writer is self.writers[0]:
            return draft
        return replace(draft, generator=replace(draft.generator, fallback=True))
