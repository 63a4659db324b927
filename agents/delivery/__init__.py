"""What happens to one record between its arrival and its completion; knows no Kafka client."""
