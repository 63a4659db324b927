import hashlib
import stat
from io import BytesIO
from pathlib import Path

import pytest

from agents.errors import ArtefactDamaged, ArtefactMissing, AudioForbidden, DependencyUnavailable
from agents.storage.artefacts import FolderArtefacts

KEY = hashlib.sha256(b"what a result follows from").hexdigest()


async def test_gives_back_what_it_was_given(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path / "artefacts")

    uri = await artefacts.put(b"words", ".words.json")

    assert uri.startswith("file:///")
    assert uri.endswith(".words.json")
    assert await artefacts.get(uri) == b"words"


async def test_the_same_content_has_the_same_uri(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path)

    assert await artefacts.put(b"a", ".json") == await artefacts.put(b"a", ".json")
    assert len([path for path in below(tmp_path) if not path.is_dir()]) == 1


def below(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


async def test_only_the_owner_may_read(tmp_path: Path) -> None:
    await FolderArtefacts(tmp_path / "artefacts").put(b"private", ".json")

    modes = [stat.S_IMODE(path.stat().st_mode) for path in below(tmp_path)]
    assert all(mode & 0o077 == 0 for mode in modes)


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "http://host/x",
        "{folder}/../../etc/passwd",
        "{folder}/aa/" + "a" * 63,
        "{folder}/bb/" + "a" * 64,
        "{folder}/aa/" + "a" * 64 + "?x",
        "http://[/" + "a" * 64,
        "",
    ],
)
async def test_reads_nothing_but_its_own(tmp_path: Path, uri: str) -> None:
    with pytest.raises(AudioForbidden):
        await FolderArtefacts(tmp_path).get(uri.format(folder=tmp_path.as_uri()))


async def test_a_changed_artefact_is_damaged(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path)
    uri = await artefacts.put(b"words", ".json")
    [file] = [path for path in below(tmp_path) if not path.is_dir()]
    file.write_bytes(b"other")

    with pytest.raises(ArtefactDamaged, match=file.name):
        await artefacts.get(uri)


async def test_an_artefact_that_is_gone_is_missing(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path)
    uri = await artefacts.put(b"words", ".json")
    [file] = [path for path in below(tmp_path) if not path.is_dir()]
    file.unlink()

    with pytest.raises(ArtefactMissing, match=file.name):
        await artefacts.get(uri)


async def test_in_a_new_store_every_artefact_is_missing(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path / "state" / "artefacts")

    with pytest.raises(ArtefactMissing):
        await artefacts.get((tmp_path / "state/artefacts/aa" / ("a" * 64)).as_uri())


async def test_a_store_whose_folder_is_gone_is_waited_for(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path / "artefacts")
    uri = await artefacts.put(b"words", ".json")
    (tmp_path / "artefacts").rename(tmp_path / "elsewhere")

    for use in (artefacts.get(uri), artefacts.recall(KEY)):
        with pytest.raises(DependencyUnavailable, match="artefacts' is not there"):
            await use

    (tmp_path / "elsewhere").rename(tmp_path / "artefacts")
    assert await artefacts.get(uri) == b"words"


async def test_a_folder_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path / "volume" / "artefacts")
    (tmp_path / "volume").rename(tmp_path / "unmounted")
    sound = BytesIO(b"sound")

    for use in (
        artefacts.put(b"words", ".json"),
        artefacts.put_file(sound, hashlib.sha256(b"sound").hexdigest(), ".audio"),
        artefacts.remember(KEY, b"result"),
    ):
        with pytest.raises(DependencyUnavailable, match="artefacts' is not there"):
            await use
    assert not (tmp_path / "volume").exists()

    (tmp_path / "unmounted").rename(tmp_path / "volume")
    assert await artefacts.get(await artefacts.put(b"words", ".json")) == b"words"


async def test_a_whole_artefact_is_not_written_again(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path)
    await artefacts.put(b"words", ".json")
    [file] = [path for path in below(tmp_path) if not path.is_dir()]
    before = file.stat().st_ino

    await artefacts.put(b"words", ".json")
    assert file.stat().st_ino == before


async def test_a_store_that_cannot_be_written_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "artefacts").write_text("a file where the folder should be")

    with pytest.raises(DependencyUnavailable):
        await FolderArtefacts(tmp_path / "artefacts").put(b"words", ".json")
