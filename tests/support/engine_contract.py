"""What every speech engine promises: one suite, over each engine and its fake."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from agents.transcriber.engine import Chunk, EngineOptions, TranscriptionEngine
from tests.support.audio import babble, noise, silence


def chunk(seconds: float, seed: int = 0, **options: object) -> Chunk:
    samples = babble(seconds, seed)
    asked = EngineOptions(**options)  # type: ignore[arg-type]  # a test's shorthand
    return Chunk(samples=samples, start_ms=0, speech_ms=len(samples) // 16, options=asked)


def short(seconds: float, **options: object) -> Chunk:
    """Return a chunk with too little speech to be sure of its language."""
    return replace(chunk(seconds, **options), speech_ms=round(seconds * 1000))  # type: ignore[arg-type]


class EngineContract:
    """Tests for a subclass beside a fixture `engine`."""

    def test_gives_one_text_per_chunk_whatever_the_neighbours(
        self, engine: TranscriptionEngine
    ) -> None:
        chunks = [chunk(1 + seed % 5, seed) for seed in range(7)]

        together = engine.transcribe(chunks)
        backwards = engine.transcribe(chunks[::-1])

        alone = [engine.transcribe([item])[0] for item in chunks]
        assert [text.segments for text in together] == [text.segments for text in alone]
        assert [text.segments for text in backwards[::-1]] == [text.segments for text in alone]

    def test_keeps_to_the_language_of_the_recording_where_too_little_is_said(
        self,
        engine: TranscriptionEngine,
    ) -> None:
        known = sorted(engine.served.languages)

        texts = engine.transcribe([short(1, prior=language) for language in known])

        assert [text.language for text in texts] == known

    def test_detects_a_language_that_it_knows(self, engine: TranscriptionEngine) -> None:
        [text, other] = engine.transcribe([chunk(2), chunk(3, seed=4)])

        assert {text.language, other.language} <= engine.served.languages
        assert text.language_probability is None or 0 < text.language_probability <= 1

    def test_takes_chunks_with_and_without_a_prompt_together(
        self, engine: TranscriptionEngine
    ) -> None:
        plain, prompted = chunk(2), chunk(2, initial_prompt="Anna and Peter in the garden")

        together = engine.transcribe([plain, prompted, plain])

        assert together[0] == together[2] == engine.transcribe([plain])[0]
        assert together[1] == engine.transcribe([prompted])[0]

    def test_times_lie_inside_the_segment_and_in_order(self, engine: TranscriptionEngine) -> None:
        texts = engine.transcribe([chunk(3, seed, word_timestamps=True) for seed in range(4)])

        for segment in [segment for text in texts for segment in text.segments]:
            assert 0 <= segment.start_s <= segment.end_s
            assert segment.text.strip()
            assert all(0 <= word.start_s <= word.end_s for word in segment.words)

    def test_gives_words_only_to_those_who_ask(self, engine: TranscriptionEngine) -> None:
        [with_words, without] = engine.transcribe([chunk(3, word_timestamps=True), chunk(3)])

        assert [segment.words for segment in without.segments] == [()] * len(without.segments)
        spelt = ["".join(word.text for word in segment.words) for segment in with_words.segments]
        assert [text.strip() for text in spelt] == [
            segment.text.strip() for segment in with_words.segments
        ]

    @pytest.mark.parametrize(
        "sound",
        [lambda: silence(0), lambda: silence(0.01), lambda: silence(30), lambda: noise(1)],
        ids=["nothing", "10 ms", "a silent window", "noise"],
    )
    def test_takes_any_sound(
        self, engine: TranscriptionEngine, sound: Callable[[], object]
    ) -> None:
        odd = Chunk(samples=sound(), start_ms=0, speech_ms=0)  # type: ignore[arg-type]

        [text] = engine.transcribe([odd])

        assert text.language in engine.served.languages

    def test_takes_a_whole_window(self, engine: TranscriptionEngine) -> None:
        [text] = engine.transcribe([chunk(30.0)])

        assert all(segment.start_s <= 30 for segment in text.segments)

    def test_takes_no_chunks_at_all(self, engine: TranscriptionEngine) -> None:
        assert engine.transcribe([]) == []

    def test_says_what_its_text_depends_on(self, engine: TranscriptionEngine) -> None:
        served = engine.served

        assert len(served.weights_sha256) == 64
        assert served.parameters
        assert served.batch_rows >= 1
        assert served.engine
        assert served.name

    def test_words_are_the_same_whatever_the_neighbours(self, engine: TranscriptionEngine) -> None:
        chunks = [chunk(1 + seed % 4, seed, word_timestamps=True) for seed in range(5)]

        together = engine.transcribe(chunks)

        assert together == [engine.transcribe([item])[0] for item in chunks]

    def test_takes_the_last_resort_as_well(self, engine: TranscriptionEngine) -> None:
        [text] = engine.transcribe([chunk(3, last_resort=True)])

        assert text.language in engine.served.languages
