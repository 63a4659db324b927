"""`daybook broker`: a real Kafka on this machine, without Docker."""

import click

from agents.cli.common import json_option, print_json
from agents.local.broker import BrokerStatus, LocalBroker
from agents.settings import load_settings


@click.group()
def broker() -> None:
    """Run a real Apache Kafka on this machine, without Docker."""


@broker.command()
@json_option
def start(*, as_json: bool) -> None:
    """Start the broker, or find the one that runs already."""
    local = _broker()
    local.start()
    _show(local.status(), as_json=as_json)


@broker.command()
@json_option
def stop(*, as_json: bool) -> None:
    """Stop the broker; its data stays."""
    local = _broker()
    local.stop()
    _show(local.status(), as_json=as_json)


@broker.command()
@json_option
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Say whether the broker runs, and where; exit code 1 if it does not answer."""
    found = _broker().status()
    _show(found, as_json=as_json)
    if found.state != "ready":
        ctx.exit(1)


def _broker() -> LocalBroker:
    return LocalBroker(load_settings().state_dir)


def _show(found: BrokerStatus, *, as_json: bool) -> None:
    pid = None if found.process is None else found.process.pid
    if as_json:
        print_json(
            {
                "state": found.state,
                "bootstrap": found.bootstrap,
                "pid": pid,
                "version": found.version,
            }
        )
    elif found.state == "stopped":
        click.echo("stopped")
    else:
        click.echo(f"{found.state}  Kafka {found.version}  {found.bootstrap}  pid {pid}")
