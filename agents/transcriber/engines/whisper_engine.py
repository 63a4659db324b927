"""The way of a batch through any Whisper model; an engine says how its own does each step."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from traceback import clear_frames
from typing import Any, Protocol

import numpy as np

from agents.transcriber.engine import Chunk, ChunkText, ServedModel, TextSegment, Word
from agents.transcriber.engines.library_errors import engine_failed
from agents.transcriber.engines.whisper_rows import (
    FRAMES_PER_S,
    Features,
    Heard,
    RowState,
    Said,
    Window,
    in_groups,
    take,
)
from agents.transcriber.engines.whisper_words import words_by_segment
from agents.transcriber.languages import choose_language
from agents.transcriber.prompt import prompt_tokens
from agents.transcriber.quality import is_loop
from agents.transcriber.samples import Samples

WINDOW_FRAMES = 3_000
"""Frames that the encoder takes: no more, no less."""

_MAX_WINDOWS = 12
"""Windows per chunk; a model that never comes to its end is not followed for ever."""

_MIN_ALIGN_FRAMES = 2

Words = tuple[Word, ...]
Ranking = Iterable[tuple[str, float]]
"""Languages with their probabilities, the most probable first."""


class Attempt(StrEnum):
    """Which try at a window it is."""

    FIRST = "first"
    NO_LOOP = "no-loop"
    """Once more, without time stamps and without repetition."""
    SAMPLED = "sampled"
    """Without time stamps and by chance."""


class Encoded(Protocol):
    """What the encoder made of some windows."""

    def pick(self, places: Sequence[int]) -> Any:
        """Return the rows at *places*, in that order, as the engine's own steps take them."""
        ...


