"""What runs on one machine without Docker: a real Kafka broker, and the supervisor of all parts."""
