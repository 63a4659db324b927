"""Every metric, with its labels, unit and meaning."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("daybook_records_received", "Records taken from a topic.", ["stage", "topic"])
COMPLETED = Counter(
    "daybook_records_completed", "Records finished, by outcome.", ["stage", "outcome"]
)
RETRIES = Counter("daybook_retries", "Attempts that failed and were tried again.", ["stage"])
IN_FLIGHT = Gauge("daybook_records_in_flight", "Records worked on or held.", ["stage"])
TRANSACTION_SECONDS = Histogram(
    "daybook_transaction_seconds", "Time of one transaction, refused ones too.", ["stage"]
)
TRANSACTION_RECORDS = Histogram(
    "daybook_transaction_records",
    "Records that one transaction completes.",
    ["stage"],
    buckets=(0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000),
)
FENCED = Counter("daybook_fenced", "Partitions lost to another worker while working.", ["stage"])
RECOVERIES = Counter(
    "daybook_recoveries", "Transactions of unknown outcome that were cleared up.", ["stage"]
)
