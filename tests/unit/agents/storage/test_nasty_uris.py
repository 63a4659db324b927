"""Whatever an event or a foreign server writes is its own fault, never an error of ours."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from yarl import URL

from agents.errors import AudioError, AudioForbidden, AudioUnreachable
from agents.storage.audio import AudioFetcher, SpoolingAudioStore
from agents.storage.file_audio import FileAudio
from agents.storage.host_check import HostCheck
from agents.storage.http_answer import failure
from agents.storage.http_audio import HttpAudio
from agents.storage.http_uri import redirected, shown
from agents.storage.obstore_client import Bucket
from agents.storage.owner import Owner
from agents.storage.s3_audio import S3Audio
from tests.support.clock import MockedClock
from tests.support.http_server import answer, serving

ADA = Owner(tenant="default", user="ada")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DAY_S = 86_400.0

PIECES = (
    *("http://", "https://", "file:///", "s3://b/", "//", "/", "?", "#", "@", ":", "[", "]", "\\"),
    *("[::1]", "::1", "[v1.x]", "%25lo", "127.0.0.1", "0x7f", "99999", "-1", "0", "٣", "①", "。"),
    *(
        "host",
        "a" * 64,
        "a" * 300,
        "a.",
        "..",
        "xn--",
        "xn--0",
        "xn--\x80",
        "é",
        "ß",
        "\u017f",
        "\u212a",
    ),
    *("%", "%00", "%ff", "%2e%2e", "%2F", "\x00", "\x7f", "\t", " ", "\u202e", "\udc80", "\ud800"),
)
NASTY = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=7).map("".join)
URIS = st.tuples(st.sampled_from(["http://", "https://", "file:///", "s3://b/", ""]), NASTY)

DATES = (
    *("Thu, ", "26 ", "Nov ", "2026 ", "9999 ", "0001 ", "12:00:00 ", "99:99:99 ", "GMT", "-0000"),
    *("+2359", "-2359", "+99999999", "9" * 30, "9" * 5000, "²", "٣", "-", " ", "(", '"', "\udc80"),
)
WAITS = st.lists(st.sampled_from(DATES) | st.text(max_size=3), max_size=8).map("".join)


async def no_address(host: str, port: int) -> Sequence[str]:
    raise OSError(f"nobody is called {host!r} {port}")


def no_bucket(name: str, dependency: str) -> Bucket:
    raise AudioForbidden(f"{name!r} {dependency}")


async def opened(
    uri: str, folder: Path, *, allowed: str = "", deadline_s: float = 0.1
) -> bytes | str:
    """Return what is behind *uri*, or the reason why nothing is; raise what is no such reason."""
    http = HttpAudio(HostCheck([allowed], no_address), deadline_s=deadline_s, pace=MockedClock())
    fetchers: dict[str, AudioFetcher] = {
        "http": http,
        "https": http,
        "file": FileAudio([folder]),
        "s3": S3Audio(["s3://b"], no_bucket),
    }
    store = SpoolingAudioStore(fetchers, spool_dir=folder, max_bytes=1 << 20)
    try:
        async with store.open(uri, owner=ADA) as audio:
            return audio.file.read()
    except AudioError as error:
        str(error).encode()
        return error.reason


@settings(max_examples=400, deadline=None)
@given(URIS.map("".join))
@example("http://tpa[::1]@/x")
@example("http://a@[::1]@/")
@example("http://h:-1/")
@example("file:///\ud800")
@example("http://h/\udc80")
def test_no_uri_of_an_event_is_an_error_of_ours(uri: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        inside = uri.replace("file:///", f"file://{folder}/")
        assert isinstance(asyncio.run(opened(inside, Path(folder))), str)


@settings(max_examples=400, deadline=None)
@given(NASTY)
@example("http://h:99999/")
@example("http://a@[::1]@/")
@example("//[::1]@")
@example("http://h\udcff/")
@example("?\udc80")
def test_no_redirect_is_an_error_of_ours(location: str) -> None:
    try:
        target = redirected(URL("http://host.example/memo"), location)
    except AudioForbidden:
        return
    shown(target).encode()


@settings(max_examples=400, deadline=None)
@given(WAITS)
@example("9" * 400)
@example("Thu, 26 Nov 999999999999 12:00:00 GMT")
@example("Thu, 26 Nov 9999 23:59:59 -2359")
def test_no_server_makes_us_wait_for_longer_than_any_deadline(text: str) -> None:
    error = failure(503, {"Retry-After": text}, shown="http://host/memo", now=NOW)
    assert isinstance(error, AudioUnreachable)
    assert 0 <= error.after_s <= DAY_S


@settings(max_examples=400, deadline=None)
@given(NASTY, st.integers(0, 65535))
def test_no_host_is_an_error_of_ours(host: str, port: int) -> None:
    try:
        asyncio.run(HostCheck((), no_address).addresses(host, port))
    except AudioError as error:
        str(error).encode()


@settings(max_examples=60, deadline=None)
@given(NASTY, NASTY, WAITS)
@example("", "http://h:99999/", "")
@example("", "http://a@[::1]@/", "")
@example("", "/there", "Thu, 26 Nov 999999999999 12:00:00 GMT")
def test_no_answer_of_a_server_is_an_error_of_ours(path: str, location: str, wait: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(asked(path, location, wait, Path(folder)))


async def asked(path: str, location: str, wait: str, folder: Path) -> None:
    """Ask a server that is busy first and then leads elsewhere."""
    busy, there = as_sent(503, "Retry-After", wait), as_sent(302, "Location", location)
    async with serving(busy, there, answer(b"sound")) as server:
        await opened(
            f"{server.uri}{path}", folder, allowed=f"127.0.0.1:{server.port}", deadline_s=5.0
        )


def as_sent(status: int, name: str, value: str) -> bytes:
    """Return an answer with a header that is no text."""
    text = answer(status=status, headers=f"{name}: VALUE").decode()
    line = value.replace("\r", "").replace("\n", "")
    return text.replace("VALUE", line).encode("utf-8", "surrogatepass")
