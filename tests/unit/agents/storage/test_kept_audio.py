"""What a foreign host gave once is found again when it does not give it any more."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from agents.errors import (
    AudioForbidden,
    AudioMismatch,
    AudioMissing,
    AudioTooLarge,
    DependencyUnavailable,
)
from agents.storage.artefacts import FolderArtefacts
from agents.storage.audio import AudioFetcher, SpoolingAudioStore
from agents.storage.file_audio import FileAudio
from agents.storage.host_check import HostCheck
from agents.storage.http_audio import HttpAudio
from agents.storage.kept_audio import KeptAudio
from agents.storage.owner import Owner
from tests.support.clock import MockedClock
from tests.support.http_server import answer, serving

ADA = Owner(tenant="default", user="ada")
BOB = Owner(tenant="default", user="bob")
SOUND = b"sound" * 400_000
SHA256 = hashlib.sha256(SOUND).hexdigest()
GONE = answer(status=404)


def store(folder: Path, *, max_bytes: int = 1 << 24) -> SpoolingAudioStore:
    http = HttpAudio(HostCheck(["127.0.0.1"]), deadline_s=5.0, pace=MockedClock())
    kept = KeptAudio(FolderArtefacts(folder / "artefacts"))
    fetchers: dict[str, AudioFetcher] = {"http": http, "file": FileAudio([folder])}
    return SpoolingAudioStore(fetchers, spool_dir=folder, max_bytes=max_bytes, kept=kept)


async def read(folder: Path, uri: str, owner: Owner = ADA, **claims: Any) -> bytes:
    async with store(folder).open(uri, owner=owner, **claims) as audio:
        return audio.file.read()


def kept_in(folder: Path) -> list[Path]:
    return sorted((folder / "artefacts").rglob("*.audio"))


@pytest.mark.parametrize("then", [GONE, answer(status=403), answer(status=503), answer(SOUND)[:99]])
async def test_what_a_host_gave_once_is_found_when_it_fails(tmp_path: Path, then: bytes) -> None:
    async with serving(answer(SOUND), then) as server:
        assert await read(tmp_path, server.uri) == SOUND
        assert await read(tmp_path, server.uri, size_bytes=len(SOUND)) == SOUND
    assert server.connections > 1
    [kept] = kept_in(tmp_path)
    assert (kept.name, kept.read_bytes()) == (f"{SHA256}.audio", SOUND)


async def test_what_is_known_by_its_sha256_is_not_fetched_again(tmp_path: Path) -> None:
    async with serving(answer(SOUND)) as server:
        for sha256 in (SHA256, SHA256.upper()):
            assert await read(tmp_path, server.uri, sha256=sha256) == SOUND
    assert server.connections == 1


async def test_what_a_host_gives_now_goes_before_what_it_gave(tmp_path: Path) -> None:
    async with serving(answer(SOUND), answer(b"new"), answer(b"new"), GONE) as server:
        sounds = [await read(tmp_path, server.uri) for _ in range(2)]
        with pytest.raises(AudioMismatch):
            await read(tmp_path, server.uri, sha256=SHA256)
        sounds.append(await read(tmp_path, server.uri))
    assert sounds == [SOUND, b"new", b"new"]


async def test_nobody_finds_what_was_fetched_for_somebody_else(tmp_path: Path) -> None:
    async with serving(answer(SOUND), GONE) as server:
        assert await read(tmp_path, server.uri, ADA) == SOUND
        with pytest.raises(AudioMissing):
            await read(tmp_path, server.uri, BOB, sha256=SHA256)
        with pytest.raises(AudioMissing):
            await read(tmp_path, server.uri + "?other", ADA, sha256=SHA256)


async def test_what_is_not_as_its_event_says_is_not_kept(tmp_path: Path) -> None:
    async with serving(answer(SOUND)) as server:
        with pytest.raises(AudioMismatch):
            await read(tmp_path, server.uri, sha256="0" * 64)
    assert kept_in(tmp_path) == []


@pytest.mark.parametrize("damage", [b"", b"other", None])
async def test_what_is_damaged_or_gone_is_fetched_and_kept_anew(
    tmp_path: Path, damage: bytes | None
) -> None:
    async with serving(answer(SOUND), answer(SOUND), GONE) as server:
        await read(tmp_path, server.uri)
        [kept] = kept_in(tmp_path)
        kept.unlink() if damage is None else kept.write_bytes(damage)
        for _ in range(2):
            assert await read(tmp_path, server.uri, sha256=SHA256) == SOUND
    assert (server.connections, kept.read_bytes()) == (2, SOUND)


async def test_what_is_damaged_or_gone_is_not_taken_in_place_of_the_hosts(tmp_path: Path) -> None:
    async with serving(answer(SOUND), GONE) as server:
        await read(tmp_path, server.uri)
        [kept] = kept_in(tmp_path)
        kept.write_bytes(SOUND[:-1])
        with pytest.raises(AudioMissing):
            await read(tmp_path, server.uri)
        kept.unlink()
        with pytest.raises(AudioMissing):
            await read(tmp_path, server.uri)


async def test_files_of_our_own_are_not_kept_twice(tmp_path: Path) -> None:
    (tmp_path / "memo").write_bytes(SOUND)
    assert await read(tmp_path, (tmp_path / "memo").as_uri()) == SOUND
    assert kept_in(tmp_path) == []


async def test_a_limit_that_was_lowered_holds_for_what_was_kept(tmp_path: Path) -> None:
    async with serving(answer(SOUND), GONE) as server:
        await read(tmp_path, server.uri)
        with pytest.raises(AudioTooLarge):
            async with store(tmp_path, max_bytes=1000).open(server.uri, owner=ADA):
                pytest.fail("it was opened")


async def test_a_host_that_never_gave_it_has_its_own_error(tmp_path: Path) -> None:
    async with serving(answer(status=403)) as server:
        with pytest.raises(AudioForbidden, match="answers 403"):
            await read(tmp_path, server.uri)


async def test_a_store_that_does_not_answer_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "artefacts").write_text("a file where the folder should be")
    async with serving(answer(SOUND)) as server:
        with pytest.raises(DependencyUnavailable):
            await read(tmp_path, server.uri)
