"""Turns speech probabilities into stretches of speech, as Silero's own reference does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS

WINDOW_SAMPLES = 512
"""Samples per probability: the window of Silero's model at 16 kHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechPolicy:
    """When a probability means speech, and what is too short to count.

    Defaults are Silero's; `silence_ms` and `max_s` follow the model's chunk policy.
    """

    threshold: float = 0.5
    neg_threshold: float = 0.35
    min_speech_ms: int = 100
    silence_ms: int = 500
    max_s: float = inf

    @classmethod
    def for_chunks(cls, policy: ChunkPolicy) -> "SpeechPolicy":
        """Return the policy whose stretches, padded, fit into one chunk of *policy*."""
        return cls(silence_ms=policy.silence_ms, max_s=policy.max_s - 2 * policy.pad_ms / 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A stretch of speech, in samples from the start of the recording."""

    start: int
    end: int


class SpeechFinderState:
    """Finds stretches of speech while probabilities arrive, one per window.

    A stretch longer than allowed is cut where speech is least likely for longest, in the second
    half of what is allowed. Source of the hysteresis: get_speech_timestamps of
    https://github.com/snakers4/silero-vad.
    """

    def __init__(self, policy: SpeechPolicy) -> None:
        self._policy = policy
        self._max_windows = policy.max_s * SAMPLE_RATE_HZ / WINDOW_SAMPLES
        self._windows = 0
        self._start: int | None = None
        self._silence: int | None = None
        self._probabilities: list[float] = []

    @property
    def position(self) -> int:
        """The first sample that no probability has been seen for."""
        return self._windows * WINDOW_SAMPLES

    @property
    def open_since(self) -> int | None:
        """The first sample of the stretch that has not ended yet, if there is one."""
        return None if self._start is None else self._start * WINDOW_SAMPLES

    def push(self, probabilities: Iterable[float]) -> Iterator[Region]:
        """Take the next windows' *probabilities* and yield the stretches that ended."""
        for probability in probabilities:
            window, self._windows = self._windows, self._windows + 1
            yield from self._step(window, probability)

    def finish(self, total_samples: int) -> Iterator[Region]:
        """End the stream of *total_samples* and yield the stretch that it cut off."""
        if self._start is not None:
            yield from self._region(self._start * WINDOW_SAMPLES, total_samples)
        self._start = None

    def _step(self, window: int, probability: float) -> Iterator[Region]:
        policy = self._policy
        if self._start is None:
            if probability >= policy.threshold:
                self._start, self._silence = window, None
                self._probabilities = [probability]
            return
        if len(self._probabilities) + 1 > self._max_windows:
            yield from self._cut()
        self._probabilities.append(probability)
        if probability >= policy.threshold:
            self._silence = None
        elif probability < policy.neg_threshold:
            self._silence = window if self._silence is None else self._silence
            quiet_samples = (window - self._silence) * WINDOW_SAMPLES
            if quiet_samples >= policy.silence_ms * SAMPLES_PER_MS:
                yield from self._close()

    def _close(self) -> Iterator[Region]:
        if self._start is not None and self._silence is not None:
            yield from self._region(self._start * WINDOW_SAMPLES, self._silence * WINDOW_SAMPLES)
        self._start = self._silence = None

    def _cut(self) -> Iterator[Region]:
        """End the stretch at its best place and go on behind it as if speech had begun there."""
        if self._start is None:
            return
        kernel = max(1, self._policy.silence_ms * SAMPLES_PER_MS // WINDOW_SAMPLES)
        length = best_cut(self._probabilities, kernel)
        cut = self._start + length
        end = cut if self._silence is None else min(cut, self._silence)
        yield from self._region(self._start * WINDOW_SAMPLES, end * WINDOW_SAMPLES)
        self._start, self._probabilities = cut, self._probabilities[length:]

    def _region(self, start: int, end: int) -> Iterator[Region]:
        if end - start > self._policy.min_speech_ms * SAMPLES_PER_MS:
            yield Region(start=start, end=end)


def best_cut(probabilities: list[float], kernel: int) -> int:
    """Return where to cut: the middle of the *kernel* windows of least speech, late in the list.

    Looks at the second half only; among equals the latest wins.
    """
    sums = list(accumulate(probabilities, initial=0.0))
    kernel = min(kernel, max(1, len(probabilities) // 2))
    starts = range(len(probabilities) // 2, len(probabilities) - kernel + 1)
    best = min(starts, key=lambda start: (sums[start + kernel] - sums[start], -start))
    return best + (kernel + 1) // 2


def speech_regions(
    probabilities: Iterable[float], policy: SpeechPolicy, total_samples: int
) -> list[Region]:
    """Return all stretches of speech in a recording of *total_samples*, without padding."""
    state = SpeechFinderState(policy)
    return [*state.push(probabilities), *state.finish(total_samples)]
