"""Damages recordings by chance, the same way for the same seed."""

from collections.abc import Callable, Iterator, Mapping
from random import Random

from tests.support.audio import CODECS, Encoding, babble, encoded, muxed
from tests.support.hostile.hostile_file import NO_LURE
from tests.support.hostile_files import FILES

SIZES = range(64, 250_000)
"""Sizes of the hostile files that are damaged further, in bytes: small ones are quick."""

_ENCODINGS = {
    "adts": Encoding(container="adts", codec="aac"),
    "aiff": Encoding(container="aiff", codec="pcm_s16be"),
    "caf": Encoding(container="caf", codec="pcm_s16le"),
    "wma": Encoding(container="asf", codec="wmav2", bit_rate=24_000),
    "w64": Encoding(container="w64", codec="pcm_s16le"),
    "ac3": Encoding(container="ac3", codec="ac3", rate_hz=48_000),
    "3gp": Encoding(container="3gp", codec="aac"),
    "mov": Encoding(container="mov", codec="alac"),
    "mka": Encoding(container="matroska", codec="flac"),
    "oga": Encoding(container="ogg", codec="flac"),
    "adpcm": Encoding(container="wav", codec="adpcm_ima_wav"),
    "alaw": Encoding(container="wav", codec="pcm_alaw"),
    "surround": Encoding(container="ipod", codec="aac", layout="7.1", rate_hz=48_000),
    "stereo": Encoding(container="ipod", codec="aac", layout="stereo", rate_hz=44_100),
}
"""Formats beside those that must decode."""

_TELLING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF)
_HEAD_BYTES = 600

Mutation = Callable[[bytearray, Random], None]


def valid_files() -> dict[str, bytes]:
    """Return a short recording of every format, by name."""
    speech = babble(1.5)
    files = {extension: encoded(speech, extension) for extension in CODECS}
    return files | {name: muxed(speech, encoding) for name, encoding in _ENCODINGS.items()}


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Give every hostile file, by name."""
    for file in FILES:
        yield file.name, file.build(NO_LURE)


def odd_files() -> dict[str, bytes]:
    """Return the small ones of the hostile files, by name."""
    return {name: content for name, content in hostile_files() if len(content) in SIZES}


def mutated(
    valid: Mapping[str, bytes], odd: Mapping[str, bytes], random: Random
) -> tuple[str, bytes]:
    """Return the name of one of the files, and what chance made of it."""
    files = odd if _one_in(4, random) else valid
    name = random.choice(sorted(files))
    content = bytearray(files[name])
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        if _one_in(10, random):
            other = random.choice(sorted(valid))
            content = _spliced(content, valid[other], random)
        else:
            random.choice(_MUTATIONS)(content, random)
    return name, bytes(content)


def _spliced(content: bytearray, other: bytes, random: Random) -> bytearray:
    return content[: _place(content, random)] + other[random.randrange(len(other)) :]


def _flip_bits(content: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 3, 10, 100))):
        if content:
            content[_place(content, random)] ^= 1 << random.randrange(8)


def _overwrite(content: bytearray, random: Random) -> None:
    at, count = _place(content, random), random.choice((1, 4, 50, 2_000))
    kept = len(content)
    content[at : at + count] = random.choice(
        (bytes(count), b"\xff" * count, random.randbytes(count))
    )
    del content[kept:]


def _lie(content: bytearray, random: Random) -> None:
    """Put a telling number where a field may be."""
    width, order = random.choice((1, 2, 4, 8)), random.choice(("big", "little"))
    number = random.choice(_TELLING) & ((1 << 8 * width) - 1)
    at = _place(content, random)
    content[at : at + width] = number.to_bytes(width, "big" if order == "big" else "little")


def _repeat(content: bytearray, random: Random) -> None:
    at, count = _place(content, random), random.choice((1, 16, 300, 5_000))
    content[at:at] = content[at : at + count] * random.choice((1, 1, 3))


def _remove(content: bytearray, random: Random) -> None:
    at = _place(content, random)
    del content[at : at + random.choice((1, 16, 300, 5_000))]


def _truncate(content: bytearray, random: Random) -> None:
    del content[_place(content, random) :]


def _insert(content: bytearray, random: Random) -> None:
    at = _place(content, random)
    content[at:at] = random.randbytes(random.choice((1, 8, 500)))


_MUTATIONS: tuple[Mutation, ...] = (
    _flip_bits,
    _overwrite,
    _lie,
    _lie,
    _repeat,
    _remove,
    _truncate,
    _insert,
)


def _place(content: bytearray, random: Random) -> int:
    """Return a position, often in the head, where most fields are, or in the tail."""
    size = max(1, len(content))
    end = min(size, _HEAD_BYTES)
    return random.choice(
        (
            random.randrange(end),
            random.randrange(end),
            size - 1 - random.randrange(end),
            random.randrange(size),
            random.randrange(size),
        )
    )


def _one_in(count: int, random: Random) -> bool:
    return random.randrange(count) == 0
