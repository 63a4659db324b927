"""Every metric, with its labels, unit and meaning."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("daybook_records_received", "Records taken from a topic.", ["stage", "topic"])
COMPLETED = Counter(
    "daybook_records_completed", "Records finished, by outcome.", ["stage", "outcome"]
)
RETRIES = Counter("daybook_retries", "Attempts that failed and were tried again.", ["stage"])
IN_FLIGHT = Gauge("daybook_records_in_flight", "Records worked on or held.", ["stage"])
PUBLISH_SECONDS = Histogram(
    "daybook_publish_seconds", "Time to publish finished work and commit it.", ["stage"]
)
AUDIO_SECONDS = Counter("daybook_audio_seconds", "Seconds of sound transcribed.", ["model"])
PROCESSING_SECONDS = Counter(
    "daybook_processing_seconds", "Seconds spent in the speech engine.", ["model"]
)
