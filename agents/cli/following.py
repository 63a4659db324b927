"""Follows recordings through the stream until each is in the diary or given up."""

from collections.abc import Mapping
from datetime import date
from types import TracebackType
from typing import Self

from rich.console import Console

from agents.cli.common import event_in
from agents.cli.progress import RecordingProgress, progress_view
from agents.delivery.record import Record
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.topic_reader import TopicReader
from agents.settings import Settings
from agents.wiring import schema_source
from schemas import DiaryReady, StatusChanged
from topics.catalogue import load


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
        self, names: Mapping[str, str], console: Console
    ) -> Mapping[str, RecordingProgress]:
        """Show the progress of recordings, *names* by id, until all are finished."""
        self._followed = {
            recording_id: RecordingProgress(name=name) for recording_id, name in names.items()
        }
        with progress_view(console) as view:
            view.show(self._followed)
            while not all(progress.finished for progress in self._followed.values()):
                for record in self._reader.poll():
                    self._note(record)
                view.show(self._followed)
        return self._followed

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

    def __enter__(self) -> Self:
        """Return the follower itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the connection."""
        self._reader.close()
