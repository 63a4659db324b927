from dataclasses import replace

from agents.transcriber import transcript
from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.engine import ChunkText, TextSegment, Word
from agents.transcriber.transcript import HeardChunk
from schemas import Segment
from tests.support.builders import an_audio_received
from tests.support.engine import FakeEngine


def text(said: str, start_s: float = 0.0, end_s: float = 1.0, **changes: object) -> TextSegment:
    segment = TextSegment(
        start_s=start_s,
        end_s=end_s,
        text=f" {said}",
        avg_logprob=-0.2,
        no_speech_prob=0.1,
        compression_ratio=1.0,
    )
    return replace(segment, **changes)  # type: ignore[arg-type]  # a test's shorthand


def a_chunk(start_ms: int, *segments: TextSegment, language: str = "en") -> HeardChunk:
    return HeardChunk(
        start_ms=start_ms,
        end_ms=start_ms + 5_000,
        speech_ms=4_000,
        text=ChunkText(segments=segments, language=language, language_probability=0.9),
    )


def test_times_count_from_the_start_of_the_recording() -> None:
    chunks = [a_chunk(1_000, text("One.", 0.5, 1.5)), a_chunk(60_000, text("Two.", 0, 2))]

    found = transcript.segments(chunks)

    assert [(part.index, part.start_ms, part.end_ms, part.text) for part in found] == [
        (0, 1_500, 2_500, "One."),
        (1, 60_000, 62_000, "Two."),
    ]


def test_times_stay_inside_their_chunk() -> None:
    [part] = transcript.segments([a_chunk(1_000, text("One.", 7, 6))])

    assert (part.start_ms, part.end_ms) == (6_000, 6_000)


def test_empty_text_is_no_segment() -> None:
    chunks = [a_chunk(0, text("  "), text("One."))]

    assert [part.index for part in transcript.segments(chunks)] == [0]


def test_doubtful_segments_stay_and_are_marked() -> None:
    chunks = [a_chunk(0, text("Thanks.", avg_logprob=-1.5, no_speech_prob=0.9), text("One."))]

    assert [part.low_confidence for part in transcript.segments(chunks)] == [True, False]
    assert transcript.warnings(chunks, ("truncated",)) == (
        "truncated",
        "low_confidence",
        "silence_text",
    )


def test_two_languages_give_a_warning() -> None:
    chunks = [a_chunk(0, text("One.")), a_chunk(9_000, text("Zwei."), language="de")]

    assert transcript.warnings(chunks, ()) == ("language_mixed",)


def test_words_are_listed_under_their_segments_index() -> None:
    word = Word(text=" One.", start_s=0.5, end_s=1.0, probability=0.9)
    chunks = [a_chunk(2_000, text("  "), text("One.", words=(word,)))]

    assert transcript.words(chunks) == {
        0: [{"text": " One.", "start_ms": 2_500, "end_ms": 3_000, "probability": 0.9}]
    }


def test_the_text_is_hashed_line_by_line() -> None:
    one, two = (Segment(index=n, start_ms=0, end_ms=0, text=said) for n, said in enumerate("ab"))

    assert transcript.text_sha256([one, two]) != transcript.text_sha256([two, one])
    assert transcript.text_sha256([one]) == transcript.text_sha256([replace(one, start_ms=0)])


def test_parameters_are_hashed_whatever_the_recording() -> None:
    event, model = an_audio_received(), FakeEngine().served
    same = transcript.params_hash(
        replace(event, recording_id="other"), FakeEngine(batch_rows=9).served
    )

    assert transcript.params_hash(event, model) == same


def test_every_parameter_counts() -> None:
    event, model = an_audio_received(), FakeEngine().served
    hashes = {
        transcript.params_hash(event, model),
        transcript.params_hash(replace(event, language_hint="de"), model),
        transcript.params_hash(replace(event, initial_prompt="Anna"), model),
        transcript.params_hash(event, FakeEngine(policy=ChunkPolicy(merge=False)).served),
        transcript.params_hash(event, model, names=("Ben",)),
        transcript.params_hash(event, model, names=("Ben", "Dora")),
        transcript.params_hash(event, model, names=("Dora", "Ben")),
        transcript.params_hash(event, replace(model, prompt_form="filled up"), names=("Ben",)),
    }

    assert len(hashes) == 8


def test_what_becomes_of_prompts_counts_for_nobody_without_one() -> None:
    event, model = an_audio_received(), FakeEngine().served

    assert transcript.params_hash(event, replace(model, prompt_form="filled up")) == (
        transcript.params_hash(event, model)
    )


def test_a_prompt_that_the_model_is_not_given_is_no_parameter() -> None:
    event, model = an_audio_received(), replace(FakeEngine().served, takes_prompts=False)

    assert transcript.params_hash(
        replace(event, initial_prompt="Anna"), model, names=("Ben",)
    ) == transcript.params_hash(event, model)
