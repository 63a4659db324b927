"""How the torch engine decodes: greedily, and how a window that repeats itself is tried again."""

from dataclasses import dataclass

from agents.transcriber.engines.whisper_engine import Attempt

MAX_LENGTH = 448
"""Tokens that Whisper's decoder holds; half of them are for what it says."""

MAX_FIRST_STAMP = 50
"""Steps of 20 ms that the first time stamp can be away from the start: Whisper's own default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """Whether there are time stamps, which repetitions are forbidden, how much is left to chance.

    Greedy at temperature 0. Beams would keep the attention to the sound once for each beam: some
    250 MB a row with large-v3, which is worth more as rows of the batch.
    """

    timestamps: bool
    no_repeat_ngram: int = 0
    temperature: float = 0.0
    candidates: int = 1


ATTEMPTS = {
    Attempt.FIRST: Decoding(timestamps=True),
    Attempt.NO_LOOP: Decoding(timestamps=False, no_repeat_ngram=3),
    Attempt.SAMPLED: Decoding(timestamps=False, temperature=0.6, candidates=5),
}
"""As the faster-whisper engine's, but for its five beams."""


@dataclass(slots=True, kw_only=True)
class SpokenState:
    """What the decoder has said of one window up to now."""

    no_speech_prob: float
    tokens: list[int]
    logprob: float = 0.0

    @property
    def avg_logprob(self) -> float:
        """The log probability per token, end of text included."""
        return self.logprob / (len(self.tokens) + 1)
