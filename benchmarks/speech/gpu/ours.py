"""Our engine in its process, under closed loops: whoever has a text asks for the next one."""

import asyncio
import math
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count, cycle, islice
from unittest import mock

from agents.transcriber import quality
from agents.transcriber.engine import Chunk
from agents.transcriber.models import ModelSource
from agents.transcriber.serving import child_process
from agents.transcriber.serving.messages import Order
from agents.transcriber.serving.process import EngineProcess
from agents.transcriber.serving.runner import EngineRunner
from benchmarks.speech.gpu.contenders import Contender, Hear
from benchmarks.speech.gpu.fixed_length import BEAM

CHILD = "benchmarks.speech.gpu.child"

WINDOWS_AT_LEAST = 24
TIMES_IN_FLIGHT = 3
"""Windows of a round: so many for each place in flight, but not fewer than these."""

_NUMBERS = count()


@contextmanager
def fixed_length_child(beam: int) -> Iterator[None]:
    """Let engines' processes that are started meanwhile give rows of fixed length.

    This process takes their text as it is: random weights repeat themselves.
    """
    with (
        mock.patch.object(child_process, "PROGRAM", CHILD),
        mock.patch.object(quality, "LOOP_RATIO", math.inf),
        mock.patch.dict(os.environ, {BEAM: str(beam)}),
    ):
        yield


@contextmanager
def ours(
    source: ModelSource, device: str, chunks: Sequence[Chunk], in_flight: Sequence[int]
) -> Iterator[list[Contender]]:
    """Give our engine under every load of *in_flight*; to be entered with `fixed_length_child`."""
    order = Order(engine="faster-whisper", sources=(source,), device=device)
    with asyncio.Runner() as loop:
        process = EngineProcess(order)
        loop.run(process.__aenter__())
        try:
            runner = EngineRunner(process)
            loop.run(runner.__aenter__())

            def under(load: int) -> Hear:
                return lambda windows: loop.run(_closed_loop(runner, chunks, load, windows))

            try:
                yield [
                    Contender(name="ours", load=load, windows=windows_for(load), hear=under(load))
                    for load in in_flight
                ]
            finally:
                loop.run(runner.__aexit__(None, None, None))
        finally:
            loop.run(process.__aexit__(None, None, None))


def windows_for(load: int) -> int:
    """Return how many windows a round under this *load* has."""
    return max(WINDOWS_AT_LEAST, TIMES_IN_FLIGHT * load)


async def _closed_loop(
    runner: EngineRunner, chunks: Sequence[Chunk], in_flight: int, windows: int
) -> list[float]:
    [model] = runner.served
    work = islice(cycle(chunks), windows)
    took_s: list[float] = []

    async def client() -> None:
        for chunk in work:
            began = time.perf_counter()
            await runner.submit(f"recording-{next(_NUMBERS)}", model, chunk)
            took_s.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as clients:
        for _ in range(in_flight):
            clients.create_task(client())
    return took_s
