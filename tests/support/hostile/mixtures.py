"""Files that change as they go on, or hold more than one thing."""

import io
import struct
from functools import partial
from typing import Any

import av
import numpy as np

from tests.support.audio import Encoding, add_sound, encoded, muxed, png, wav_bytes
from tests.support.hostile.boxes import cluster, ebml, matroska, number, pcm
from tests.support.hostile.damaged import whole
from tests.support.hostile.hostile_file import OK, HostileFile, fixed, rubbish, speech


def _other(extension: str, layout: str) -> bytes:
    container, codec, rate_hz = {
        "mp3": ("mp3", "libmp3lame", 44_100),
        "aac": ("adts", "aac", 48_000),
        "flac": ("flac", "flac", 44_100),
        "ogg": ("ogg", "libopus", 24_000),
    }[extension]
    encoding = Encoding(container=container, codec=codec, rate_hz=rate_hz, layout=layout)
    return muxed(speech(), encoding)


def _two_rates(extension: str) -> bytes:
    layout = "mono" if extension == "ogg" else "stereo"
    return whole(extension) + _other(extension, layout)


def _eight_channels(container: str, codec: str) -> bytes:
    encoding = Encoding(container=container, codec=codec, rate_hz=48_000, layout="7.1")
    return muxed(speech(), encoding)


def _two_wavs() -> bytes:
    return wav_bytes(speech()) + wav_bytes(speech(), rate_hz=44_100, channels=2)


def _picture_frame() -> Any:
    return av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")


def _movie_with_late_sound() -> bytes:
    """Return a movie whose sound begins two seconds after its pictures."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        video: Any = container.add_stream("mpeg4", rate=5)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        sound: Any = container.add_stream("aac", rate=16_000)
        sound.layout = "mono"
        for _ in range(40):
            container.mux(video.encode(_picture_frame()))
        container.mux(video.encode(None))
        add_sound(container, sound, speech(), start_s=2.0)
    return buffer.getvalue()


def _cover_art() -> bytes:
    picture = b"\0image/png\0\x03\0" + png()
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame + whole("mp3")


def _blocks() -> list[bytes]:
    sound = pcm(speech())
    return [sound[at : at + 640] for at in range(0, len(sound), 640)]


def _attachment() -> bytes:
    attached = ebml(
        0x61A7,
        ebml(0x466E, b"../../etc/cron.d/x"),
        ebml(0x4660, b"application/x-truetype-font"),
        ebml(0x465C, rubbish(50_000)),
        number(0x46AE, 7),
    )
    return matroska(cluster(0, *_blocks()), more=ebml(0x1941A469, attached))


def _subtitles_beside() -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="matroska") as container:
        sound: Any = container.add_stream("pcm_s16le", rate=16_000)
        sound.layout = "mono"
        container.add_stream("ass")
        add_sound(container, sound, speech())
    return buffer.getvalue()


def _jumping(*starts_ms: int) -> bytes:
    """Return a recording whose parts claim to begin at *starts_ms*, in this order."""
    blocks = _blocks()
    size = -(-len(blocks) // len(starts_ms))
    parts = [blocks[at : at + size] for at in range(0, len(blocks), size)]
    clusters = [cluster(at, *part) for at, part in zip(starts_ms, parts, strict=True)]
    return matroska(*clusters)


FILES: tuple[HostileFile, ...] = (
    fixed("8-channels.m4a", partial(_eight_channels, "ipod", "aac"), OK, heard_s=5.9),
    fixed("8-channels.flac", partial(_eight_channels, "flac", "flac"), OK, heard_s=5.9),
    fixed("8-channels.opus", partial(_eight_channels, "ogg", "libopus"), OK, heard_s=5.9),
    fixed("two-rates.aac", partial(_two_rates, "aac"), OK, heard_s=11.9),
    fixed("two-rates.ogg", partial(_two_rates, "ogg"), OK, heard_s=11.9),
    fixed("two-rates.mp3", partial(_two_rates, "mp3"), OK, "damaged", "truncated", heard_s=11.9),
    fixed("two-rates.flac", partial(_two_rates, "flac"), OK, "damaged", heard_s=5.9),
    fixed("more-channels.ogg", lambda: whole("ogg") + _other("ogg", "stereo"), OK, "damaged",
          heard_s=5.9),
    fixed("two-files.wav", _two_wavs, OK, heard_s=5.9),
    fixed("two-formats.mp3", lambda: whole("mp3") + whole("ogg"), OK, "damaged", "truncated",
          heard_s=5.9),
    fixed("wav-in-front.mp3", lambda: whole("wav") + whole("mp3"), OK, heard_s=5.9),
    fixed("late-sound.mp4", _movie_with_late_sound, OK, heard_s=5.9),
    fixed("cover-art.mp3", _cover_art, OK, heard_s=5.9),
    fixed("attachment.mka", _attachment, OK, heard_s=5.9),
    fixed("subtitles.mkv", _subtitles_beside, OK, heard_s=5.9),
    fixed("backwards.mka", partial(_jumping, 4_000, 2_000, 0), OK, heard_s=5.9),
    fixed("years-apart.mka", partial(_jumping, 0, 10**11, 2 * 10**12), OK, heard_s=5.9),
    fixed("end-of-time.mka", partial(_jumping, 2**63 - 10**6, 0), OK, heard_s=5.9),
    fixed("tagged-with-rubbish.mp3", lambda: encoded(
        speech(), "mp3", {"creation_time": "9999-99-99T99:99:99Z", "title": "\x1b[2J" * 999}),
        OK, heard_s=5.9),
)  # fmt: skip
