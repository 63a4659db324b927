"""Every metric, with its labels, unit and meaning."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("daybook_records_received", "Records taken from a topic.", ["stage", "topic"])
COMPLETED = Counter(
    "daybook_records_completed", "Records finished, by outcome.", ["stage", "outcome"]
)
RETRIES = Counter("daybook_retries", "Attempts that failed and were tried again.", ["stage"])
IN_FLIGHT = Gauge("daybook_records_in_flight", "Records worked on or held.", ["stage"])
WAITS = Counter(
    "daybook_waits", "Times that work waited for a dependency.", ["stage", "dependency"]
)
OPEN_RECORDS = Gauge(
    "daybook_open_records",
    "Records taken from a partition and not yet complete.",
    ["stage", "topic", "partition"],
)
OLDEST_OPEN_SECONDS = Gauge(
    "daybook_oldest_open_record_age_seconds",
    "Time since the oldest open record of a partition was appended to its log; 0 without one.",
    ["stage", "topic", "partition"],
)
BEYOND_RECORDS = Gauge(
    "daybook_completed_beyond_base_offsets",
    "Offsets complete above a partition's committed one: lag in Kafka's tools counts them, too.",
    ["stage", "topic", "partition"],
)
METADATA_CHARACTERS = Gauge(
    "daybook_offset_metadata_characters",
    "Length of what is committed beside a partition's offset; brokers take 4096.",
    ["stage", "topic", "partition"],
)
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
HANGING = Counter(
    "daybook_hanging_transactions",
    "Transactions that brokers called over and had left open; each was ended.",
    ["stage"],
)
REBALANCES = Counter("daybook_rebalances", "Assignments begun, empty ones too.", ["stage"])
ASSIGNMENT_SECONDS = Histogram(
    "daybook_assignment_seconds",
    "Time from being told of an assignment to its first record: locks, offsets and table.",
    ["stage"],
)
LOST_RECORDS = Counter(
    "daybook_lost_records",
    "Records that were taken and that nobody worked on; each ended in a new assignment.",
    ["stage"],
)
TABLE_IGNORED = Counter(
    "daybook_table_records_ignored",
    "Records of a table that cannot be used, by reason: those of dead letters, or key-mismatch.",
    ["topic", "reason"],
)
DRAIN_SECONDS = Gauge("daybook_drain_seconds", "Time that the last drain took.", ["stage"])
AUDIO_HELD_SECONDS = Gauge(
    "daybook_audio_held_seconds", "Decoded sound that waits for the engine, or is in it."
)
AUDIO_HELD_BYTES = Gauge("daybook_audio_held_bytes", "Memory of that sound.")
ENGINE_RESTARTS = Counter(
    "daybook_engine_restarts", "Times that the process of the speech engines was started anew."
)
TRANSCRIBED_SECONDS = Counter(
    "daybook_transcribed_audio_seconds",
    "Length of the recordings that were transcribed, silence included.",
    ["engine", "model"],
)
ENGINE_SECONDS = Counter(
    "daybook_engine_busy_seconds",
    "Time that the engine worked; by the seconds transcribed, this is the real-time factor.",
    ["engine", "model"],
)
BATCH_ROWS = Histogram(
    "daybook_engine_batch_rows",
    "Rows of a batch, of one recording or of many.",
    ["engine", "model"],
    buckets=(1, 2, 4, 8, 16, 32, 64),
)
BATCH_FILL = Histogram(
    "daybook_engine_batch_fill",
    "Share of the rows that a batch could have had.",
    ["engine", "model"],
    buckets=(0.1, 0.25, 0.5, 0.75, 0.9, 1.0),
)
QUEUE_SECONDS = Histogram(
    "daybook_engine_queue_seconds",
    "Time that a chunk waited for the engine.",
    ["model"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300),
)
QUEUE_ROWS = Gauge("daybook_engine_queue_rows", "Chunks that wait for the engine.")
STEP_SECONDS = Histogram(
    "daybook_transcriber_step_seconds",
    "Time of one step of a recording's way: fetch, decode, voice, hear, keep.",
    ["step"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000),
)
TRANSCRIPT_WARNINGS = Counter(
    "daybook_transcript_warnings", "Transcripts with a warning, by its code.", ["warning"]
)
GPU_MEMORY_BYTES = Gauge("daybook_gpu_memory_bytes", "Memory in use on the engine's GPU.")
GPU_UTILISATION = Gauge(
    "daybook_gpu_utilisation", "Share of the last second in which the engine's GPU was busy."
)
MEMORY_UNAVAILABLE = Counter(
    "daybook_memory_unavailable",
    "Times that working memory was done without, by what it was asked for: replies, spending.",
    ["use"],
)
REPLY_LOOKUPS = Counter(
    "daybook_reply_lookups",
    "Looks for a kept reply of a language model, by result: hit, miss, damaged.",
    ["result"],
)
SPENDING_REFUSED = Counter(
    "daybook_spending_refused",
    "Calls of language models that a cap left no room for, by its scope: user, tenant, everybody; "
    "price: there is a cap, and nobody knows what the model costs; memory: it does not answer, "
    "and this worker's share is spent.",
    ["scope"],
)
LLM_CALLS = Counter(
    "daybook_llm_calls",
    "Calls of a language model, retries too, by how each ended.",
    ["provider", "model", "outcome"],
)
LLM_TOKENS = Counter(
    "daybook_llm_tokens",
    "Tokens that providers counted, by kind: input (cached and cache-written ones included), "
    "cached, cache-written, output (thinking included).",
    ["provider", "model", "kind"],
)
LLM_CALL_SECONDS = Histogram(
    "daybook_llm_call_seconds",
    "Time of a call, failed ones too, without the wait for its turn.",
    ["provider", "model"],
    buckets=(0.3, 1, 2, 4, 8, 15, 30, 60, 120, 300),
)
LLM_CONCURRENCY = Gauge(
    "daybook_llm_concurrency_limit",
    "Calls of a model that one worker makes at once; it follows what the provider bears.",
    ["provider", "model"],
)
LLM_WITHOUT_PRICE = Gauge(
    "daybook_llm_model_without_price",
    "1 for a model in use whose price is unknown: what it costs is in no sum.",
    ["provider", "model"],
)
LLM_CIRCUIT_OPEN = Gauge(
    "daybook_llm_circuit_open",
    "1 while a provider counts as down and is only tried now and then.",
    ["provider"],
)
