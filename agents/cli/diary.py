"""`daybook diary`: reads the diary."""

import json
from datetime import date

import click
from rich.console import Console

from agents.cli.common import connected_settings, json_option
from agents.cli.show_day import print_page, read_pages
from agents.errors import PipelineError, SettingsError
from schemas.conversion import write
from schemas.forms import JSON


@click.group()
def diary() -> None:
    """Read the diary."""


@diary.command()
@click.argument("day", required=False)
@click.option("--user", help="Whose diary. [DAYBOOK_USER]")
@click.option("--format", "form", type=click.Choice(["md", "json"]), default="md")
@json_option
def show(*, day: str | None, user: str | None, form: str, as_json: bool) -> None:
    """Print the page of DAY, as YYYY-MM-DD; without one, that of the newest day."""
    settings = connected_settings(user)
    pages = read_pages(settings)
    if not pages:
        raise PipelineError(f"there is no diary of {settings.user!r} yet; `daybook send FILE…`")
    wanted = max(pages) if day is None else _date(day)
    if wanted not in pages:
        known = ", ".join(map(str, pages))
        raise PipelineError(f"there is no page of {wanted}; there are {known}")
    if as_json or form == "json":
        click.echo(json.dumps(write(pages[wanted], JSON), indent=2, ensure_ascii=False))
    else:
        print_page(pages[wanted], Console())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{text!r} is no day such as 2026-11-22") from error
