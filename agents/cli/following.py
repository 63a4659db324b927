"""Follows recordings through the stream until each is in the diary or given up."""

import math
import time
from collections.abc import Mapping
from datetime import date

from rich.console import Console

from agents.cli.common import event_in
from agents.cli.progress import RecordingProgress, progress_view
from agents.delivery.record import Record
from agents.errors import PipelineError
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.contract import schema_source
from agents.kafka.topic_reader import TopicReader
from agents.settings import Settings
from schemas import DiaryReady, StatusChanged
from topics.catalogue import load

DOUBT_S = 15.0
"""Time without any sign of a worker after which people are told, in seconds."""

NOBODY_WORKS = (
    "No worker has taken it yet: `daybook status` says what runs, `daybook up` starts it. "
    "Waiting on …"
)


class Following:
    """Sees everything that happens after it was made: make it before sending."""

    def __init__(self, settings: Settings) -> None:
        catalogue = load()
        self._schemas = schema_source(settings)
        self._status_topic = catalogue.pipeline_status.name
        self._reader = TopicReader(
            librdkafka_settings(settings), [self._status_topic, catalogue.diaries_ready.name]
        )
        self._reader.follow()
        self._days: dict[str, date] = {}
        self._followed: dict[str, RecordingProgress] = {}

    def until_finished(
        self, names: Mapping[str, str], console: Console, *, limit_s: float = math.inf
    ) -> Mapping[str, RecordingProgress]:
        """Show the progress of recordings, *names* by id, until all are finished.

        Raises:
            PipelineError: they are not, after *limit_s*.

        """
        self._followed = {
            recording_id: RecordingProgress(name=name) for recording_id, name in names.items()
        }
        began = time.monotonic()
        doubted = False
        with progress_view(console) as view:
            view.show(self._followed)
            while unfinished := self._unfinished():
                waited_s = time.monotonic() - began
                if waited_s >= limit_s:
                    words = "; ".join(f"{one.name}: {one.words}" for one in unfinished)
                    raise PipelineError(f"not in the diary after {limit_s:g} s: {words}")
                for record in self._reader.poll():
                    self._note(record)
                view.show(self._followed)
                if waited_s >= DOUBT_S and not doubted and self._nobody_works():
                    doubted = True
                    console.print(NOBODY_WORKS, highlight=False, soft_wrap=True)
        return self._followed

    def _unfinished(self) -> list[RecordingProgress]:
        return [progress for progress in self._followed.values() if not progress.finished]

    def _nobody_works(self) -> bool:
        return all(progress.stage is None for progress in self._followed.values())

    def days(self) -> list[date]:
        """Return the days whose diaries the followed recordings are in."""
        return sorted(
            {day for recording_id, day in self._days.items() if recording_id in self._followed}
        )

    def _note(self, record: Record) -> None:
        if record.partition.topic == self._status_topic:
            status = event_in(record, StatusChanged, self._schemas)
            progress = self._followed.get(status.recording_id) if status else None
            if status and progress:
                self._followed[status.recording_id] = progress.after(status)
        elif entry := event_in(record, DiaryReady, self._schemas):
            self._days[entry.recording_id] = entry.diary_date

    def close(self) -> None:
        """Let go of the connection."""
        self._reader.close()
