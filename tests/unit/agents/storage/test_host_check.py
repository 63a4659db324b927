from collections.abc import Sequence

import pytest

from agents.errors import AudioForbidden, AudioUnreachable
from agents.storage.host_check import HostCheck, SystemResolver

PUBLIC = "93.184.216.34"


def names(*answers: Sequence[str]) -> tuple[HostCheck, list[tuple[str, int]]]:
    """Return a check whose name server gives these answers, and what it is asked."""
    asked: list[tuple[str, int]] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return answers[len(asked) - 1]

    return HostCheck({"inside.example", "half.example:8080", "[::1]:9000"}, resolve), asked


async def test_a_name_is_looked_up_once() -> None:
    check, asked = names([PUBLIC, "2606:4700::1111"])
    assert await check.addresses("example.com", 443) == (PUBLIC, "2606:4700::1111")
    assert asked == [("example.com", 443)]


@pytest.mark.parametrize("found", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["fe80::1%lo"], ["?"]])
async def test_one_address_that_is_not_public_is_too_many(found: list[str]) -> None:
    check, _ = names(found)
    with pytest.raises(AudioForbidden, match="DAYBOOK_AUDIO_HOSTS"):
        await check.addresses("example.com", 80)


@pytest.mark.parametrize(
    ("host", "port"),
    [("inside.example", 1), ("Inside.Example.", 2), ("half.example", 8080)],
)
async def test_an_allowed_host_may_be_private(host: str, port: int) -> None:
    check, _ = names(["10.0.0.1"])
    assert await check.addresses(host, port) == ("10.0.0.1",)


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("half.example", 80),
        ("x.inside.example", 80),
        ("inside.example.x", 80),
        ("nside.example", 1),
    ],
)
async def test_a_host_that_only_looks_allowed_may_not(host: str, port: int) -> None:
    check, _ = names(["10.0.0.1"])
    with pytest.raises(AudioForbidden):
        await check.addresses(host, port)


async def test_an_address_needs_no_looking_up() -> None:
    check, asked = names()
    assert await check.addresses(PUBLIC, 80) == (PUBLIC,)
    assert await check.addresses("::1", 9000) == ("::1",)
    with pytest.raises(AudioForbidden):
        await check.addresses("::1", 9001)
    assert asked == []


@pytest.mark.parametrize(
    "host",
    [
        "",
        "a b",
        "a..b",
        "-a.example",
        "ex%41mple",
        "x" * 64,
        "a,b",
        "é",
        "\u212a",
        "\u017f.de",
        "a\0",
    ],
)
async def test_what_is_no_name_is_not_looked_up(host: str) -> None:
    check, asked = names()
    with pytest.raises(AudioForbidden):
        await check.addresses(host, 80)
    assert asked == []


async def test_a_name_without_an_address_may_have_one_later() -> None:
    check, _ = names([])
    with pytest.raises(AudioUnreachable) as caught:
        await check.addresses("example.com", 80)
    assert caught.value.passing


async def test_the_system_is_asked_where_nothing_else_is_told() -> None:
    assert "127.0.0.1" in await SystemResolver()("localhost", 80)
    with pytest.raises(AudioUnreachable, match="not found"):
        await HostCheck(()).addresses("no-such-host.invalid", 80)
