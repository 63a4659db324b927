"""Recordings of one host wait for each other, and for no longer than their deadline."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from agents.delivery.clock import SystemClock
from agents.errors import AudioUnreachable
from agents.storage.audio import SpoolingAudioStore
from agents.storage.host_check import HostCheck
from agents.storage.http_audio import HttpAudio
from agents.storage.owner import Owner
from tests.support.http_server import SOUND, ScriptedServer, answer, serving, silence, steadily
from tests.support.waiting import until

ADA = Owner(tenant="default", user="ada")
LOCAL = HostCheck(["127.0.0.1"])


def store(
    folder: Path, *, deadline_s: float = 60.0, hosts: HostCheck = LOCAL
) -> SpoolingAudioStore:
    http = HttpAudio(hosts, deadline_s=deadline_s, pace=SystemClock())
    return SpoolingAudioStore({"http": http}, spool_dir=folder, max_bytes=1 << 20)


async def read(audio: SpoolingAudioStore, uri: str) -> bytes:
    async with audio.open(uri, owner=ADA) as opened:
        return opened.file.read()


async def test_one_host_gets_four_requests_at_once(tmp_path: Path) -> None:
    go = asyncio.Event()

    async def wait(writer: asyncio.StreamWriter) -> None:
        await go.wait()
        writer.write(answer(SOUND))

    async with serving(wait) as server:
        audio = store(tmp_path)
        reads = [asyncio.create_task(read(audio, server.uri)) for _ in range(7)]
        await four_wait(server)
        go.set()
        assert await asyncio.gather(*reads) == [SOUND] * 7
    assert (server.connections, server.open_most) == (7, 4)


async def four_wait(server: ScriptedServer) -> None:
    """Wait until four requests came; give a fifth its chance."""
    await until(lambda: len(server.requests) == 4)
    for _ in range(20):
        await asyncio.sleep(0.001)


async def test_a_host_is_one_by_its_address_under_any_number_of_names(tmp_path: Path) -> None:
    names, go = [f"memos{number}.example" for number in range(7)], asyncio.Event()

    async def resolve(host: str, port: int) -> Sequence[str]:
        assert (host in names, port) == (True, server.port)
        return ["127.0.0.1"]

    async def wait(writer: asyncio.StreamWriter) -> None:
        await go.wait()
        writer.write(answer(SOUND))

    async with serving(wait) as server:
        audio = store(tmp_path, hosts=HostCheck(names, resolve))
        uris = [f"http://{name}:{server.port}/memo" for name in names]
        reads = [asyncio.create_task(read(audio, uri)) for uri in uris]
        await four_wait(server)
        go.set()
        assert await asyncio.gather(*reads) == [SOUND] * 7
    assert (server.connections, server.open_most) == (7, 4)


async def test_waiting_for_a_host_that_gives_nothing_ends_with_the_deadline(tmp_path: Path) -> None:
    time_of = asyncio.get_running_loop().time
    async with serving(silence) as server:
        audio, begun = store(tmp_path, deadline_s=2.0), time_of()
        reads = [asyncio.create_task(read(audio, server.uri)) for _ in range(12)]
        found = await asyncio.gather(*reads, return_exceptions=True)
    assert [type(error) for error in found] == [AudioUnreachable] * 12
    assert 2.0 <= time_of() - begun < 4.0  # three rounds of four would take six
    # One whose turn comes in its last moment is asked, and says so.
    assert any("was not asked in time" in str(error) for error in found)


async def test_waiting_for_a_host_that_gives_to_others_goes_on(tmp_path: Path) -> None:
    async with serving(steadily) as server:
        audio = store(tmp_path, deadline_s=0.2)
        reads = [asyncio.create_task(read(audio, server.uri)) for _ in range(9)]
        assert await asyncio.gather(*reads) == [SOUND] * 9
    assert server.connections == 9
