"""The wire contract: event types, their Avro files, golden examples and derived ids."""

from schemas.audio_received import AudioReceived, Priority, RecordedAtSource
from schemas.daily_diary import DailyDiary, DailyEntry, DayReason, DayState, DayStats
from schemas.diary_parts import (
    ActionItem,
    CalendarEvent,
    Cite,
    Decision,
    Generator,
    GeneratorCall,
    Mood,
    NarrativeCite,
    Person,
    Place,
    Question,
    Quote,
    TimelineItem,
)
from schemas.diary_ready import DiaryReady
from schemas.errors import InvalidEvent
from schemas.status_changed import StageState, StatusChanged
from schemas.transcript_ready import Segment, Status, TranscriptReady
from schemas.user_settings import Length, Narrator, Section, UserSettings, without_wishes

Event = AudioReceived | TranscriptReady | DiaryReady | DailyDiary | StatusChanged | UserSettings
"""Any of our events."""

EVENT_TYPES = (
    AudioReceived,
    TranscriptReady,
    DiaryReady,
    DailyDiary,
    StatusChanged,
    UserSettings,
)
"""Every event type, in the order of the stream; what stands beside it comes last."""

__all__ = [
    "EVENT_TYPES",
    "ActionItem",
    "AudioReceived",
    "CalendarEvent",
    "Cite",
    "DailyDiary",
    "DailyEntry",
    "DayReason",
    "DayState",
    "DayStats",
    "Decision",
    "DiaryReady",
    "Event",
    "Generator",
    "GeneratorCall",
    "InvalidEvent",
    "Length",
    "Mood",
    "NarrativeCite",
    "Narrator",
    "Person",
    "Place",
    "Priority",
    "Question",
    "Quote",
    "RecordedAtSource",
    "Section",
    "Segment",
    "StageState",
    "Status",
    "StatusChanged",
    "TimelineItem",
    "TranscriptReady",
    "UserSettings",
    "without_wishes",
]
