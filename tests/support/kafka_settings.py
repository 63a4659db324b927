"""Settings of a worker whose broker is never reached."""

from typing import Any

from agents.settings import Settings, load_settings

NOWHERE = "127.0.0.1:1"


def kafka_settings(**changes: Any) -> Settings:
    """Return settings with a broker at an address where none is."""
    return load_settings(**{"kafka_bootstrap": NOWHERE} | changes)
