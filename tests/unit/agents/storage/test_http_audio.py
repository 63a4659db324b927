"""Recordings by http and https from a real server, with everything that can go wrong there."""

import asyncio
import hashlib
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agents.delivery.clock import Clock, SystemClock
from agents.errors import (
    AudioError,
    AudioForbidden,
    AudioMismatch,
    AudioMissing,
    AudioTooLarge,
    AudioUndecodable,
    AudioUnreachable,
    DependencyUnavailable,
)
from agents.storage.audio import SpoolingAudioStore
from agents.storage.host_check import HostCheck
from agents.storage.http_audio import HttpAudio
from agents.storage.owner import Owner
from agents.storage.spool import Spool
from tests.support.certificates import server_and_client
from tests.support.clock import MockedClock
from tests.support.http_server import SOUND, answer, redirect, serving, silence, steadily

ADA = Owner(tenant="default", user="ada")
ALLOWED = ("127.0.0.1",)


def store(folder: Path, clock: Clock | None = None, **changes: Any) -> SpoolingAudioStore:
    """Return a store that reads from this machine, by default on a clock that never waits."""
    given = {"deadline_s": 60.0, "hosts": HostCheck(ALLOWED), "max_bytes": 1 << 20, **changes}
    max_bytes = given.pop("max_bytes")
    http = HttpAudio(pace=clock or MockedClock(), **given)
    return SpoolingAudioStore({"http": http, "https": http}, spool_dir=folder, max_bytes=max_bytes)


async def read(audio: SpoolingAudioStore, uri: str, **claims: Any) -> bytes:
    async with audio.open(uri, owner=ADA, **claims) as opened:
        return opened.file.read()


async def test_gives_the_bytes_their_size_and_their_sha256(tmp_path: Path) -> None:
    sha256 = hashlib.sha256(SOUND).hexdigest()
    claims: dict[str, Any] = {"sha256": sha256, "size_bytes": len(SOUND)}
    async with (
        serving(answer(SOUND)) as server,
        store(tmp_path).open(server.uri + "?key=a%2Fb%2B", owner=ADA, **claims) as audio,
    ):
        found = (audio.file.read(), audio.size_bytes, audio.sha256, audio.name)
    assert found == (SOUND, len(SOUND), sha256, "memo.opus")
    [request] = server.requests
    assert request.startswith("GET /memo.opus?key=a%2Fb%2B HTTP/1.1\r\n")


async def test_asks_as_nobody_and_for_the_bytes_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    async with serving(answer(SOUND, headers="Set-Cookie: a=b")) as server:
        for _ in range(2):
            assert await read(store(tmp_path), server.uri) == SOUND
    for request in server.requests:
        names = re.findall(r"^([A-Za-z-]+):", request, re.MULTILINE)
        assert sorted(names) == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]
        assert "Accept-Encoding: identity\r\n" in request


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_proxies_of_the_environment_are_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    async with serving(answer(b"proxied")) as proxy, serving(answer(SOUND)) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        uri = server.uri.replace("http:", f"{scheme}:")
        with pytest.raises(AudioUnreachable) if scheme == "https" else nothing():
            assert await read(store(tmp_path, deadline_s=0.1), uri) == SOUND
    assert (proxy.connections, server.connections > 0) == (0, True)


class nothing:  # noqa: N801 - reads as a word beside pytest.raises
    """Expects no error."""

    def __enter__(self) -> None: ...
    def __exit__(self, *error: object) -> None: ...


async def test_follows_redirects_on_the_same_and_to_another_server(tmp_path: Path) -> None:
    async with serving(answer(SOUND)) as there:
        here = serving(redirect("next?a=b"), redirect(there.uri))
        async with here as first:
            assert await read(store(tmp_path), first.uri) == SOUND
    assert [request.split()[1] for request in first.requests] == ["/memo.opus", "/next?a=b"]
    assert [request.split()[1] for request in there.requests] == ["/memo.opus"]


