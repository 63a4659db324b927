"""The language of a recording, found out while its chunks are heard, in their order."""

from agents.transcriber.languages import HeardLanguage, majority

ENOUGH_MS = 60_000
"""Speech of sure language after which the recording's is settled."""

DOUBTED_MAX = 4
"""Chunks of doubtful language that wait for it; their sound is kept in memory meanwhile."""


class RecordingLanguageState:
    """Settles on a language; which one follows from the chunks' order alone, not from timing.

    A hint settles it from the beginning.
    """

    def __init__(self, hint: str | None) -> None:
        self.settled = hint
        self._sure: list[HeardLanguage] = []
        self._doubted: list[HeardLanguage] = []

    def hear(self, language: HeardLanguage) -> None:
        """Take the next chunk's *language* as evidence, while it is not settled."""
        if self.settled is not None:
            return
        (self._sure if language.is_sure else self._doubted).append(language)
        sure_ms = sum(item.speech_ms for item in self._sure)
        if sure_ms >= ENOUGH_MS or len(self._doubted) >= DOUBTED_MAX:
            self.settle()

    def settle(self) -> None:
        """Settle on what is known: the language of most speech that is sure, else of most."""
        if self.settled is None:
            found = majority(self._sure) or majority(self._doubted)
            self.settled = None if found is None else found.code

    def is_wrong(self, language: HeardLanguage) -> bool:
        """Whether a chunk was taken to be in another language than it is to be read in."""
        return self.settled not in (None, language.code) and not language.is_sure
