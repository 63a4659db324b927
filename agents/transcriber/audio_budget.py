"""Bounds the sound of a worker that waits for the engine: all of it, and that of one recording."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, Self

from agents import metrics
from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAmount:
    """How much decoded sound: whole samples, because a sum of seconds is not exact."""

    samples: int = 0
    size_bytes: int = 0

    @classmethod
    def of(cls, samples: Samples) -> Self:
        """Return the amount that *samples* are."""
        return cls(samples=len(samples), size_bytes=samples.nbytes)

    def __add__(self, other: "AudioAmount") -> "AudioAmount":
        return AudioAmount(
            samples=self.samples + other.samples, size_bytes=self.size_bytes + other.size_bytes
        )

    def __sub__(self, other: "AudioAmount") -> "AudioAmount":
        return AudioAmount(
            samples=self.samples - other.samples, size_bytes=self.size_bytes - other.size_bytes
        )

    def within(self, bound: "AudioAmount") -> bool:
        """Tell whether neither part is more than that of *bound*."""
        return self.samples <= bound.samples and self.size_bytes <= bound.size_bytes


NO_AUDIO = AudioAmount()


@dataclass(slots=True, kw_only=True, eq=False)
class AudioShareState:
    """What one recording holds."""

    held: AudioAmount = NO_AUDIO


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Turn:
    """A recording's place in the line, and what it wants to take."""

    share: AudioShareState
    amount: AudioAmount
    granted: "asyncio.Future[None]"


class AudioBudgetState:
    """What all recordings of a worker hold; one of them holds at most half of what they may.

    Those that wait have their turn in order. Whatever its size, an amount fits a recording that
    holds nothing as soon as the others hold nothing either: nothing waits for ever.
    """

    def __init__(self, *, max_s: float, max_bytes: int) -> None:
        self.held = NO_AUDIO
        self._bound = AudioAmount(samples=int(max_s * SAMPLE_RATE_HZ), size_bytes=max_bytes)
        self._half = AudioAmount(samples=self._bound.samples // 2, size_bytes=max_bytes // 2)
        self._line: deque[_Turn] = deque()

    def fits(self, share: AudioShareState, amount: AudioAmount) -> bool:
        """Tell whether *share* could take *amount* at once: there is room, and no line for it."""
        return not self._line and self._has_room(share, amount)

    async def take(self, share: AudioShareState, amount: AudioAmount) -> None:
        """Let *share* hold *amount*, as soon as there is room and it is its turn.

        Who holds something lets go of that first, until *amount* fits or nothing is held: two
        recordings would otherwise wait for each other.
        """
        if self.fits(share, amount):
            self._add(share, amount)
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(_Turn(share=share, amount=amount, granted=granted))
        try:
            await granted
        except asyncio.CancelledError:
            if granted.cancelled():
                self._serve()
            else:
                self.give(share, amount)
            raise

    def give(self, share: AudioShareState, amount: AudioAmount) -> None:
        """Let *share* no longer hold *amount*, and serve those who waited for that."""
        share.held -= amount
        self.held -= amount
        self._show()
        self._serve()

    def give_after(
        self, text: "asyncio.Future[Any]", share: AudioShareState, amount: AudioAmount
    ) -> None:
        """Give *amount* back once *text* is there, has failed or is given up."""
        text.add_done_callback(lambda _: self.give(share, amount))

    def _serve(self) -> None:
        """Let those in line have their turn, up to the first for whom there is no room."""
        while self._line:
            turn = self._line[0]
            if not turn.granted.done():
                if not self._has_room(turn.share, turn.amount):
                    return
                self._add(turn.share, turn.amount)
                turn.granted.set_result(None)
            self._line.popleft()

    def _has_room(self, share: AudioShareState, amount: AudioAmount) -> bool:
        return all(
            held == NO_AUDIO or (held + amount).within(bound)
            for held, bound in ((share.held, self._half), (self.held, self._bound))
        )

    def _add(self, share: AudioShareState, amount: AudioAmount) -> None:
        share.held += amount
        self.held += amount
        self._show()

    def _show(self) -> None:
        metrics.AUDIO_HELD_SECONDS.set(self.held.samples / SAMPLE_RATE_HZ)
        metrics.AUDIO_HELD_BYTES.set(self.held.size_bytes)
