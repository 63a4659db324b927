"""Nothing that Daybook loads tells anybody of it."""

import os
import subprocess
import sys
from pathlib import Path


def test_the_speech_runtime_keeps_no_device_id(tmp_path: Path) -> None:
    load = "from agents.transcriber.voice_activity import VoiceActivity; VoiceActivity()"
    environment = {
        name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"
    }
    subprocess.run(
        [sys.executable, "-c", load],
        env=environment | {"XDG_CACHE_HOME": str(tmp_path), "CI": ""},
        check=True,
    )
    assert list(tmp_path.rglob("*")) == []
