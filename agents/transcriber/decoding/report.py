"""What a decoder says of one recording, frame by frame; what no decoder says is not believed."""

from agents.transcriber.decoding.decoder import BLOCK_SAMPLES, DecodeLimits
from agents.transcriber.decoding.messages import Frame, Kind, Nonsense
from agents.transcriber.samples import SAMPLE_RATE_HZ

_SHORT_BLOCKS = 2
"""Blocks under the usual size beside one for each full block: the rest of what a file gave at once,
and the last of all."""


class ReportState:
    """One recording's frames: first its claim, then sound within *limits*, then what is known.

    A refusal may come at any time.
    """

    def __init__(self, limits: DecodeLimits) -> None:
        self._samples_max = limits.max_s * SAMPLE_RATE_HZ
        self._claimed_max_ms = limits.max_s * 1000
        self._claimed = False
        self._samples = self._full_blocks = self._short_blocks = 0

    def take(self, frame: Frame) -> None:
        """Take the next frame.

        Raises:
            Nonsense: no decoder says this here.

        """
        if frame.kind is Kind.CLAIM:
            self._take_claim(frame.claimed_ms)
        elif frame.kind is Kind.SOUND:
            self._take_sound(len(frame.samples))
        elif frame.kind is Kind.INFO:
            self._take_info(frame.info.duration_ms)

    def _take_claim(self, claimed_ms: int | None) -> None:
        if self._claimed:
            raise Nonsense("a second claim")
        if claimed_ms is not None and not 0 <= claimed_ms <= self._claimed_max_ms:
            raise Nonsense(f"a claim of {claimed_ms} ms")
        self._claimed = True

    def _take_sound(self, samples: int) -> None:
        if not self._claimed or not samples:
            raise Nonsense(f"{samples} samples, claim: {self._claimed}")
        self._samples += samples
        if samples < BLOCK_SAMPLES:
            self._short_blocks += 1
        else:
            self._full_blocks += 1
        if self._samples > self._samples_max:
            raise Nonsense("more sound than is allowed")
        if self._short_blocks > self._full_blocks + _SHORT_BLOCKS:
            raise Nonsense("sound in crumbs")

    def _take_info(self, duration_ms: int) -> None:
        if not self._samples or duration_ms != round(self._samples / SAMPLE_RATE_HZ * 1000):
            raise Nonsense(f"{duration_ms} ms said of {self._samples} samples")