async def test_follows_five_redirects_and_no_sixth(tmp_path: Path) -> None:
    hops = [redirect(f"/{number}") for number in range(5)]
    async with serving(*hops, answer(SOUND)) as server:
        assert await read(store(tmp_path), server.uri) == SOUND
    async with serving(redirect("/again")) as server:
        with pytest.raises(AudioUnreachable, match="redirected more than 5 times"):
            await read(store(tmp_path), server.uri)
    assert server.connections == 6


@pytest.mark.parametrize(
    ("script", "error", "attempts"),
    [
        (answer(status=404), AudioMissing, 1),
        (answer(status=410), AudioMissing, 1),
        (answer(status=401), AudioForbidden, 1),
        (answer(status=403), AudioForbidden, 1),
        (answer(status=400), AudioUnreachable, 1),
        (answer(status=302), AudioUnreachable, 1),
        (answer(status=204), AudioUnreachable, 1),
        (answer(SOUND, headers="Content-Encoding: gzip"), AudioUndecodable, 1),
        (answer(), AudioUndecodable, 1),
        (answer(b"x" * (2 << 20)), AudioTooLarge, 1),
        (answer(status=503), AudioUnreachable, 10),
        (answer(status=429), AudioUnreachable, 10),
        (answer(status=503, headers="Retry-After: 25"), AudioUnreachable, 3),
        (answer(status=503, headers="Retry-After: 61"), AudioUnreachable, 1),
        (answer(SOUND)[:-1], AudioUnreachable, 10),
        # aiohttp itself asks once more where a connection ends before an answer's head does.
        (answer(SOUND)[:20], AudioUnreachable, 20),
        (b"", AudioUnreachable, 20),
        (b"no http\r\n\r\n", AudioUnreachable, 10),
    ],
)
async def test_each_failure_has_its_reason_and_its_number_of_attempts(
    tmp_path: Path, script: bytes, error: type[AudioError], attempts: int
) -> None:
    async with serving(script) as server:
        with pytest.raises(error) as caught:
            await read(store(tmp_path), server.uri)
    assert (type(caught.value), server.connections) == (error, attempts)


async def test_what_fails_in_passing_is_asked_for_again_from_the_first_byte(
    tmp_path: Path,
) -> None:
    clock = MockedClock(jitter=1.0)
    scripts = (answer(status=503), answer(SOUND)[:-100], answer(SOUND)[:-1], answer(SOUND))
    async with serving(*scripts) as server:
        assert await read(store(tmp_path, clock), server.uri, size_bytes=len(SOUND)) == SOUND
    assert clock.slept == [0.5, 1.0, 2.0]


async def test_a_host_is_left_alone_for_as_long_as_it_asks(tmp_path: Path) -> None:
    clock = MockedClock()
    async with serving(answer(status=429, headers="Retry-After: 30"), answer(SOUND)) as server:
        assert await read(store(tmp_path, clock), server.uri) == SOUND
    assert clock.slept == [30.0]


async def test_a_host_that_is_not_there_is_given_up_at_the_deadline(tmp_path: Path) -> None:
    clock = MockedClock(jitter=0.0)
    async with serving(b"") as gone:
        uri = gone.uri
    with pytest.raises(AudioUnreachable, match="DAYBOOK_FETCH_DEADLINE=60 sets the time") as caught:
        await read(store(tmp_path, clock), uri + "?key=secret")
    assert (50 < clock.monotonic() < 60, "secret" in str(caught.value)) == (True, False)


async def test_a_name_without_an_address_is_looked_up_again(tmp_path: Path) -> None:
    found: list[Sequence[str]] = [[], ["127.0.0.1"]]

    async def resolve(host: str, port: int) -> Sequence[str]:
        assert (host, port) == ("memos.example", server.port)
        return found.pop(0)

    async with serving(answer(SOUND)) as server:
        hosts = HostCheck(["memos.example"], resolve)
        uri = f"http://memos.example:{server.port}/memo"
        assert await read(store(tmp_path, hosts=hosts), uri) == SOUND
    assert f"Host: memos.example:{server.port}\r\n" in server.requests[0]


