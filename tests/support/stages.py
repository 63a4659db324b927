"""The transcriber's stage, as data."""

from agents.delivery.stage import Stage
from schemas import AudioReceived

MAIN, REDRIVE = "audio.received", "daybook.transcriber.redrive"
TRANSCRIBER: Stage[AudioReceived] = Stage(
    name="transcriber",
    group="daybook.transcriber",
    event_type=AudioReceived,
    topics=(MAIN, REDRIVE),
    in_flight=4,
)
