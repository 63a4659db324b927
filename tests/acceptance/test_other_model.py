"""Another model than the bundled one, by the folder it is in."""

import shutil
from pathlib import Path

from agents import demo
from tests.support.foreign import ForeignConsumer, ForeignProducer
from tests.support.pipeline import running_pipeline


def test_a_model_folder_of_ones_own_is_used_and_named(tmp_path: Path) -> None:
    model = tmp_path / "my whisper"
    shutil.copytree(demo.MODEL_DIR, model)
    one = next(one for one in demo.recordings() if one.language == "de")
    with running_pipeline(tmp_path / "run", whisper_model=str(model)) as pipeline:
        bootstrap = str(pipeline.facts()["bootstrap"])
        with ForeignConsumer(bootstrap, ["transcripts.ready"]) as consumer:
            recording_id = ForeignProducer(bootstrap).send_json(
                user_id="own", audio_uri=pipeline.give(one.path), whisper_model="my whisper"
            )
            transcript = consumer.wait_for_event("transcripts.ready", recording_id)
    assert [part["text"] for part in transcript["segments"]] == list(one.segments)
    assert transcript["model"] == "my whisper"
