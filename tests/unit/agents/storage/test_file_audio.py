import hashlib
import os
from pathlib import Path

import pytest

from agents.errors import (
    AudioForbidden,
    AudioMismatch,
    AudioMissing,
    AudioSchemeRefused,
    AudioTooLarge,
    AudioUndecodable,
    DependencyUnavailable,
)
from agents.storage.audio import SpoolingAudioStore
from agents.storage.file_audio import FileAudio
from agents.storage.owner import Owner

SOUND = b"sound" * 1000
ADA = Owner(tenant="default", user="ada")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "recordings"
    root.mkdir()
    (root / "memo.opus").write_bytes(SOUND)
    (tmp_path / "secret").write_bytes(b"secret")
    return root


def store_of(root: Path, max_bytes: int = 1 << 20) -> SpoolingAudioStore:
    return SpoolingAudioStore(
        {"file": FileAudio([root])}, spool_dir=root.parent / "spool", max_bytes=max_bytes
    )


async def read(root: Path, uri: str) -> bytes:
    async with store_of(root).open(uri, owner=ADA) as audio:
        return audio.file.read()


async def test_gives_the_bytes_their_size_and_their_sha256(root: Path) -> None:
    sha256 = hashlib.sha256(SOUND).hexdigest()
    uri = (root / "memo.opus").as_uri()

    async with store_of(root).open(
        uri, owner=ADA, sha256=sha256.upper(), size_bytes=len(SOUND)
    ) as audio:
        found = (audio.file.read(), audio.size_bytes, audio.sha256, audio.name)

    assert found == (SOUND, len(SOUND), sha256, "memo.opus")
    assert audio.file.closed


@pytest.mark.parametrize("prefix", ["file://", "file://localhost", "FILE://", "file:"])
async def test_takes_every_usual_spelling(root: Path, prefix: str) -> None:
    path = root / "früh am 19. %.opus"
    path.write_bytes(SOUND)

    assert await read(root, prefix + path.as_uri().removeprefix("file://")) == SOUND


async def test_a_root_that_is_a_link_is_fine(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)

    assert await read(link, (link / "memo.opus").as_uri()) == SOUND
    assert await read(link, (root / "memo.opus").as_uri()) == SOUND


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "file://{root}/../secret",
        "file://{root}/%2e%2e/secret",
        "file://{root}/./memo.opus",
        "file://elsewhere{root}/memo.opus",
        "file://me@localhost{root}/memo.opus",
        "file://localhost:80{root}/memo.opus",
        "file://{root}/memo.opus?x=1",
        "file://{root}/memo.opus#x",
        "file://{root}/memo%00.opus",
        "file://{root}/memo%ff.opus",
        "file:memo.opus",
        "file://{root}",
        "file://{root}/folder",
        "file://{root}/pipe",
        "file://{root}/link",
        "file://{root}/out/secret",
        "file://{root}-other/secret",
        "file://[{root}/memo.opus",
        "file://{root}/" + "x" * 300,
    ],
)
async def test_refuses_what_is_not_a_plain_file_in_a_root(root: Path, uri: str) -> None:
    (root / "folder").mkdir()
    os.mkfifo(root / "pipe")
    (root / "link").symlink_to(root / "memo.opus")
    (root / "out").symlink_to(root.parent)
    other = root.with_name("recordings-other")
    other.mkdir()
    (other / "secret").write_bytes(b"secret")

    with pytest.raises(AudioForbidden) as caught:
        await read(root, uri.format(root=root))

    assert caught.value.reason == "uri-forbidden"


async def test_a_linked_folder_inside_the_root_is_fine(root: Path) -> None:
    (root / "deep").mkdir()
    (root / "deep" / "memo.opus").write_bytes(SOUND)
    (root / "link").symlink_to(root / "deep")

    assert await read(root, (root / "link" / "memo.opus").as_uri()) == SOUND


async def test_without_proc_the_same_rules_hold(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_proc(path: Path) -> Path:
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "readlink", no_proc)
    (root / "out").symlink_to(root.parent)

    assert await read(root, (root / "memo.opus").as_uri()) == SOUND
    with pytest.raises(AudioForbidden, match="leads out of"):
        await read(root, f"{root.as_uri()}/out/secret")


@pytest.mark.parametrize("uri", ["file://{root}/nothing.opus", "file://{root}/memo.opus/deeper"])
async def test_a_missing_file_is_missing(root: Path, uri: str) -> None:
    with pytest.raises(AudioMissing):
        await read(root, uri.format(root=root))


async def test_a_missing_root_is_waited_for(root: Path) -> None:
    absent = root.parent / "not mounted"

    with pytest.raises(DependencyUnavailable, match="not mounted"):
        await read(absent, (absent / "memo.opus").as_uri())


@pytest.mark.parametrize(
    "uri", ["https://host/x", "s3://bucket/x", "gs://b/x", "ftp://h/x", "data:,x", "memo.opus", ""]
)
async def test_a_scheme_that_is_not_configured_is_refused(root: Path, uri: str) -> None:
    with pytest.raises(AudioSchemeRefused, match="this worker reads file:"):
        await read(root, uri)


@pytest.mark.parametrize("claim", [{"sha256": "0" * 64}, {"size_bytes": 1}])
async def test_other_bytes_than_the_event_says_are_a_mismatch(
    root: Path, claim: dict[str, object]
) -> None:
    with pytest.raises(AudioMismatch):
        async with store_of(root).open((root / "memo.opus").as_uri(), owner=ADA, **claim):  # type: ignore[arg-type]
            pass


async def test_stops_reading_at_the_limit(root: Path) -> None:
    with pytest.raises(AudioTooLarge, match="DAYBOOK_AUDIO_MAX_BYTES"):
        async with store_of(root, max_bytes=100).open((root / "memo.opus").as_uri(), owner=ADA):
            pass


async def test_an_empty_file_holds_no_sound(root: Path) -> None:
    (root / "empty").touch()

    with pytest.raises(AudioUndecodable, match="0 bytes"):
        await read(root, (root / "empty").as_uri())


async def test_a_spool_that_cannot_be_written_is_waited_for(root: Path) -> None:
    (root.parent / "spool").write_text("a file where the folder should be")

    with pytest.raises(DependencyUnavailable, match="spool"):
        await read(root, (root / "memo.opus").as_uri())
