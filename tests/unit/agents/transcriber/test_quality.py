import pytest

from agents.transcriber.engine import TextSegment
from agents.transcriber.quality import compression_ratio, doubts, warning_codes


def a_segment(
    text: str = "I met Anna.", logprob: float = -0.2, no_speech: float = 0.01
) -> TextSegment:
    return TextSegment(
        start_s=0,
        end_s=1,
        text=text,
        avg_logprob=logprob,
        no_speech_prob=no_speech,
        compression_ratio=compression_ratio(text),
    )


@pytest.mark.parametrize(
    ("segment", "codes"),
    [
        (a_segment(), ()),
        (a_segment("thank you " * 30), ("loop",)),
        (a_segment(logprob=-1.2), ("low_confidence",)),
        (a_segment(logprob=-1.2, no_speech=0.9), ("silence_text", "low_confidence")),
        (a_segment(no_speech=0.9), ()),
    ],
)
def test_doubts_what_whisper_itself_would_not_keep(
    segment: TextSegment, codes: tuple[str, ...]
) -> None:
    assert doubts(segment) == codes


def test_a_code_is_told_once() -> None:
    assert warning_codes([a_segment(logprob=-2), a_segment(logprob=-3)]) == ("low_confidence",)


def test_no_text_has_no_ratio() -> None:
    assert compression_ratio("") == 0
