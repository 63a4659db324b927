"""Engines in a process of their own, with the demo model, killed and frozen while they work."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.errors import ChildDied, DependencyUnavailable, SettingsError
from agents.process_state import stat_fields
from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.engine import Chunk, ChunkText
from agents.transcriber.engines.faster_whisper_engine import open_engine
from agents.transcriber.models import ModelSource
from agents.transcriber.serving import child_process
from agents.transcriber.serving.messages import Order
from agents.transcriber.serving.process import EngineProcess, Patience
from agents.transcriber.serving.runner import EngineRunner
from tests.support import random_whisper
from tests.support.audio import babble
from tests.support.waiting import until

DEMO = Order(engine="faster-whisper", sources=(DEMO_MODEL,), device="cpu")
CHUNKS = [
    Chunk(samples=babble(1 + n % 4, n), start_ms=0, speech_ms=1_000 * (1 + n % 4)) for n in range(9)
]
LONG = [Chunk(samples=babble(29, n), start_ms=n, speech_ms=29_000) for n in range(16)]


@pytest.fixture
async def process() -> AsyncIterator[EngineProcess]:
    async with EngineProcess(DEMO, Patience(silence_s=2)) as process:
        yield process


def cpu_ticks(pid: int | None) -> int:
    """Return the processor time of a process, in ticks of the system's clock."""
    fields = stat_fields(pid or 0)
    assert fields is not None
    return int(fields[11]) + int(fields[12])


async def at_work(process: EngineProcess) -> None:
    """Wait until the process has worked for a fifth of a second from now on."""
    begin = cpu_ticks(process.pid)
    await until(lambda: cpu_ticks(process.pid) > begin + os.sysconf("SC_CLK_TCK") // 5)


async def replaced(process: EngineProcess, fault: signal.Signals) -> None:
    """Do *fault* to the process, and wait until there is another one."""
    victim = process.pid or 0
    os.kill(victim, fault)
    await until(lambda: process.pid != victim)


async def test_hears_what_the_engine_hears_in_this_process(process: EngineProcess) -> None:
    with open_engine(DEMO_MODEL, device="cpu") as engine:
        expected = engine.transcribe(CHUNKS)
        served = engine.served

    assert await process.transcribe("demo", CHUNKS) == expected
    assert process.served == {"demo": served}


async def test_serves_several_models(tmp_path: Path) -> None:
    other = ModelSource(name="other", folder=random_whisper.build(tmp_path / "whisper", seed=2))
    order = Order(engine="faster-whisper", sources=(DEMO_MODEL, other), device="cpu")

    async with EngineProcess(order) as process:
        texts = [(await process.transcribe(name, CHUNKS[:1]))[0] for name in process.served]

    assert list(process.served) == ["demo", "other"]
    assert texts[0] != texts[1]


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV])
async def test_a_fault_in_mid_batch_ends_that_batch_and_no_other(
    process: EngineProcess, fault: signal.Signals
) -> None:
    work = asyncio.create_task(process.transcribe("demo", LONG))
    await at_work(process)
    os.kill(process.pid or 0, fault)

    with pytest.raises(ChildDied) as caught:
        await work

    assert caught.value.counts == (fault is signal.SIGSEGV)
    [text] = await process.transcribe("demo", CHUNKS[:1])
    assert isinstance(text, ChunkText)


async def test_recordings_come_out_right_however_often_the_process_is_killed(
    process: EngineProcess,
) -> None:
    expected = await process.transcribe("demo", LONG[:6])
    async with EngineRunner(process) as runner:
        texts = [runner.submit(f"{n}", "demo", chunk) for n, chunk in enumerate(LONG[:6])]
        for fault in (signal.SIGKILL, signal.SIGSTOP, signal.SIGKILL):
            await at_work(process)
            await replaced(process, fault)

        assert await asyncio.gather(*texts) == expected


