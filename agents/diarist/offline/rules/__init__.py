"""What the offline writer knows about each language, as data."""
