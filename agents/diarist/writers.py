"""The chains of a worker: one for most recordings, one for those that are long or complex."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.diarist.writer_chain import WriterChain
from agents.diarist.writer_choice import StrongRule
from schemas import TranscriptReady, UserSettings

HasRoom = Callable[[UserSettings], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writers:
    """Which chain writes an entry."""

    chain: WriterChain
    strong: WriterChain
    rule: StrongRule
    has_room: HasRoom = lambda _wishes: True
    """Tells whether caps may leave a person room for a call, as far as is known without asking."""

    def chain_for(self, transcript: TranscriptReady) -> WriterChain:
        """Return the chain for *transcript*, which holds its segments."""
        return self.strong if self.rule.applies(transcript) else self.chain

    @property
    def has_models(self) -> bool:
        """Whether any chain has a model to ask."""
        return self.chain.has_models or self.strong.has_models

    @property
    def answering(self) -> bool:
        """Whether some provider is known to answer."""
        return self.chain.answering or self.strong.answering