class WhisperEngine(ABC):
    """A Whisper model, whichever library runs it: batches of any recordings and languages."""

    served: ServedModel

    @abstractmethod
    def _features(self, samples: Samples) -> Features:
        """Return the log-mel features of *samples*, one frame longer than these."""

    @abstractmethod
    def _encode(self, windows: list[Features]) -> Encoded:
        """Encode *windows* of full length."""

    @abstractmethod
    def _rank_languages(self, encoded: Any) -> Sequence[Ranking]:
        """Return what languages the *encoded* rows may be in."""

    @abstractmethod
    def _prompt(self, language: str, history: list[int]) -> list[int]:
        """Return what the decoder is given of a window in *language*, time stamps to follow."""

    @abstractmethod
    def _generate(self, encoded: Any, prompts: list[list[int]], attempt: Attempt) -> list[Heard]:
        """Decode *encoded* rows with a prompt each, all of one length."""

    @abstractmethod
    def _align(
        self, language: str, texts: list[list[int]], encoded: Any, frames: list[int]
    ) -> list[list[Mapping[str, Any]]]:
        """Return the words of *texts*, all in *language*, as `words_by_segment` takes them."""

    @abstractmethod
    def _spell(self, text: str) -> list[int]:
        """Return the tokens of *text*."""

    @abstractmethod
    def _read(self, tokens: Sequence[int]) -> str:
        """Return the text of *tokens*, without special ones."""

    @property
    @abstractmethod
    def _end_of_text(self) -> int:
        """The lowest of the tokens that are no text."""

    @property
    @abstractmethod
    def _no_timestamps(self) -> int:
        """The token that forbids time stamps; theirs follow it."""

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*."""
        try:
            rows = [self._row(chunk) for chunk in batch]
            for _ in range(_MAX_WINDOWS):
                unread = [row for row in rows if row.seek < row.frames]
                if not unread:
                    break
                self._read_windows(unread)
        except (RuntimeError, ValueError, MemoryError) as error:
            # Who tries again with fewer rows holds this error, and it what filled the GPU.
            clear_frames(error.__traceback__)
            raise engine_failed(error) from error
        return [row.text for row in rows]

    def _row(self, chunk: Chunk) -> RowState:
        features = self._features(chunk.samples)
        options = chunk.options
        return RowState(
            chunk=chunk,
            features=features,
            frames=max(1, features.shape[-1] - 1),
            history=prompt_tokens(options.initial_prompt, options.names, self._spell),
        )

    def _read_windows(self, rows: list[RowState]) -> None:
        """Read the next window of each of *rows*."""
        encoded = self._encode([_window_features(row) for row in rows])
        self._detect_languages(rows, encoded)
        windows = [self._window(row, at) for at, row in enumerate(rows)]
        heard = self._without_loops(windows, self._decode(windows, encoded), encoded)
        said = [self._take(window, one) for window, one in zip(windows, heard, strict=True)]
        words = self._words(said, encoded)
        for one, shares in zip(said, words, strict=True):
            one.window.row.segments.extend(map(_with_words, one.segments, shares))

    def _detect_languages(self, rows: list[RowState], encoded: Encoded) -> None:
        """Choose the language of those that have none yet: it is that of a chunk's first window."""
        unknown = [at for at, row in enumerate(rows) if not row.language]
        if unknown:
            rankings = self._rank_languages(encoded.pick(unknown))
            for at, ranking in zip(unknown, rankings, strict=True):
                self._choose_language(rows[at], ranking)

    def _choose_language(self, row: RowState, ranking: Ranking) -> None:
        known = [(code, share) for code, share in ranking if code in self.served.languages]
        prior, speech_ms = row.chunk.options.prior, row.chunk.speech_ms
        row.language, row.language_probability = choose_language(
            known, prior=prior, speech_ms=speech_ms
        )

    def _window(self, row: RowState, encoded: int) -> Window:
        prompt = self._prompt(row.language, row.history)
        size = min(WINDOW_FRAMES, row.frames - row.seek)
        return Window(row=row, encoded=encoded, prompt=prompt, seek=row.seek, frames=size)

    def _decode(
        self, windows: Sequence[Window], encoded: Encoded, attempt: Attempt = Attempt.FIRST
    ) -> list[Heard]:
        """Decode *windows* in groups of equal prompt length: one call takes no others."""

        def decode(group: list[Window]) -> list[Heard]:
            picked = encoded.pick([window.encoded for window in group])
            return self._generate(picked, [window.prompt for window in group], attempt)

        return in_groups(windows, lambda window: str(len(window.prompt)), decode)

    def _without_loops(
        self, windows: Sequence[Window], heard: list[Heard], encoded: Encoded
    ) -> list[Heard]:
        """Decode anew those that repeat themselves: without chance, then with it where allowed."""
        looping = [at for at, one in enumerate(heard) if is_loop(one.ratio)]
        heard = self._decode_again(looping, windows, heard, encoded, Attempt.NO_LOOP)
        hopeless = [
            at
            for at in looping
            if is_loop(heard[at].ratio) and windows[at].row.chunk.options.last_resort
        ]
        return self._decode_again(hopeless, windows, heard, encoded, Attempt.SAMPLED)

    def _decode_again(
        self,
        places: Sequence[int],
        windows: Sequence[Window],
        heard: list[Heard],
        encoded: Encoded,
        attempt: Attempt,
    ) -> list[Heard]:
        """Return *heard* with what is better of a second try, without time stamps, at *places*."""
        untimed = self._no_timestamps
        tries = [replace(windows[at], prompt=[*windows[at].prompt, untimed]) for at in places]
        better = list(heard)
        for at, again in zip(places, self._decode(tries, encoded, attempt), strict=True):
            if again.ratio < heard[at].ratio:
                better[at] = replace(again, sampled=attempt is Attempt.SAMPLED)
        return better

    def _take(self, window: Window, heard: Heard) -> Said:
        return take(window, heard, timestamp_begin=self._no_timestamps + 1, decode=self._read)

    def _words(self, said: Sequence[Said], encoded: Encoded) -> list[list[Words]]:
        """Return the words of each segment, aligned where they were asked for."""
        asking = list(filter(_wants_words, said))

        def align(group: list[Said]) -> list[list[Words]]:
            return self._aligned(group, encoded)

        # CTranslate2 aligns one language per call.
        aligned = iter(in_groups(asking, lambda one: one.window.row.language, align))
        return [next(aligned) if _wants_words(one) else [()] * len(one.segments) for one in said]

    def _aligned(self, group: Sequence[Said], encoded: Encoded) -> list[list[Words]]:
        texts = [
            [[token for token in tokens if token < self._end_of_text] for tokens in one.tokens]
            for one in group
        ]
        alignments = self._align(
            group[0].window.row.language,
            [[token for tokens in text for token in tokens] for text in texts],
            encoded.pick([one.window.encoded for one in group]),
            [max(_MIN_ALIGN_FRAMES, one.window.frames) for one in group],
        )
        return [
            words_by_segment(alignment, list(map(len, text)), one.window.seek / FRAMES_PER_S)
            for one, text, alignment in zip(group, texts, alignments, strict=True)
        ]


def _window_features(row: RowState) -> Features:
    """Return what is left of a row, filled up with zeros: Whisper's own silence is none."""
    rest = row.features[:, row.seek : row.frames][:, :WINDOW_FRAMES]
    return np.pad(rest, ((0, 0), (0, WINDOW_FRAMES - rest.shape[-1])))


def _wants_words(said: Said) -> bool:
    return bool(said.segments) and said.window.row.chunk.options.word_timestamps


def _with_words(segment: TextSegment, words: Words) -> TextSegment:
    return replace(segment, words=words)
