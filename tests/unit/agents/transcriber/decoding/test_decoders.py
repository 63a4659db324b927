"""Decoders in processes of their own, which real files, kills and freezes end in many ways."""

import io
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from agents.demo import recordings
from agents.errors import AudioTooLong, AudioUndecodable, ChildDied
from agents.transcriber.decoding import decoders as decoders_module
from agents.transcriber.decoding import messages
from agents.transcriber.decoding.decoder import DecodeLimits, DecodingState
from agents.transcriber.decoding.decoders import Decoders
from agents.transcriber.samples import Samples
from tests.support import audio
from tests.support.waiting import PATIENCE_S

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


def children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in listed]


def parent_of(decoders: Decoders) -> int:
    assert decoders._parent is not None
    return decoders._parent._process.pid


def wait_for_end(decoders: Decoders, process: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while process in children(parent_of(decoders)):
        assert time.monotonic() < deadline, "the decoder goes on"


def begun(decoders: Decoders) -> tuple[Iterator[Samples], int]:
    """Begin to decode; return the sound to come after the first block, and the process."""
    before = set(children(parent_of(decoders)))
    blocks = iter(decoders.begin(a_file(LONG)))
    next(blocks)
    [process] = set(children(parent_of(decoders))) - before
    return blocks, process


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
    blocks, process = begun(decoders)
    os.kill(process, ended_by)

    with pytest.raises(ChildDied) as caught:
        list(blocks)

    assert (caught.value.counts, caught.value.piece) == (counts, "decoding")


def test_a_decoder_that_takes_too_much_time_is_the_files_fault(decoders: Decoders) -> None:
    blocks, process = begun(decoders)
    os.kill(process, signal.SIGPROF)

    with pytest.raises(AudioUndecodable, match="more time"):
        list(blocks)


def test_a_frozen_decoder_is_ended_and_nobodys_fault(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoders_module, "STALL_S", 0.5)
    blocks, process = begun(decoders)
    os.kill(process, signal.SIGSTOP)

    with pytest.raises(ChildDied) as caught:
        list(blocks)

    assert not caught.value.counts
    wait_for_end(decoders, process)


def test_a_decoder_that_talks_nonsense_is_ended_and_counts(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks, process = begun(decoders)
    monkeypatch.setattr(messages, "CONTENT_BYTES_MAX", 9)

    with pytest.raises(ChildDied, match="nonsense") as caught:
        list(blocks)

    assert caught.value.counts
    wait_for_end(decoders, process)


def test_a_decoder_that_never_ends_is_ended(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the worker counts: a decoder that its file took over goes past its own limit."""
    file, before = a_file(LONG), set(children(parent_of(decoders)))
    job = decoders.start(file)
    job.samples_max = 10 * 16_000
    monkeypatch.setattr(decoders, "start", lambda _: job)

    with pytest.raises(ChildDied, match="nonsense"):
        list(decoders.begin(file))

    for process in set(children(parent_of(decoders))) - before:
        wait_for_end(decoders, process)


def test_a_decoder_has_nothing_but_its_file_and_its_worker(decoders: Decoders) -> None:
    _, process = begun(decoders)

    opened = sorted(Path(f"/proc/{process}/fd").iterdir(), key=lambda path: int(path.name))
    devices = {str(descriptor.readlink()) for descriptor in opened[:3]}
    kinds = {str(descriptor.readlink()).split(":")[0] for descriptor in opened[3:]}

    assert devices == {"/dev/null"}
    assert len(opened) == 5
    assert "socket" in kinds
    assert any(kind.endswith("(deleted)") for kind in kinds)


def test_a_decoding_given_up_ends_its_process(decoders: Decoders) -> None:
    blocks, process = begun(decoders)

    blocks.close()  # type: ignore[attr-defined]  # the iterator is a generator

    wait_for_end(decoders, process)


def test_a_parent_that_died_is_started_anew_and_its_work_goes_on(decoders: Decoders) -> None:
    blocks, _ = begun(decoders)
    dead = parent_of(decoders)
    os.kill(dead, signal.SIGKILL)

    assert sum(map(len, blocks)) > 50 * 16_000
    assert list(decoders.begin(a_file(audio.wav_bytes(audio.babble(1)))))
    assert parent_of(decoders) != dead


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