def at_start(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have each new process run *code* before anything else."""
    folder.joinpath("sitecustomize.py").write_text(code)
    monkeypatch.syspath_prepend(folder)


async def test_a_process_may_be_silent_while_it_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_start(tmp_path, monkeypatch, "import time; time.sleep(4)")

    async with EngineProcess(DEMO, Patience(silence_s=1)) as process:
        assert len(await process.transcribe("demo", CHUNKS[:1])) == 1


async def test_a_process_that_is_stopped_while_it_loads_is_ended() -> None:
    process = EngineProcess(DEMO, Patience(silence_s=1))
    loading = asyncio.create_task(process.__aenter__())
    await until(lambda: process.pid is not None)
    os.kill(process.pid or 0, signal.SIGSTOP)

    with pytest.raises(ChildDied, match="stopped from outside"):
        await loading


async def test_what_ends_it_while_it_loads_again_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    at_start(tmp_path, monkeypatch, f"import os; os.path.exists({str(broken)!r}) and os._exit(3)")
    async with EngineProcess(DEMO) as process:
        broken.touch()
        process.restart()
        for _ in range(2):
            with pytest.raises(DependencyUnavailable, match="exit code 3"):
                await process.transcribe("demo", CHUNKS[:1])

        broken.unlink()
        assert len(await process.transcribe("demo", CHUNKS[:1])) == 1


async def test_a_model_that_cannot_be_loaded_again_is_waited_for(tmp_path: Path) -> None:
    folder = random_whisper.build(tmp_path / "whisper")
    order = Order(engine="faster-whisper", sources=(ModelSource(name="w", folder=folder),))
    weights = folder / "model.bin"
    async with EngineProcess(order) as process:
        weights.rename(folder / "elsewhere")
        weights.write_bytes(b"not a model")
        process.restart()
        with pytest.raises(DependencyUnavailable, match="cannot be loaded again"):
            await process.transcribe("w", CHUNKS[:1])

        (folder / "elsewhere").rename(weights)
        assert len(await process.transcribe("w", CHUNKS[:1])) == 1


def odd(how: str) -> Order:
    """Return the order for `odd_engine_child` to behave so."""
    return Order(engine="faster-whisper", sources=(), chunk=how)


@pytest.fixture
def odd_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_process, "PROGRAM", "tests.support.odd_engine_child")


@pytest.mark.usefixtures("odd_child")
@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("half an answer", "no sign of life"),
        ("silence", "no sign of life"),
        ("nonsense", "cannot be understood"),
    ],
)
async def test_what_is_no_answer_ends_the_process_and_counts(how: str, why: str) -> None:
    async with EngineProcess(odd(how), Patience(silence_s=2)) as process:
        with pytest.raises(ChildDied, match=why) as caught:
            await asyncio.wait_for(process.transcribe("fake-model", CHUNKS[:1]), 60)

    assert caught.value.counts


@pytest.mark.usefixtures("odd_child")
async def test_a_worker_whose_gpu_is_gone_waits_for_it() -> None:
    async with EngineProcess(odd("on cuda")) as process:
        await process.transcribe("fake-model", CHUNKS[:1])
        process.restart()

        with pytest.raises(DependencyUnavailable, match="there is no GPU"):
            await process.transcribe("fake-model", CHUNKS[:1])


@pytest.mark.usefixtures("odd_child")
async def test_where_the_system_gives_no_process_it_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with EngineProcess(odd("well")) as process:
        with monkeypatch.context() as none_left:
            none_left.setattr(sys, "executable", "/nowhere/python")
            process.restart()
            with pytest.raises(DependencyUnavailable, match="nowhere"):
                await process.transcribe("fake-model", CHUNKS[:1])

        assert len(await process.transcribe("fake-model", CHUNKS[:1])) == 1


@pytest.mark.usefixtures("odd_child")
async def test_a_process_stopped_shortly_before_its_deadline_is_not_blamed() -> None:
    patience = Patience(silence_s=4, start_s=60, batch_s=2, row_factor=0)
    async with EngineProcess(odd("silence for once"), patience) as process:
        await process.transcribe("fake-model", CHUNKS[:1])
        work = asyncio.create_task(process.transcribe("fake-model", CHUNKS[:2]))
        os.kill(process.pid or 0, signal.SIGSTOP)

        with pytest.raises(ChildDied, match="stopped from outside") as caught:
            await work

    assert not caught.value.counts


@pytest.mark.usefixtures("odd_child")
async def test_no_batch_is_given_to_a_process_that_is_being_ended() -> None:
    async with EngineProcess(odd("well")) as process:
        for _ in range(5):
            process.restart()
            assert len(await process.transcribe("fake-model", CHUNKS[:3])) == 3


@pytest.mark.usefixtures("odd_child")
async def test_nothing_is_started_once_the_engines_are_closed() -> None:
    async with EngineProcess(odd("well")) as process:
        victim = process.pid

    with pytest.raises(RuntimeError):
        await process.transcribe("fake-model", CHUNKS[:1])
    assert process.pid == victim


async def test_a_frozen_process_is_noticed_by_the_next_batch(process: EngineProcess) -> None:
    os.kill(process.pid or 0, signal.SIGSTOP)

    with pytest.raises(ChildDied) as caught:
        await process.transcribe("demo", LONG)

    assert not caught.value.counts
    assert len(await process.transcribe("demo", CHUNKS[:2])) == 2


async def test_a_batch_that_takes_too_long_is_ended_and_counts() -> None:
    impatient = Patience(batch_s=0.1, row_factor=0)
    async with EngineProcess(DEMO, impatient) as process:
        await process.transcribe("demo", CHUNKS[:1])

        with pytest.raises(ChildDied, match="no answer in time") as caught:
            await process.transcribe("demo", LONG)

    assert caught.value.counts


async def test_a_model_that_cannot_be_loaded_names_the_setting(tmp_path: Path) -> None:
    folder = random_whisper.build(tmp_path / "broken")
    (folder / "model.bin").write_bytes(b"not a model")
    source = ModelSource(name="broken", folder=folder)

    with pytest.raises(SettingsError, match=r"DAYBOOK_WHISPER_MODEL.*cannot be loaded"):
        await EngineProcess(Order(engine="faster-whisper", sources=(source,))).__aenter__()


PROGRAM = """
import asyncio
from tests.unit.agents.transcriber.serving.test_process import DEMO, EngineProcess
async def main():
    async with EngineProcess(DEMO) as process:
        print(process.pid, flush=True)
        await asyncio.sleep(3600)
asyncio.run(main())
"""


def killed_worker() -> int:
    """Run a worker, kill it, and return the process that its engines were in."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, env=environment
    ) as worker:
        assert worker.stdout is not None
        child = int(worker.stdout.readline())
        worker.kill()
    return child


async def test_the_process_ends_with_its_worker() -> None:
    child = await asyncio.to_thread(killed_worker)

    await until(lambda: not Path(f"/proc/{child}").exists())


@pytest.mark.parametrize(
    ("slowest_row_s", "rows", "deadline_s"),
    [(None, 2, 3_600), (0.1, 2, 60), (10.0, 2, 600), (400.0, 16, 3_600)],
    ids=["nothing known", "fast", "slow", "very slow"],
)
def test_a_batch_has_as_much_time_as_rows_were_seen_to_take(
    slowest_row_s: float | None, rows: int, deadline_s: float
) -> None:
    assert Patience().deadline_s(slowest_row_s, rows) == deadline_s
