"""Recordings from a bucket of a real S3 server, and from servers that refuse or fail."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.delivery.clock import SystemClock
from agents.errors import (
    AudioForbidden,
    AudioMismatch,
    AudioMissing,
    AudioSchemeRefused,
    AudioTooLarge,
    AudioUndecodable,
    DependencyUnavailable,
    PipelineError,
    SettingsError,
)
from agents.settings import load_settings
from agents.storage.audio import SpoolingAudioStore
from agents.storage.configured import audio_fetchers, open_artefacts
from agents.storage.obstore_client import PIECE_BYTES, Bucket
from agents.storage.owner import Owner
from agents.transcriber.workbench import audio_store
from tests.support.clock import MockedClock
from tests.support.http_server import answer, serving
from tests.support.s3_server import S3Server, s3_server, use

ADA = Owner(tenant="acme", user="ada")
SOUND = b"sound" * 1000
LARGE = b"large" * 2_000_000
PLACES = "s3://memos/rec/{tenant}/{user}, s3://memos/shared, s3://gone"


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        server.put("memos")
        yield server


@pytest.fixture(autouse=True)
def server(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    use(s3.endpoint, monkeypatch)
    return s3


def store(folder: Path, places: str = PLACES) -> SpoolingAudioStore:
    settings = load_settings(state_dir=folder, audio_buckets=places)
    fetchers = audio_fetchers(settings, SystemClock())
    return SpoolingAudioStore(fetchers, spool_dir=folder, max_bytes=len(LARGE))


async def read(folder: Path, uri: str, owner: Owner = ADA) -> bytes:
    async with store(folder).open(uri, owner=owner) as audio:
        return audio.file.read()


@pytest.mark.parametrize("content", [SOUND, LARGE])
async def test_an_owners_recording_is_read_whole(
    tmp_path: Path, s3: S3Server, content: bytes
) -> None:
    assert len(SOUND) < PIECE_BYTES < len(LARGE)
    s3.put("memos/rec/acme/ada/2026/memo.opus", content)
    assert await read(tmp_path, "s3://memos/rec/acme/ada/2026/memo.opus") == content


@pytest.mark.parametrize(
    ("key", "uri"),
    [
        ("früh am 19.opus", "fr%C3%BCh%20am%2019.opus"),
        ("früh.opus", "früh.opus"),
        ("100%.opus", "100%25.opus"),
        ("a#b?c.opus", "a%23b%3Fc.opus"),
        ("[a]{b}+c=d&e.opus", "[a]{b}+c=d&e.opus"),
    ],
)
async def test_a_key_is_written_as_a_uri_is(
    tmp_path: Path, s3: S3Server, key: str, uri: str
) -> None:
    s3.put(f"memos/shared/{key}", SOUND)
    assert await read(tmp_path, f"s3://memos/shared/{uri}") == SOUND


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("s3://memos/shared/none.opus", AudioMissing),
        ("s3://memos/shared/empty.opus", AudioUndecodable),
        ("s3://memos/shared/huge.opus", AudioTooLarge),
        ("s3://memos/shared/" + "x" * 256, AudioForbidden),
        ("s3://gone/memo.opus", DependencyUnavailable),
        ("gs://memos/shared/memo.opus", AudioSchemeRefused),
    ],
)
async def test_each_failure_is_told_apart(
    tmp_path: Path, s3: S3Server, uri: str, error: type[PipelineError]
) -> None:
    s3.put("memos/shared/empty.opus")
    s3.put("memos/shared/huge.opus", LARGE + b"x")
    with pytest.raises(error):
        await read(tmp_path, uri)


async def test_a_size_that_the_event_does_not_say_is_refused(tmp_path: Path, s3: S3Server) -> None:
    s3.put("memos/shared/memo.opus", SOUND)
    with pytest.raises(AudioMismatch):
        async with store(tmp_path).open("s3://memos/shared/memo.opus", owner=ADA, size_bytes=5):
            pytest.fail("it was opened")


async def test_an_object_that_is_replaced_while_it_is_read_is_missing(s3: S3Server) -> None:
    s3.put("memos/shared/memo.opus", SOUND)
    bucket = Bucket("memos", "audio-bucket")
    found = await bucket.find("shared/memo.opus")
    s3.put("memos/shared/memo.opus", SOUND[::-1])
    with pytest.raises(FileNotFoundError, match="replaced"):
        [piece async for piece in bucket.pieces(found)]


LISTED = answer(
    b'<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>'
    b"<Contents><Key>shared/memo.opus</Key><LastModified>2026-11-26T19:28:56.000Z</LastModified>"
    b"<ETag>x</ETag><Size>50</Size></Contents><KeyCount>1</KeyCount></ListBucketResult>"
)


@pytest.mark.parametrize(
    ("scripts", "error"),
    [
        ([answer(status=403), LISTED], AudioForbidden),
        ([answer(status=401), LISTED], AudioForbidden),
        ([answer(status=403), answer(status=403)], DependencyUnavailable),
        ([answer(status=404), LISTED], AudioMissing),
        ([answer(status=404), answer(status=404)], DependencyUnavailable),
        ([answer(status=404), answer(status=403)], DependencyUnavailable),
        ([answer(status=400)], DependencyUnavailable),
        ([answer(status=503)], DependencyUnavailable),
        ([b"no http"], DependencyUnavailable),
    ],
)
async def test_one_object_that_is_kept_from_us_is_told_from_a_bucket_that_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scripts: list[bytes],
    error: type[PipelineError],
) -> None:
    async with serving(*scripts) as failing:
        use(f"http://127.0.0.1:{failing.port}", monkeypatch)
        with pytest.raises(error) as caught:
            await read(tmp_path, "s3://memos/shared/memo.opus")
    assert getattr(caught.value, "dependency", "audio-bucket") == "audio-bucket"


async def test_artefacts_in_a_bucket_that_does_not_answer_are_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(answer(status=403)) as refusing:
        use(f"http://127.0.0.1:{refusing.port}", monkeypatch)
        artefacts = open_artefacts(load_settings(store="s3://kept"))
        with pytest.raises(DependencyUnavailable) as caught:
            await artefacts.put(b"words", ".json")
        assert caught.value.dependency == "artefacts"
        with pytest.raises(DependencyUnavailable):
            await artefacts.recall("a" * 64)


@pytest.mark.parametrize("settings", [{"audio_buckets": PLACES}, {"store": "s3://kept"}])
def test_without_the_extra_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, str]
) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)
    with pytest.raises(SettingsError, match=r"pip install daybook\[s3\]"):
        open_all(tmp_path, settings)
    open_all(tmp_path, {})


def test_an_endpoint_without_tls_has_to_be_allowed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ALLOW_HTTP")
    with pytest.raises(SettingsError, match=r"DAYBOOK_STORE: AWS_ENDPOINT_URL .* AWS_ALLOW_HTTP"):
        open_all(tmp_path, {"store": "s3://kept"})


def open_all(folder: Path, changes: dict[str, str]) -> None:
    settings = load_settings(state_dir=folder, **changes)
    open_artefacts(settings)
    audio_fetchers(settings, SystemClock())


async def test_what_a_foreign_host_gave_is_kept_in_the_bucket(tmp_path: Path, s3: S3Server) -> None:
    assert s3.endpoint
    settings = load_settings(state_dir=tmp_path, store="s3://memos/kept", audio_hosts="127.0.0.1")
    audio = audio_store(settings, MockedClock(), open_artefacts(settings))
    async with serving(answer(LARGE), answer(status=410)) as host:
        for _ in range(2):
            async with audio.open(host.uri, owner=ADA) as opened:
                assert opened.file.read() == LARGE
    assert host.connections == 2
