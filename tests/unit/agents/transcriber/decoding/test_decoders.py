"""Decoders in processes of their own, which real files, kills and freezes end in many ways."""

import io
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from agents.demo import recordings
from agents.errors import AudioTooLong, AudioUndecodable, ChildDied, DependencyUnavailable
from agents.transcriber.decoding import job as job_module
from agents.transcriber.decoding import messages
from agents.transcriber.decoding.decoder import DecodeLimits, DecodingState
from agents.transcriber.decoding.decoders import Decoders
from agents.transcriber.decoding.parent_process import Ended
from tests.support import audio
from tests.support.decoders import begun, parent_of, wait_until_gone

LONG = audio.wav_bytes(audio.babble(60))


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with Decoders(DecodeLimits()) as decoders:
        yield decoders


FILES = ExitStack()


@pytest.fixture(scope="module", autouse=True)
def _close_files() -> Iterator[None]:
    with FILES:
        yield


def a_file(content: bytes) -> BinaryIO:
    """Return a file that is open until this module's tests are over."""
    file = FILES.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed by FILES
    file.write(content)
    file.seek(0)
    return file


@pytest.mark.parametrize("path", [one.path for one in recordings()], ids=lambda p: p.stem)
def test_the_sound_is_that_of_a_decoder_in_this_process(decoders: Decoders, path: Path) -> None:
    with path.open("rb") as file:
        here = DecodingState(io.BytesIO(path.read_bytes()), DecodeLimits())
        there = decoders.begin(file)

        assert np.array_equal(np.concatenate(list(there)), np.concatenate(list(here)))
        assert (there.info, there.claimed_ms) == (here.info, here.claimed_ms)


def test_what_is_no_recording_says_so(decoders: Decoders) -> None:
    with pytest.raises(AudioUndecodable, match="not a recording"):
        list(decoders.begin(a_file(b"hello" * 99)))


def test_a_recording_that_is_too_long_says_so() -> None:
    with Decoders(DecodeLimits(max_s=10)) as short, pytest.raises(AudioTooLong, match="10 s"):
        list(short.begin(a_file(LONG)))


@pytest.mark.parametrize(
    ("ended_by", "counts"),
    [(signal.SIGSEGV, True), (signal.SIGABRT, True), (signal.SIGKILL, False)],
)
def test_a_decoder_that_dies_says_whether_the_file_is_to_blame(
    decoders: Decoders, ended_by: signal.Signals, *, counts: bool
) -> None:
    blocks, process = begun(decoders, a_file(LONG))
    os.kill(process, ended_by)

    with pytest.raises(ChildDied) as caught:
        list(blocks)

    assert (caught.value.counts, caught.value.piece) == (counts, "decoding")


def test_a_decoder_that_takes_too_much_time_is_the_files_fault(decoders: Decoders) -> None:
    blocks, process = begun(decoders, a_file(LONG))
    os.kill(process, signal.SIGPROF)

    with pytest.raises(AudioUndecodable, match="more time"):
        list(blocks)


def test_a_frozen_decoder_is_ended_and_nobodys_fault(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_module, "STALL_S", 0.5)
    blocks, process = begun(decoders, a_file(LONG))
    os.kill(process, signal.SIGSTOP)

    with pytest.raises(ChildDied) as caught:
        list(blocks)

    assert not caught.value.counts
    wait_until_gone(process)


@pytest.fixture
def silent() -> Iterator[BinaryIO]:
    """Give a file that nobody can read to its end, nor to its beginning."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file:
        yield file
    os.close(writing)


def test_a_decoder_that_hangs_is_ended_and_counts(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch, silent: BinaryIO
) -> None:
    monkeypatch.setattr(job_module, "STALL_S", 0.5)

    with pytest.raises(ChildDied) as caught:
        list(decoders.begin(silent))

    assert caught.value.counts


def test_a_decoder_that_is_waited_for_too_long_in_all_is_the_files_fault(
    monkeypatch: pytest.MonkeyPatch, silent: BinaryIO
) -> None:
    monkeypatch.setattr(job_module, "WAIT_FACTOR", 0.2)
    with Decoders(DecodeLimits(work_s=2)) as hasty, pytest.raises(AudioUndecodable, match="time"):
        list(hasty.begin(silent))


@pytest.mark.parametrize(
    ("ended", "blames_time"),
    [
        (Ended(code=-signal.SIGXCPU), True),
        (Ended(code=-signal.SIGKILL, cpu_s=61), True),
        (Ended(code=-signal.SIGKILL, cpu_s=59), False),
    ],
)
def test_a_decoder_that_used_up_its_processor_time_is_not_one_killed_from_outside(
    decoders: Decoders, silent: BinaryIO, ended: Ended, *, blames_time: bool
) -> None:
    job = decoders.start(silent)
    job._limits = DecodeLimits(work_s=60)

    assert isinstance(job._judge(ended), AudioUndecodable) == blames_time
    job.close()


def test_a_decoder_that_talks_nonsense_is_ended_and_counts(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks, process = begun(decoders, a_file(LONG))
    monkeypatch.setattr(messages, "CONTENT_BYTES_MAX", 9)

    with pytest.raises(ChildDied, match="nonsense") as caught:
        list(blocks)

    assert caught.value.counts
    wait_until_gone(process)


def test_a_decoder_has_nothing_but_its_file_and_its_worker(decoders: Decoders) -> None:
    _, process = begun(decoders, a_file(LONG))

    opened = sorted(Path(f"/proc/{process}/fd").iterdir(), key=lambda path: int(path.name))
    devices = {str(descriptor.readlink()) for descriptor in opened[:3]}
    kinds = {str(descriptor.readlink()).split(":")[0] for descriptor in opened[3:]}

    assert devices == {"/dev/null"}
    assert len(opened) == 5
    assert "socket" in kinds
    assert any(kind.endswith("(deleted)") for kind in kinds)


def test_a_decoding_given_up_ends_its_process(decoders: Decoders) -> None:
    blocks, process = begun(decoders, a_file(LONG))

    blocks.close()  # type: ignore[attr-defined]  # the iterator is a generator

    wait_until_gone(process)


def test_many_at_once_do_not_mix(decoders: Decoders) -> None:
    sounds = [audio.babble(11, n) for n in range(6)]
    streams = [iter(decoders.begin(a_file(audio.wav_bytes(sound)))) for sound in sounds]

    pieces = [list(blocks) for blocks in zip(*streams, strict=True)]

    for sound, heard in zip(sounds, zip(*pieces, strict=True), strict=True):
        assert np.allclose(np.concatenate(heard), sound, atol=1e-3)


def test_decoders_know_nothing_of_our_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a secret of ours")
    with Decoders(DecodeLimits()) as fresh:
        known = Path(f"/proc/{parent_of(fresh)}/environ").read_bytes()

    assert b"a secret of ours" not in known


def test_decoders_are_confined_on_this_system(decoders: Decoders) -> None:
    assert decoders.confined


def test_the_decoders_parent_has_no_threads(decoders: Decoders) -> None:
    assert len(list(Path(f"/proc/{parent_of(decoders)}/task").iterdir())) == 1


def test_where_the_system_gives_no_process_it_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(DependencyUnavailable, match="gives us no process"):
        Decoders(DecodeLimits()).__enter__()
