"""What of the wire contract the settings decide: the topic of each event, and its schema's id."""

from importlib import import_module

from agents.settings import Settings
from schemas import (
    AudioReceived,
    DailyDiary,
    DiaryReady,
    StatusChanged,
    TranscriptReady,
    UserSettings,
)
from schemas.avro import FileSchemas, SchemaSource
from topics.catalogue import Catalogue


def schema_source(settings: Settings) -> SchemaSource:
    """Return where schema ids come from: the configured registry, or our own files."""
    if settings.schema_registry_url is None:
        return FileSchemas()
    registry = import_module("agents.kafka.schema_registry")  # its client takes a while to load
    schemas: SchemaSource = registry.registry_schemas(settings.schema_registry_url)
    return schemas


def event_topics(catalogue: Catalogue) -> dict[type, str]:
    """Return the topic of each event type."""
    return {
        AudioReceived: catalogue.audio_received.name,
        TranscriptReady: catalogue.transcripts_ready.name,
        DiaryReady: catalogue.diaries_ready.name,
        DailyDiary: catalogue.diaries_daily.name,
        StatusChanged: catalogue.pipeline_status.name,
        UserSettings: catalogue.users_settings.name,
    }
