"""Which s3 URIs may be read, decided before there is any client."""

from pathlib import Path

import pytest

from agents.errors import AudioForbidden
from agents.storage.audio import SpoolingAudioStore
from agents.storage.audio_uri import parse_audio_uri
from agents.storage.obstore_client import Bucket
from agents.storage.owner import Owner
from agents.storage.s3_audio import S3Audio
from agents.storage.s3_uri import S3Place, key_of

ADA = Owner(tenant="acme", user="ada")
PLACES = ("s3://memos/rec/{tenant}/{user}", "s3://memos/shared")


def no_bucket(name: str, dependency: str) -> Bucket:
    pytest.fail(f"the bucket {name!r} ({dependency}) was about to be worked with")


@pytest.mark.parametrize(
    "uri",
    [
        "s3://other/rec/acme/ada/memo",
        "s3://memos/memo",
        "s3://memos/rec/acme/bob/memo",
        "s3://memos/rec/other/ada/memo",
        "s3://memos/rec/acme/ada",
        "s3://memos/rec/acme/ada/",
        "s3://memos/rec/acme/adam/memo",
        "s3://memos/rec/acme/ad/memo",
        "s3://memos/rec/acme/{user}/memo",
        "s3://memos/rec/{tenant}/{user}/memo",
        "s3://memos/sharedmemo",
        "s3://memos/shared/../rec/acme/bob/memo",
        "s3://memos/shared/%2e%2e/rec/acme/bob/memo",
        "s3://memos/shared/..%2Frec/acme/bob/memo",
        "s3://memos/shared/..\\rec\\acme\\bob\\memo",
        "s3://memos/shared/./memo",
        "s3://memos/shared//memo",
        "s3://memos//shared/memo",
        "s3://memos/shared/memo/",
        "s3://memos/shared/memo?versionId=1",
        "s3://memos/shared/memo#x",
        "s3://memos/shared/me%00mo",
        "s3://memos/shared/me%7Fmo",
        "s3://memos/shared/me\udc80mo",
        "s3://memos/shared/" + "x" * 256,
        "s3://memos/shared/" + "x" * 200 + ("/" + "x" * 200) * 5,
        "s3://memos:80/shared/memo",
        "s3://ada@memos/shared/memo",
        "s3://memos.example/shared/memo",
        "s3:///memos/shared/memo",
        "s3:memos/shared/memo",
        "s3://memos",
        "s3://",
    ],
)
async def test_nothing_outside_of_the_places_is_asked_for(tmp_path: Path, uri: str) -> None:
    fetchers = {"s3": S3Audio(PLACES, no_bucket)}
    audio = SpoolingAudioStore(fetchers, spool_dir=tmp_path, max_bytes=1)
    with pytest.raises(AudioForbidden):
        async with audio.open(uri, owner=ADA):
            pass


@pytest.mark.parametrize(
    ("place", "key", "inside"),
    [
        ("s3://memos", "memo", True),
        ("s3://memos/a", "a/memo", True),
        ("s3://memos/{user}", "ada/memo", True),
        ("s3://memos/{user}/{tenant}/x", "ada/acme/x/y/memo", True),
        ("s3://memos/{user}", "acme/memo", False),
        ("s3://memos/a", "a", False),
        ("s3://memos/a", "ab/memo", False),
        ("s3://memo", "memo", False),
    ],
)
def test_a_place_holds_what_is_below_it(place: str, key: str, *, inside: bool) -> None:
    assert S3Place.parse(place).holds("memos", key, ADA) is inside


def test_an_owner_cannot_be_named_so_that_the_place_is_anothers() -> None:
    place = S3Place.parse("s3://memos/{tenant}/{user}")
    for user in ("{tenant}", "..", "ada/..", ""):
        assert not place.holds("memos", "acme/ada/memo", Owner(tenant="acme", user=user))


def test_a_key_is_decoded_once() -> None:
    assert key_of(parse_audio_uri("s3://memos/a%2520b/%C3%BC.opus")) == "a%20b/ü.opus"
