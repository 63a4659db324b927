"""No event can make a worker ask an address that it should not: nothing is connected to."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from yarl import URL

from agents.errors import AudioError, AudioForbidden, AudioSchemeRefused, AudioUnreachable
from agents.storage.aiohttp_client import get
from agents.storage.audio import SpoolingAudioStore
from agents.storage.host_check import HostCheck
from agents.storage.http_audio import HttpAudio
from agents.storage.owner import Owner
from tests.support.clock import MockedClock
from tests.support.http_server import answer, redirect, serving

SECRET = b"secret"
ADA = Owner(tenant="default", user="ada")


async def read(folder: Path, uri: str, hosts: HostCheck | None = None) -> bytes:
    http = HttpAudio(hosts or HostCheck(()), deadline_s=5.0, pace=MockedClock())
    store = SpoolingAudioStore({"http": http, "https": http}, spool_dir=folder, max_bytes=1 << 20)
    async with store.open(uri, owner=ADA) as audio:
        return audio.file.read()


@pytest.mark.parametrize("scheme", ["http", "https", "HTTP"])
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "0.0.0.0",  # noqa: S104 - to be refused
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1%25lo]",
        "[0:0:0:0:0:0:0:1]",
        "%31%32%37.0.0.1",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "ada@127.0.0.1",
        "ada:secret@127.0.0.1",
        "example.com@127.0.0.1",
        "127.0.0.1#@example.com",
        "127.0.0.1\\@example.com",
        "example.com\\@127.0.0.1",
        "localhost\t",
    ],
)
async def test_no_spelling_of_a_local_address_is_connected_to(
    tmp_path: Path, scheme: str, host: str
) -> None:
    async with serving(answer(SECRET)) as server:
        with pytest.raises(AudioForbidden):
            await read(tmp_path, f"{scheme}://{host}:{server.port}/memo")
        with pytest.raises(AudioForbidden):
            await read(tmp_path, f"{scheme}://{host.partition('#')[0]}/memo")
    assert server.connections == 0


@pytest.mark.parametrize(
    "uri",
    ["http:///memo", "http:memo", "http://", "http:/127.0.0.1/memo", "http://h:99999/", "http://["],
)
async def test_a_uri_without_a_right_host_is_refused(tmp_path: Path, uri: str) -> None:
    with pytest.raises(AudioForbidden):
        await read(tmp_path, uri)


@pytest.mark.parametrize("scheme", ["ftp", "gopher", "file", "dict", "ws", "httpx"])
async def test_any_other_scheme_is_refused(tmp_path: Path, scheme: str) -> None:
    async with serving(answer(SECRET)) as server:
        with pytest.raises(AudioSchemeRefused):
            await read(tmp_path, f"{scheme}://127.0.0.1:{server.port}/memo")
    assert server.connections == 0


def allowing(*hosts: str) -> HostCheck:
    """Return a check that allows *hosts*; every name is this machine's."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        del host, port
        return ["127.0.0.1"]

    return HostCheck(hosts, resolve)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/secret",
        "http://localhost:{port}/secret",
        "//127.0.0.1:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://[::ffff:127.0.0.1]:{port}/secret",
        "http://elsewhere.example:{port}/secret",
        "http://ada:key@memos.example:{port}/secret",
        "https://127.0.0.1:{port}/secret",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "ftp://127.0.0.1:{port}/secret",
        "http://[/secret",
    ],
)
async def test_a_redirect_leads_to_no_address_that_an_event_may_not_name(
    tmp_path: Path, target: str
) -> None:
    async with serving(answer(SECRET)) as inner:
        location = target.format(port=inner.port)
        async with serving(redirect(location)) as outer:
            # The allowed name has the same address as the others: it is the name that counts.
            hosts = allowing(f"memos.example:{outer.port}")
            with pytest.raises(AudioForbidden):
                await read(tmp_path, f"http://memos.example:{outer.port}/memo", hosts)
    assert (outer.connections, inner.connections) == (1, 0)


@pytest.mark.parametrize("begin", ["ftp://", "gopher://", "http://ada:key@", "http://ada@"])
async def test_a_redirect_to_an_allowed_host_is_judged_as_a_whole(
    tmp_path: Path, begin: str
) -> None:
    async with (
        serving(answer(SECRET)) as inner,
        serving(redirect(f"{begin}memos.example:{inner.port}/memo")) as outer,
    ):
        uri = f"http://memos.example:{outer.port}/memo"
        with pytest.raises(AudioForbidden):
            await read(tmp_path, uri, allowing("memos.example"))
    assert (outer.connections, inner.connections) == (1, 0)


async def test_an_allowed_host_is_not_allowed_at_another_port(tmp_path: Path) -> None:
    async with serving(answer(SECRET)) as server:
        hosts = allowing(f"memos.example:{server.port + 1}")
        with pytest.raises(AudioForbidden):
            await read(tmp_path, f"http://memos.example:{server.port}/memo", hosts)
    assert server.connections == 0


async def test_what_was_checked_is_what_is_connected_to(tmp_path: Path) -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]

    async def rebinding(host: str, port: int) -> Sequence[str]:
        del host, port
        return answers.pop(0)

    async with (
        serving(answer(b"sound")) as checked,
        serving(answer(SECRET), host="127.0.0.2", port=checked.port) as rebound,
    ):
        hosts = HostCheck(["memos.example"], rebinding)
        uri = f"http://memos.example:{checked.port}/memo"
        assert await read(tmp_path, uri, hosts) == b"sound"
    assert (checked.connections, rebound.connections, answers) == (1, 0, [["127.0.0.2"]])


async def test_a_name_that_turns_private_between_two_attempts_is_refused(tmp_path: Path) -> None:
    answers: list[Sequence[str]] = [[], ["127.0.0.1"]]

    async def rebinding(host: str, port: int) -> Sequence[str]:
        del host, port
        return answers.pop(0)

    async with serving(answer(SECRET)) as server:
        uri = f"http://memos.example:{server.port}/memo"
        with pytest.raises(AudioForbidden):
            await read(tmp_path, uri, HostCheck((), rebinding))
    assert server.connections == 0


@pytest.mark.parametrize(
    ("host", "error"), [("127.0.0.1", AudioForbidden), ("localhost", AudioUnreachable)]
)
async def test_the_client_connects_to_given_addresses_whatever_the_host_means(
    host: str, error: type[AudioError]
) -> None:
    async with serving(answer(SECRET)) as server:
        with pytest.raises(error):
            async with get(URL(f"http://{host}:{server.port}/"), ["127.0.0.3"]):
                pytest.fail("it is connected to something")
    assert server.connections == 0
