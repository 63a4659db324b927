import io
from dataclasses import replace

import numpy as np
import pytest

from agents.errors import AudioError, AudioTooLong, AudioUndecodable
from agents.transcriber.decoding import decoder
from agents.transcriber.decoding.decoder import DecodedInfo, DecodeLimits, DecodingState
from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples
from tests.support import audio

SPEECH = audio.babble(3.0)
LONG = audio.babble(20.0)
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


def decode(content: bytes, limits: DecodeLimits | None = None) -> tuple[Samples, DecodedInfo]:
    decoding = DecodingState(io.BytesIO(content), limits or DecodeLimits())
    samples = np.concatenate(list(decoding))
    return samples, decoding.info


@pytest.mark.parametrize("extension", audio.CODECS)
def test_every_format_gives_the_same_sound(extension: str) -> None:
    samples, info = decode(audio.encoded(SPEECH, extension))

    assert info.duration_ms == pytest.approx(3000, abs=30)
    assert info.warnings == ()
    assert samples.dtype == np.float32
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(np.sqrt(np.mean(SPEECH**2)), rel=0.1)


@pytest.mark.parametrize("channels", [2, 3, 6, 8, 64])
def test_channels_are_mixed_to_their_mean(channels: int) -> None:
    samples, _ = decode(audio.wav_bytes(SPEECH, channels=channels))

    assert samples == pytest.approx(SPEECH, abs=1e-3)


@pytest.mark.parametrize("layout", ["stereo", "5.1", "7.1"])
@pytest.mark.parametrize("codec", ["aac", "flac", "libopus"])
def test_channels_in_planes_are_mixed_to_their_mean(codec: str, layout: str) -> None:
    """The planes of a frame are as many as its channels: eight are the trap."""
    encoding = audio.Encoding(container="matroska", codec=codec, rate_hz=48_000, layout=layout)
    mono = decode(audio.muxed(SPEECH, replace(encoding, layout="mono")))[0]

    samples, info = decode(audio.muxed(SPEECH, encoding))

    assert info.warnings == ()
    assert np.corrcoef(samples[:48_000], mono[:48_000])[0, 1] > 0.95


@pytest.mark.parametrize("codec", ["u8", "s16le", "s24le", "s32le", "s64le", "f32le", "f64le"])
def test_every_kind_of_sample_has_its_own_scale(codec: str) -> None:
    encoding = audio.Encoding(container="wav", codec=f"pcm_{codec}")

    samples, _ = decode(audio.muxed(SPEECH, encoding))

    assert samples == pytest.approx(SPEECH, abs=1e-2)


