"""What every store of artefacts does, in a folder as in a bucket."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from agents.errors import ArtefactDamaged, ArtefactMissing, AudioForbidden
from agents.settings import load_settings
from agents.storage.artefacts import ArtefactStore
from agents.storage.configured import open_artefacts
from tests.support.s3_server import S3Server, s3_server, use

BUCKET = "daybook"
KEY = hashlib.sha256(b"what a result follows from").hexdigest()
LARGE = b"large" * 2_000_000


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        server.put(BUCKET)
        yield server


class Place:
    """Where a store keeps what it is given: a folder, or a bucket with a prefix."""

    def __init__(self, folder: Path, s3: S3Server | None) -> None:
        self._folder = folder
        self._s3 = s3
        self.setting = f"s3://{BUCKET}/kept/{folder.name}" if s3 else str(folder)
        self.uri = self.setting if s3 else folder.as_uri()

    def overwrite(self, path: str, content: bytes) -> None:
        """Put *content* where the store has something else."""
        if self._s3:
            self._s3.put(f"{BUCKET}/kept/{self._folder.name}/{path}", content)
        else:
            (self._folder / path).write_bytes(content)


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    if request.param == "folder":
        return Place(tmp_path / "artefacts", None)
    server: S3Server = request.getfixturevalue("s3")
    use(server.endpoint, monkeypatch)
    return Place(tmp_path, server)


@pytest.fixture
def store(place: Place) -> ArtefactStore:
    return open_artefacts(load_settings(store=place.setting))


def spread(content: bytes, suffix: str) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f"{digest[:2]}/{digest}{suffix}"


async def read(store: ArtefactStore, uri: str) -> bytes:
    return b"".join([piece async for piece in store.pieces(uri)])


@pytest.mark.parametrize("content", [b"", b"words", LARGE])
async def test_gives_back_what_it_was_given_by_its_contents_name(
    store: ArtefactStore, place: Place, content: bytes
) -> None:
    uri = await store.put(content, ".words.json")

    assert uri == f"{place.uri}/{spread(content, '.words.json')}"
    assert await store.put(content, ".words.json") == uri
    assert await store.get(uri) == content
    assert await read(store, uri) == content


@pytest.mark.parametrize("content", [b"sound", LARGE])
async def test_a_file_is_kept_as_its_bytes_are(store: ArtefactStore, content: bytes) -> None:
    with BytesIO(content) as file:
        file.seek(3)
        sha256 = hashlib.sha256(content).hexdigest()
        uri = await store.put_file(file, sha256, ".audio")
        assert await store.put_file(file, sha256, ".audio") == uri

    assert uri == await store.put(content, ".audio")
    assert await read(store, uri) == content


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "file:///etc/passwd",
        "http://host/{name}",
        "s3://other/{name}",
        "{place}/../{name}",
        "{place}/{name}?x",
        "{place}/x/{name}",
        "{place}x/{name}",
        "{place}/ff/aaaa",
        "{place}/results/{key:.2}/{key}.json",
    ],
)
async def test_reads_nothing_but_its_own(store: ArtefactStore, place: Place, uri: str) -> None:
    await store.put(b"words", ".json")
    await store.remember(KEY, b"result")
    other = uri.format(place=place.uri, name=spread(b"words", ".json"), key=KEY)

    with pytest.raises(AudioForbidden):
        await store.get(other)
    with pytest.raises(AudioForbidden):
        await read(store, other)


async def test_what_was_never_kept_is_missing(store: ArtefactStore, place: Place) -> None:
    uri = f"{place.uri}/{spread(b'never', '.json')}"
    with pytest.raises(ArtefactMissing):
        await store.get(uri)
    with pytest.raises(ArtefactMissing):
        await read(store, uri)


@pytest.mark.parametrize("other", [b"other", b""])
async def test_what_was_changed_is_damaged(
    store: ArtefactStore, place: Place, other: bytes
) -> None:
    uri = await store.put(b"words", ".json")
    place.overwrite(spread(b"words", ".json"), other)

    with pytest.raises(ArtefactDamaged):
        await store.get(uri)
    with pytest.raises(ArtefactDamaged):
        await read(store, uri)


@pytest.mark.parametrize("damage", [b"wor", b"w0rds", b"words and more", b""])
async def test_what_was_damaged_is_whole_once_it_is_kept_again(
    store: ArtefactStore, place: Place, damage: bytes
) -> None:
    uri = await store.put(b"words", ".json")
    place.overwrite(spread(b"words", ".json"), damage)

    assert await store.put(b"words", ".json") == uri
    assert await store.get(uri) == b"words"


async def test_a_result_is_recalled_as_it_was_last_remembered(store: ArtefactStore) -> None:
    assert await store.recall(KEY) is None
    for content in (b"first", b"second\n", b""):
        await store.remember(KEY, content)
        assert await store.recall(KEY) == content
    assert await store.recall(hashlib.sha256(b"another").hexdigest()) is None


@pytest.mark.parametrize("damage", [b"", b"result", b"0" * 64 + b"\nresult", b"0" * 64])
async def test_a_damaged_result_is_none(store: ArtefactStore, place: Place, damage: bytes) -> None:
    await store.remember(KEY, b"result")
    place.overwrite(f"results/{KEY[:2]}/{KEY}.json", damage)

    assert await store.recall(KEY) is None
    await store.remember(KEY, b"result")
    assert await store.recall(KEY) == b"result"


@pytest.mark.parametrize("key", ["", "../" + KEY, KEY[:-1], KEY.upper(), "x" * 64, KEY + "\n"])
async def test_a_key_that_could_be_a_path_is_refused(store: ArtefactStore, key: str) -> None:
    with pytest.raises(ValueError, match="is not the sha256"):
        await store.remember(key, b"result")
    with pytest.raises(ValueError, match="is not the sha256"):
        await store.recall(key)


async def test_two_stores_at_one_place_have_the_same(store: ArtefactStore, place: Place) -> None:
    uri = await store.put(b"words", ".json")
    await store.remember(KEY, b"result")
    second = open_artefacts(load_settings(store=place.setting))

    assert (await second.get(uri), await second.recall(KEY)) == (b"words", b"result")
