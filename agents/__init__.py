"""Daybook's agents: recordings become transcripts, entries and day pages on Kafka."""
