"""Daybook's agents: recordings become transcripts, entries and day pages on Kafka."""

import os

# onnxruntime 1.29 and later tells its maker of every model it loads, unless this is set before it
# is imported: https://github.com/microsoft/onnxruntime/pull/27379. A diary tells nobody.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
