"""What several verbs share: settings with a local broker filled in, and printing."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import click
from rich.console import Console

from agents.delivery.record import Record
from agents.local.broker import LocalBroker
from agents.settings import Settings, load_settings
from schemas import Event, InvalidEvent
from schemas.avro import SchemaSource
from schemas.wire import decode

E = TypeVar("E", bound=Event)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def connected_settings(user: str | None = None) -> Settings:
    """Return the settings, with the local broker's address where no other is configured.

    A *user* given by an option goes before the one that is set.

    Raises:
        SettingsError: a setting is wrong.

    """
    settings = load_settings() if user is None else load_settings(user=user)
    if settings.kafka_bootstrap is None:
        local = LocalBroker(settings.state_dir).status()
        if local.state == "ready":
            return settings.model_copy(update={"kafka_bootstrap": local.bootstrap})
    return settings


def event_in(record: Record, event_type: type[E], schemas: SchemaSource) -> E | None:
    """Return the event in *record*; None where it holds none, which is its writer's business."""
    try:
        return decode(event_type, record.value, record.headers, schemas=schemas)
    except InvalidEvent:
        return None


@contextmanager
def waiting(console: Console, text: str) -> Iterator[Callable[[str], None]]:
    """Show *text*, and give what shows news: in its place on a terminal, as lines elsewhere."""
    if console.is_terminal:
        with console.status(text) as status:
            yield status.update
    else:
        console.print(text, highlight=False)
        yield partial(console.print, highlight=False, soft_wrap=True)


def print_json(value: Mapping[str, Any] | list[Any]) -> None:
    """Print *value* as JSON, times and paths as text."""
    click.echo(json.dumps(value, indent=2, default=str, ensure_ascii=False))
