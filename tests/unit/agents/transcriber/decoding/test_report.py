"""What a decoder may say, in which order and how much of it."""

from collections.abc import Sequence

import numpy as np
import pytest

from agents.transcriber.decoding import messages
from agents.transcriber.decoding.decoder import BLOCK_SAMPLES, DecodedInfo, DecodeLimits
from agents.transcriber.decoding.messages import Frame, Nonsense
from agents.transcriber.decoding.report import ReportState

LIMITS = DecodeLimits(max_s=60)
CLAIM = messages.claim(5_000)


def sound(samples: int) -> Frame:
    return messages.sound(np.zeros(samples, np.float32))


def info(duration_ms: int) -> Frame:
    return messages.info(DecodedInfo(duration_ms=duration_ms))


BLOCK, SHORT, NOTHING = sound(BLOCK_SAMPLES), sound(16), sound(0)


def take(frames: Sequence[Frame]) -> None:
    report = ReportState(LIMITS)
    for frame in frames:
        report.take(frame)


@pytest.mark.parametrize(
    "frames",
    [
        [messages.refusal("audio-undecodable", "no sound")],
        [CLAIM, BLOCK, messages.refusal("audio-too-long", "longer than a minute")],
        [messages.claim(None), SHORT, info(1)],
        [messages.claim(0), SHORT, info(1)],
        [messages.claim(60_000), *[BLOCK] * 12, info(60_000)],
        [CLAIM, BLOCK, SHORT, BLOCK, SHORT, SHORT, info(10_003)],
    ],
)
def test_what_decoders_say_is_believed(frames: Sequence[Frame]) -> None:
    take(frames)


@pytest.mark.parametrize(
    "frames",
    [
        [messages.claim(-1)],
        [messages.claim(60_001)],
        [CLAIM, CLAIM],
        [CLAIM, BLOCK, CLAIM],
        [BLOCK],
        [CLAIM, NOTHING],
        [CLAIM, BLOCK, NOTHING],
        [CLAIM, *[BLOCK] * 12, SHORT],
        [CLAIM, SHORT, SHORT, SHORT],
        [info(0)],
        [CLAIM, info(0)],
        [CLAIM, BLOCK, info(-1)],
        [CLAIM, BLOCK, info(60_000)],
    ],
    ids=[
        "negative claim", "claim beyond the limit", "two claims", "claim after sound",
        "sound before a claim", "empty block", "empty block later", "sound beyond the limit",
        "crumbs", "nothing", "no sound", "negative length", "other length than the sound's",
    ],
)  # fmt: skip
def test_the_last_of_these_is_nonsense(frames: Sequence[Frame]) -> None:
    *before, last = frames
    report = ReportState(LIMITS)
    for frame in before:
        report.take(frame)

    with pytest.raises(Nonsense):
        report.take(last)
