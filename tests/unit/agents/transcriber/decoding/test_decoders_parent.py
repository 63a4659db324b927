"""The parent of the decoders, frozen, killed, out of its mind or no longer wanted."""

import io
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from agents.errors import ChildDied
from agents.transcriber.decoding import job as job_module
from agents.transcriber.decoding import parent_process
from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.decoders import Decoders
from tests.support import audio
from tests.support.decoders import begun, children, is_gone, parent_of, wait_until_gone

LONG = audio.wav_bytes(audio.babble(60))


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    with Decoders(DecodeLimits()) as decoders:
        yield decoders


@pytest.fixture
def long() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        file.write(LONG)
        file.seek(0)
        yield file


@pytest.fixture
def short(tmp_path: Path) -> Iterator[BinaryIO]:
    path = tmp_path / "short.wav"
    path.write_bytes(audio.wav_bytes(audio.babble(1)))
    with path.open("rb") as file:
        yield file


def test_one_that_died_is_started_anew_and_took_its_decoders_along(
    decoders: Decoders, long: BinaryIO, short: BinaryIO
) -> None:
    blocks, process = begun(decoders, long)
    dead = parent_of(decoders)
    os.kill(dead, signal.SIGKILL)

    wait_until_gone(process)
    with pytest.raises(ChildDied) as caught:
        list(blocks)
    assert not caught.value.counts
    assert list(decoders.begin(short))
    assert parent_of(decoders) != dead


def test_one_that_takes_no_work_is_given_up_and_replaced(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch, short: BinaryIO
) -> None:
    monkeypatch.setattr(parent_process, "TAKE_UP_S", 0.5)
    frozen = parent_of(decoders)
    os.kill(frozen, signal.SIGSTOP)

    with pytest.raises(ChildDied) as caught:
        list(decoders.begin(short))

    assert not caught.value.counts
    monkeypatch.undo()
    assert list(decoders.begin(short))
    assert parent_of(decoders) != frozen
    assert is_gone(frozen)


def test_one_that_does_not_say_how_a_decoder_ended_is_given_up_with_all_others(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch, long: BinaryIO, short: BinaryIO
) -> None:
    monkeypatch.setattr(job_module, "_LAST_WORDS_S", 0.5)
    with tempfile.TemporaryFile() as another:
        another.write(LONG)
        another.seek(0)
        blocks, process = begun(decoders, long)
        others, _ = begun(decoders, another)
        frozen = parent_of(decoders)
        os.kill(frozen, signal.SIGSTOP)
        os.kill(process, signal.SIGSEGV)

        for sound in (blocks, others):
            with pytest.raises(ChildDied) as caught:
                list(sound)
            assert not caught.value.counts

    assert list(decoders.begin(short))
    assert parent_of(decoders) != frozen


def test_one_that_talks_nonsense_leaves_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch, short: BinaryIO
) -> None:
    monkeypatch.setattr(parent_process, "PROGRAM", "tests.support.mad_parent")
    with Decoders(DecodeLimits()) as decoders:
        mad = parent_of(decoders)
        job = decoders.start(short)
        ended = job.ended.result(30)
        job.close()
        monkeypatch.undo()

        assert not ended.killed
        assert list(decoders.begin(short))
        assert is_gone(mad)


def test_none_is_started_after_the_end(short: BinaryIO) -> None:
    with Decoders(DecodeLimits()) as decoders:
        before = children(os.getpid())

    with pytest.raises(ChildDied, match="closed") as caught:
        list(decoders.begin(short))

    assert not caught.value.counts
    assert set(children(os.getpid())) < set(before)


def test_a_job_of_one_that_is_gone_is_nobodys_fault(decoders: Decoders) -> None:
    gone = decoders._parent
    assert gone is not None
    gone.give_up("a test")

    with pytest.raises(ChildDied) as caught:
        gone.begin(1, io.BytesIO(), None, DecodeLimits())  # type: ignore[arg-type]  # not reached

    assert not caught.value.counts