def test_other_rates_are_resampled() -> None:
    samples, info = decode(audio.wav_bytes(SPEECH, rate_hz=44_100, channels=2))

    assert len(samples) == pytest.approx(len(SPEECH) * 16 / 44.1, rel=0.01)
    assert info.duration_ms == pytest.approx(1088, abs=5)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello world" * 50,
        np.random.default_rng(0).bytes(50_000),
        audio.png(),
        audio.video_without_sound(),
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        PLAYLIST,
        audio.wav_bytes(audio.silence(0)),
        audio.float_wav_bytes(np.full(16_000, np.nan, np.float32)),
        audio.encoded(LONG, "m4a")[:20_000],
        audio.wav_bytes(SPEECH, channels=65),
        audio.wav_bytes(SPEECH, rate_hz=1_000_000_000),
        audio.wav_bytes(SPEECH, rate_hz=1),
    ],
    ids=[
        "empty", "text", "random", "png", "video", "ffconcat", "m3u8", "header only", "NaN only",
        "m4a without its index", "65 channels", "1 GHz", "1 Hz",
    ],
)  # fmt: skip
def test_what_holds_no_sound_is_undecodable(content: bytes) -> None:
    with pytest.raises(AudioUndecodable) as caught:
        decode(content)

    assert caught.value.reason == "audio-undecodable"
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("extension", ["wav", "mp3", "flac", "webm"])
def test_half_a_recording_is_kept_and_called_truncated(extension: str) -> None:
    content = audio.encoded(LONG, extension)

    _, info = decode(content[: len(content) // 2])

    assert 8_000 < info.duration_ms < 12_000
    assert "truncated" in info.warnings


def test_an_ogg_recording_that_was_cut_off_is_called_truncated() -> None:
    content = audio.encoded(LONG, "ogg")

    assert decode(content)[1].warnings == ()
    assert decode(content[: len(content) // 2])[1].warnings == ("truncated",)


def test_a_short_loss_in_a_long_recording_is_called_damage() -> None:
    pages = audio.encoded(audio.babble(120), "ogg").split(b"OggS")
    content = b"OggS".join(pages[:60] + pages[61:])

    _, info = decode(content)

    assert info.warnings == ("damaged",)
    assert info.duration_ms == pytest.approx(119_000, abs=200)


def test_no_block_is_longer_than_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "BLOCK_SAMPLES_MAX", 1_000)

    blocks = list(DecodingState(io.BytesIO(audio.wav_bytes(SPEECH)), DecodeLimits()))

    assert {len(block) for block in blocks} == {1_000}


def test_damage_in_the_middle_keeps_the_sound_around_it() -> None:
    content = bytearray(audio.encoded(LONG, "mp3"))
    content[8_000:10_000] = np.random.default_rng(0).bytes(2_000)

    _, info = decode(bytes(content))

    assert info.duration_ms > 15_000
    assert "damaged" in info.warnings


def test_what_is_no_number_becomes_silence() -> None:
    broken = np.concatenate([SPEECH, np.full(8_000, np.inf, np.float32), SPEECH * 1e20])

    samples, info = decode(audio.float_wav_bytes(broken))

    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1.0
    assert info.warnings == ("damaged",)


def test_stops_at_the_longest_allowed_while_decoding() -> None:
    decoding = DecodingState(io.BytesIO(audio.wav_bytes(LONG)), DecodeLimits(max_s=10))

    with pytest.raises(AudioTooLong, match="longer than 10 s"):
        list(decoding)

    assert decoding.info.duration_ms < 10_500


def test_a_length_that_cannot_be_is_no_claim() -> None:
    """The container says a minute, where ten seconds are allowed."""
    decoding = DecodingState(io.BytesIO(audio.wav_bytes(LONG)), DecodeLimits(max_s=10))
    assert len(LONG) > 10 * 16_000

    next(iter(decoding))

    assert decoding.claimed_ms is None


def test_a_recording_of_many_blocks_is_given_in_pieces() -> None:
    blocks = list(DecodingState(io.BytesIO(audio.wav_bytes(LONG)), DecodeLimits()))

    assert len(blocks) >= 3
    assert max(map(len, blocks)) <= 6 * SAMPLE_RATE_HZ


@pytest.mark.parametrize("extension", ["mp3", "m4a", "flac", "ogg", "webm"])
def test_tells_what_the_file_says_of_its_time(extension: str) -> None:
    content = audio.encoded(SPEECH, extension, {"creation_time": "2026-11-19T07:40:00Z"})

    _, info = decode(content)

    assert info.time_tags["creation_time"].startswith("2026-11-19T07:40:00")


def test_a_closed_file_is_an_error_of_ours_not_a_crash() -> None:
    file = io.BytesIO(audio.wav_bytes(SPEECH))
    file.close()

    with pytest.raises(AudioError):
        list(DecodingState(file, DecodeLimits()))


def test_says_nothing_on_the_error_stream(capfd: pytest.CaptureFixture[str]) -> None:
    content = bytearray(audio.encoded(LONG, "mp3"))
    content[8_000:10_000] = np.random.default_rng(1).bytes(2_000)

    decode(bytes(content))

    assert capfd.readouterr().err == ""
