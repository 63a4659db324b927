"""Diarists as processes of their own, on a broker and a language model's server of their own."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agents.local.broker import LocalBroker
from agents.storage.memory.configured import FILE
from schemas import Segment, TranscriptReady
from tests.support.asking import a_reply
from tests.support.builders import a_transcript
from tests.support.foreign import ForeignConsumer, ForeignProducer, avro_value, event_of
from tests.support.llm_server import LlmRequest, LlmServer, replying
from tests.support.pipeline import Pipeline
from tests.support.records import a_record_of
from tests.support.worker_processes import PRODUCT, HandRun, WorkerProcess

ENTRIES, UPGRADES = "diaries.ready", "daybook.diarist.upgrade"
DEAD = "dlq.daybook.diarist.transcripts.ready"

ENTRY_S = 60.0
"""Longest time that an entry takes on a loaded machine, in seconds."""

_LINE = re.compile(r"^\[(\d+)\] \[\d\d+:\d\d\] (?:[^:\n]*: )?(.*)$", re.MULTILINE)


def lines_of(request: LlmRequest) -> dict[int, str]:
    """Return the transcript's lines in a request, by number."""
    return {int(number): text for number, text in _LINE.findall(request.content)}


def faithful(request: LlmRequest) -> dict[str, Any]:
    """Tell each line as a passage of its own, as an honest if dull model would."""
    lines = lines_of(request)
    return a_reply(
        title="Written by a model",
        summary=next(iter(lines.values())),
        narrative=[
            {"text": text, "cites": [number], "new_paragraph": False}
            for number, text in list(lines.items())[:20]
        ],
    )


class DiaristRun:
    """A broker with topics, a scripted server, and diarists that use both."""

    def __init__(self, folder: Path, broker: LocalBroker, server: LlmServer) -> None:
        self.broker = broker
        self.server = server
        self._folder = folder
        self._bootstrap = broker.start()
        self._producer = ForeignProducer(self._bootstrap)
        self._run = HandRun(folder / "run", kafka_bootstrap=self._bootstrap)
        self._plain = self._run._env

    @property
    def memory_file(self) -> Path:
        """The working memory of workers without a Redis."""
        return self._run.state_dir / FILE

    def worker(
        self,
        writers: str = "anthropic:m,extractive",
        *,
        program: str = PRODUCT,
        **settings: str,
    ) -> WorkerProcess:
        """Start a diarist, and wait until it is ready."""
        worker = self.begin(writers, program=program, **settings)
        worker.await_ready()
        return worker

    def begin(
        self,
        writers: str = "anthropic:m,extractive",
        *,
        program: str = PRODUCT,
        **settings: str,
    ) -> WorkerProcess:
        """Start a diarist; it never is ready while a provider is down."""
        asked = {f"DAYBOOK_{name.upper()}": value for name, value in settings.items()}
        self._run._env = self._plain | self.server.environ | {"DAYBOOK_WRITERS": writers} | asked
        return self._run.start(program, "diarist")

    def say(self, *texts: str | Segment, **changes: Any) -> str:
        """Publish a transcript; return its recording's id."""
        recording_id = str(changes.setdefault("recording_id", f"rec-{uuid.uuid4().hex}"))
        self.publish(a_transcript(*texts, **changes))
        return recording_id

    def publish(self, transcript: TranscriptReady) -> None:
        """Publish a whole transcript."""
        record = a_record_of(transcript)
        self._producer.send_bytes(
            record.value,
            key=transcript.recording_id,
            topic="transcripts.ready",
            headers=record.headers,
        )

    @property
    def state_dir(self) -> Path:
        """The state folder of all diarists of this run."""
        return self._run.state_dir

    def wish(self, user_id: str, **wishes: Any) -> None:
        """Publish what a person wishes."""
        value = avro_value("users.settings", {"user_id": user_id, **wishes})
        self._producer.send_bytes(value, key=f"default/{user_id}", topic="users.settings")

    def entries(self) -> ForeignConsumer:
        """Return a reader of the entries that are published from now on."""
        return ForeignConsumer(self._bootstrap, [ENTRIES, UPGRADES, DEAD])

    def entry(
        self, reader: ForeignConsumer, recording_id: str, *, fallback: bool = False
    ) -> dict[str, Any]:
        """Return the entry of a recording, the one that stands in or the one that is meant."""

        def matches(message: Any) -> bool:
            if message.topic() != ENTRIES:
                return False
            event = event_of(message)
            said = event["recording_id"], event["generator"]["fallback"]
            return bool(said == (recording_id, fallback))

        return event_of(reader.wait_for(matches, within_s=ENTRY_S)[0])

    def lag(self, topic: str) -> int:
        """Return how many records of *topic* the group has not finished."""
        shown = Pipeline(self._folder / f"cli-{uuid.uuid4().hex}", kafka_bootstrap=self._bootstrap)
        groups = json.loads(shown.ok("offsets", "show", "--group", "daybook.diarist", "--json"))
        return sum(int(one["lag"] or 0) for one in groups if one["topic"] == topic)

    def end(self) -> None:
        """Kill what still runs."""
        self._run.kill_all()


@contextmanager
def diarist_run(folder: Path) -> Iterator[DiaristRun]:
    """Start broker and server, and end everything however the block ends."""
    broker = LocalBroker(folder / "kafka", tethered=True)
    try:
        bootstrap = broker.start()
        Pipeline(folder / "cli", kafka_bootstrap=bootstrap, partitions="3").ok(
            "topics", "apply", "--yes"
        )
        with LlmServer(replying(faithful)) as server:
            run = DiaristRun(folder, broker, server)
            try:
                yield run
            finally:
                run.end()
    finally:
        broker.stop()
