"""Another model than the bundled one, by the folder it is in."""

from pathlib import Path

from faster_whisper import WhisperModel

from tests.support import random_whisper
from tests.support.audio import babble, wav_bytes
from tests.support.foreign import ForeignConsumer, ForeignProducer
from tests.support.pipeline import running_pipeline

WHOLE = "max_s=30,silence_ms=10000,pad_ms=7500,merge=true"
"""Cuts nothing off a short clip: the model hears what faster-whisper alone gives it to hear."""


def test_a_model_folder_of_ones_own_is_used_and_named(tmp_path: Path) -> None:
    model = random_whisper.build(tmp_path / "my whisper", seed=12)
    with running_pipeline(tmp_path / "run", whisper_model=str(model), chunk=WHOLE) as pipeline:
        uri = pipeline.give_bytes(wav_bytes(babble(6)), "babble.wav")
        bootstrap = str(pipeline.facts()["bootstrap"])
        with ForeignConsumer(bootstrap, ["transcripts.ready"]) as consumer:
            recording_id = ForeignProducer(bootstrap).send_json(
                user_id="own", audio_uri=uri, whisper_model="my whisper"
            )
            transcript = consumer.wait_for_event("transcripts.ready", recording_id)
        said = by_faster_whisper_alone(model, pipeline.audio_dir / "babble.wav")
    assert len(said) > 1
    assert [part["text"] for part in transcript["segments"]] == said
    assert transcript["model"] == "my whisper"


def by_faster_whisper_alone(model: Path, recording: Path) -> list[str]:
    """Return what the model says without any code of ours."""
    whisper = WhisperModel(str(model), device="cpu", local_files_only=True)
    segments, _ = whisper.transcribe(
        str(recording),
        temperature=0,
        compression_ratio_threshold=None,
        log_prob_threshold=None,
        no_speech_threshold=None,
    )
    return [segment.text.strip() for segment in segments]
