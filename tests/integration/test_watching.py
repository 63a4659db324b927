"""What the hostile files refer to is real, and the watch over it sees: so its silence counts."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from agents.errors import AudioError
from agents.transcriber.decoding.decoder import DecodeLimits, DecodingState
from tests.support.hostile import references
from tests.support.hostile.hostile_file import HostileFile
from tests.support.watching import AuditState, WatchState, watched

BY_NAME = {file.name: file for file in references.FILES}

CONFINED = """
import io, sys
import av
from agents.transcriber.decoding.decoder import import_all
from agents.transcriber.decoding.sandbox import confine

import_all()
content = sys.stdin.buffer.read()
assert confine(memory_bytes=200 << 20, cpu_s=9)
try:
    av.open(io.BytesIO(content))
except BaseException as error:
    print(type(error).__name__)
"""


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchState]:
    with watched(tmp_path / "secrets") as watch:
        monkeypatch.chdir(watch.lure.file.parent)
        yield watch


def played(file: Any, **options: str) -> int:
    """Open *file* as one who knows no rules, and return how many frames it gives."""
    with av.open(file, options=options) as container:
        return sum(len(packet.decode()) for packet in container.demux())


@pytest.mark.parametrize("name", ["by-name.ffconcat", "by-name.wav"])
def test_a_concat_list_opens_the_planted_file(watch: WatchState, name: str) -> None:
    assert played(io.BytesIO(BY_NAME[name].build(watch.lure)))

    assert "read secret.wav" in watch.touched()


def test_a_playlist_opens_the_planted_file(watch: WatchState, tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "list.m3u8"
    path.write_bytes(BY_NAME["by-name.m3u8"].build(watch.lure))

    with pytest.raises(av.FFmpegError):
        played(str(path))

    assert "read secret.wav" in watch.touched()


def test_a_movie_opens_the_planted_file_where_that_is_allowed(watch: WatchState) -> None:
    content = BY_NAME["path-elsewhere.mov"].build(watch.lure)

    assert played(io.BytesIO(content), enable_drefs="1", use_absolute_path="1")

    assert "read secret.wav" in watch.touched()


def test_an_address_is_connected_to(watch: WatchState) -> None:
    with pytest.raises(av.FFmpegError):
        av.open(watch.lure.url, timeout=0.2)

    assert watch.touched() == ["connected"]


def test_what_this_process_opens_is_seen(watch: WatchState, tmp_path: Path) -> None:
    audit = AuditState((str(tmp_path / "allowed"),))

    watch.lure.file.read_bytes()
    seen = audit.seen()
    audit.stop()

    assert seen == [f"open {watch.lure.file}"]
    assert watch.touched() == ["opened secret.wav", "read secret.wav"]


@pytest.mark.parametrize("file", references.FILES, ids=lambda file: file.name)
def test_the_decoders_rules_hold_without_its_sandbox(watch: WatchState, file: HostileFile) -> None:
    content = file.build(watch.lure)

    try:
        heard = sum(map(len, DecodingState(io.BytesIO(content), DecodeLimits())))
    except AudioError:
        heard = 0

    assert (heard > 0) == (file.end == "ok")
    assert watch.touched() == []


@pytest.mark.parametrize("name", ["by-name.ffconcat", "by-name.wav"])
def test_its_sandbox_holds_without_its_rules(watch: WatchState, name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    ran = subprocess.run(
        [sys.executable, "-P", "-c", CONFINED],
        input=BY_NAME[name].build(watch.lure),
        capture_output=True,
        check=True,
        env=environment,
    )

    assert ran.stdout.decode().strip() == "PermissionError"
    assert watch.touched() == []
