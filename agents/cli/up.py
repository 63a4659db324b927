"""`daybook up`, `down`, `status`, `health` and `logs`: everything on one machine."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from agents.cli.common import json_option, print_json, waiting
from agents.cli.following_logs import follow_logs
from agents.cli.topics import apply_topics
from agents.local import up as local_up
from agents.local.awaiting import Patience
from agents.local.files import read_json
from agents.local.part import Part
from agents.local.processes import identify
from agents.local.signals import ending_in_order
from agents.local.supervisor import Supervisor
from agents.local.up_state import PartStatus, UpStatus
from agents.logs import start_logging
from agents.settings import Settings, load_settings
from agents.stages import STAGES


@click.command()
@click.option("--foreground", is_flag=True, help="Stay in this terminal until interrupted.")
@json_option
def up(*, foreground: bool, as_json: bool) -> None:
    """Run broker, topics and agents on this machine."""
    settings = load_settings()
    if foreground:
        start_logging(settings.log_level)
        supervisor(settings).run()
        return
    with (
        ending_in_order(),
        waiting(Console(stderr=True), "Starting a Kafka broker and three agents …") as tell,
    ):
        found = start_all(settings, Patience(tell=tell))
    _show(found, as_json=as_json)


@click.command()
@json_option
def down(*, as_json: bool) -> None:
    """Stop what `up` started; recordings, topics and diaries stay."""
    settings = load_settings()
    stopped = local_up.stop(settings.state_dir, drain_s=settings.drain_s)
    if as_json:
        print_json({"stopped": stopped})
        return
    click.echo("stopped" if stopped else "nothing was running")


@click.command()
@json_option
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Say what runs on this machine; exit code 1 if nothing does."""
    state_dir = load_settings().state_dir
    found = local_up.status(state_dir)
    lone = lone_workers(state_dir, found)
    if found is None and not lone:
        click.echo("{}" if as_json else "nothing runs; `daybook up` starts it")
        ctx.exit(1)
    if as_json:
        print_json(_facts(found) | {"lone_workers": lone})
        return
    if found is not None:
        _show(found, as_json=False)
    for name, url in lone.items():
        click.echo(f"{name}  {url}  started by hand")


@click.command()
@json_option
@click.pass_context
def health(ctx: click.Context, *, as_json: bool) -> None:
    """Ask every part how it is; exit code 1 unless all are ready."""
    found = local_up.status(load_settings().state_dir)
    if found is None:
        raise click.ClickException("nothing runs; `daybook up` starts it")
    _show(found, as_json=as_json)
    if not found.ready:
        ctx.exit(1)


@click.command()
@click.argument("parts", nargs=-1, metavar="[PART]…")
@click.option("--follow/--no-follow", default=True, help="Go on with what is added.")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each line.")
def logs(*, parts: Sequence[str], follow: bool, as_json: bool) -> None:
    """Print the logs of the parts, or of those named."""
    follow_logs(load_settings().state_dir, parts, follow=follow, as_json=as_json)


def start_all(settings: Settings, patience: Patience) -> UpStatus:
    """Start the supervisor in the background; return once every part is ready."""
    command = (sys.executable, "-m", "agents.cli.main", "up", "--foreground")
    return local_up.start_detached(command, state_dir=settings.state_dir, patience=patience)


def supervisor(settings: Settings) -> Supervisor:
    """Return the supervisor of all parts."""

    def prepare(bootstrap: str) -> None:
        apply_topics(settings.model_copy(update={"kafka_bootstrap": bootstrap}))

    return Supervisor(
        settings.state_dir,
        parts=[_part(name) for name in STAGES],
        prepare=prepare,
        bootstrap=settings.kafka_bootstrap,
        drain_s=settings.drain_s,
    )


def _part(name: str) -> Part:
    command = (sys.executable, "-m", "agents.cli.main", "worker", name, "--part", name)
    # Each part takes a free port of its own, whatever port is set for a lone worker.
    return Part(name=name, command=command, env={"DAYBOOK_HEALTH_PORT": "0"})


def lone_workers(state_dir: Path, found: UpStatus | None) -> dict[str, str]:
    """Return the health addresses of workers that no supervisor runs, by name."""
    supervised = {part.name for part in found.parts} if found else set()
    lone = {}
    for path in sorted((state_dir / "run").glob("*.json")):
        match read_json(path):
            case {"pid": int(pid), "health_port": int(port)} if path.stem not in supervised:
                if identify(pid) is not None:
                    lone[path.stem] = f"http://127.0.0.1:{port}"
    return lone


def _facts(found: UpStatus | None) -> dict[str, object]:
    if found is None:
        return {}
    return {
        "bootstrap": found.bootstrap,
        "ready": found.ready,
        "parts": {part.name: part.as_json() for part in found.parts},
    }


def _show(found: UpStatus, *, as_json: bool) -> None:
    if as_json:
        print_json(_facts(found))
        return
    table = Table.grid(padding=(0, 2))
    for part in found.parts:
        table.add_row(*_row(part, found))
    Console().print(table)


def _row(part: PartStatus, found: UpStatus) -> tuple[str, ...]:
    where = part.health_url or (found.bootstrap or "" if part.name == "broker" else "")
    pid = "" if part.process is None else f"pid {part.process.pid}"
    restarts = f"{part.restarts} restarts" if part.restarts else ""
    return part.name, part.state.value, where, pid, f"up {part.uptime_s:.0f} s", restarts