async def trickle(writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then, for ever."""
    writer.write(answer(SOUND)[:-100_000])
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("script", [trickle, silence])
async def test_the_deadline_ends_a_transfer_that_does_not_end(tmp_path: Path, script: Any) -> None:
    async with serving(script) as server:
        with pytest.raises(AudioUnreachable, match="bytes came in time"):
            await read(store(tmp_path, SystemClock(), deadline_s=0.2), server.uri)


async def test_a_large_recording_over_a_steady_line_has_the_time_it_takes(tmp_path: Path) -> None:
    async with serving(steadily) as server:
        assert await read(store(tmp_path, SystemClock(), deadline_s=0.2), server.uri) == SOUND


async def chunks(writer: asyncio.StreamWriter) -> None:
    """Send more than is allowed without saying so before."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(64):
        writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        await writer.drain()


async def test_more_than_allowed_is_cut_off_while_it_comes(tmp_path: Path) -> None:
    async with serving(chunks) as server:
        with pytest.raises(AudioTooLarge):
            await read(store(tmp_path), server.uri)


@pytest.mark.parametrize("end", [b"0\r\n\r\n", b""])
async def test_a_body_in_chunks_needs_its_end(tmp_path: Path, end: bytes) -> None:
    script = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsound\r\n" + end
    async with serving(script) as server:
        with nothing() if end else pytest.raises(AudioUnreachable):
            assert await read(store(tmp_path), server.uri) == b"sound"


async def test_a_size_that_the_event_does_not_say_is_refused_before_it_comes(
    tmp_path: Path,
) -> None:
    async with serving(answer(SOUND)) as server:
        with pytest.raises(AudioMismatch, match=f"{len(SOUND)} bytes, its event says 5"):
            await read(store(tmp_path), server.uri, size_bytes=5)


async def test_what_comes_is_written_in_threads_and_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, writes, large = Spool.write, list[tuple[int, bool]](), b"sound" * (1 << 20)

    def watched(spool: Spool, piece: bytes) -> None:
        writes.append((len(piece), threading.current_thread() is threading.main_thread()))
        write(spool, piece)

    monkeypatch.setattr(Spool, "write", watched)
    async with serving(answer(large)) as server:
        assert await read(store(tmp_path, max_bytes=8 << 20), server.uri) == large
    sizes = [size for size, _ in writes]
    assert not any(blocking for _, blocking in writes)
    assert all(1 << 20 <= size < 2 << 20 for size in sizes[:-1])
    assert (sum(sizes), len(sizes) <= 5) == (len(large), True)


async def test_a_full_spool_is_not_the_hosts_fault(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where the folder should be")
    async with serving(answer(SOUND)) as server:
        with pytest.raises(DependencyUnavailable):
            await read(store(tmp_path / "spool"), server.uri)


async def test_the_certificate_has_to_be_the_hosts_own(tmp_path: Path) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        assert port == server.port, host
        return ["127.0.0.1"]

    named: list[str | None] = []
    theirs, ours = server_and_client("memos.example", tmp_path)
    theirs.sni_callback = lambda _, name, __: named.append(name)
    hosts = HostCheck(["memos.example", "other.example"], resolve)
    async with serving(answer(SOUND), tls=theirs) as server:
        audio = store(tmp_path, hosts=hosts, tls=ours)
        assert await read(audio, f"https://memos.example:{server.port}/memo") == SOUND
        with pytest.raises(AudioUnreachable, match="certificate"):
            await read(audio, f"https://other.example:{server.port}/memo")
        with pytest.raises(AudioUnreachable, match="certificate"):
            await read(store(tmp_path, hosts=hosts), f"https://memos.example:{server.port}/memo")
    assert named == ["memos.example", "other.example", "memos.example"]
    assert len(server.requests) == 1
