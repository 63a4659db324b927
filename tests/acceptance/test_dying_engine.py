"""The speech engine's process, and the decoders', killed while a day is transcribed."""

import os
import signal
import time
from pathlib import Path

from agents.demo import recordings
from agents.local.up_state import UpStatus
from tests.support.foreign import ForeignConsumer, ForeignProducer
from tests.support.pipeline import Pipeline, eventually, running_pipeline

SPOKEN = [recording for recording in recordings() if recording.segments]
PEOPLE = [f"person-{n}" for n in range(3)]


def test_recordings_come_out_right_though_their_engine_is_killed(tmp_path: Path) -> None:
    with running_pipeline(tmp_path) as pipeline:
        bootstrap = str(pipeline.facts()["bootstrap"])
        with ForeignConsumer(bootstrap, ["transcripts.ready"]) as consumer:
            sent = send_all(pipeline, bootstrap)
            for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGKILL):
                kill_at_work(pipeline, "serving.child", number)
            kill_at_work(pipeline, "decoding.parent", signal.SIGKILL)
            heard = {
                recording_id: consumer.wait_for_event("transcripts.ready", recording_id)
                for recording_id in sent
            }

    said = {
        recording_id: " ".join(part["text"] for part in transcript["segments"])
        for recording_id, transcript in heard.items()
    }
    assert said == sent


def send_all(pipeline: Pipeline, bootstrap: str) -> dict[str, str]:
    """Send every recording for several people; return the text to come by recording."""
    producer = ForeignProducer(bootstrap)
    uris = {recording.path: pipeline.give(recording.path) for recording in SPOKEN}
    return {
        producer.send_json(
            user_id=person, audio_uri=uris[recording.path], time_zone="UTC"
        ): recording.text
        for person in PEOPLE
        for recording in SPOKEN
    }


def kill_at_work(pipeline: Pipeline, program: str, number: signal.Signals) -> None:
    """Send *number* to the transcriber's child that runs *program*, once it has worked a little."""
    worker = transcriber_of(pipeline)
    child = eventually(lambda: child_of(worker, program), within_s=60, what=program)
    before = cpu_ticks(child)
    deadline = time.monotonic() + 60
    while cpu_ticks(child) < before + 5 and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(child, number)
    eventually(lambda: child_of(worker, program) != child or None, within_s=60, what="its end")


def transcriber_of(pipeline: Pipeline) -> int:
    known = UpStatus.read(pipeline.state_dir)
    assert known is not None
    [process] = [part.process for part in known.parts if part.name == "transcriber"]
    assert process is not None
    return process.pid


def child_of(worker: int, program: str) -> int | None:
    listed = Path(f"/proc/{worker}/task").glob("*/children")
    for child in (int(number) for path in listed for number in path.read_text().split()):
        command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        if any(part.endswith(program.encode()) for part in command):
            return child
    return None


def cpu_ticks(process: int) -> int:
    """Return the processor time of *process*, in ticks of the system's clock."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
