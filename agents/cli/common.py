"""What several verbs share: settings with a local broker filled in, and printing."""

import json
from collections.abc import Mapping
from typing import Any

import click

from agents.local.broker import LocalBroker
from agents.settings import Settings, load_settings

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def connected_settings() -> Settings:
    """Return the settings, with the local broker's address where no other is configured.

    Raises:
        SettingsError: a setting is wrong.

    """
    settings = load_settings()
    if settings.kafka_bootstrap is None:
        local = LocalBroker(settings.state_dir).status()
        if local.state == "ready":
            return settings.model_copy(update={"kafka_bootstrap": local.bootstrap})
    return settings


def print_json(value: Mapping[str, Any] | list[Any]) -> None:
    """Print *value* as JSON, times and paths as text."""
    click.echo(json.dumps(value, indent=2, default=str, ensure_ascii=False))
