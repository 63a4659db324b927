"""`daybook cost`: what the diary costs."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from agents.cli.common import connected_settings, event_in, json_option, print_json
from agents.cli.cost_report import By, LineState, Writing, in_span, report, total
from agents.diarist.llm.prices import load_prices
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.contract import schema_source
from agents.kafka.topic_reader import TopicReader
from agents.settings import Settings
from schemas import DailyDiary, DiaryReady
from topics.catalogue import load

_DAY = click.DateTime(["%Y-%m-%d"])
_MICROS = 1_000_000
_MS_PER_HOUR = 3_600_000


@click.group()
def cost() -> None:
    """Tell what the diary costs."""


@cost.command(name="report")
@click.option("--by", type=click.Choice([by.value for by in By]), default=By.DAY.value)
@click.option("--since", type=_DAY, help="First day (UTC) on which texts were written.")
@click.option("--until", type=_DAY, help="Last such day.")
@json_option
def report_verb(*, by: str, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Add up what entries and pages cost, by what they tell of their own calls.

    It reaches back as far as the topics do. Calls that a worker was killed over count against caps
    at once, and here with the entry that was written in their place.
    """
    settings = connected_settings()
    prices = load_prices(settings.prices)
    writings = list(in_span(read_writings(settings), _day(since), _day(until)))
    lines = report(writings, By(by), prices)
    everything = total(writings, prices)
    if as_json:
        told = {name: _facts(line) for name, line in lines.items()}
        print_json(
            {"currency": prices.currency, "by": by, "lines": told, "total": _facts(everything)}
        )
    else:
        console = Console()
        console.print(_table(lines, everything, by=by, currency=prices.currency))
        console.print(*_notes(everything), sep="\n", highlight=False, soft_wrap=True)


def read_writings(settings: Settings) -> Iterator[Writing]:
    """Yield every text that `diaries.ready` and `diaries.daily` still hold."""
    schemas, catalogue = schema_source(settings), load()
    kinds: dict[str, type[DiaryReady | DailyDiary]] = {
        catalogue.diaries_ready.name: DiaryReady,
        catalogue.diaries_daily.name: DailyDiary,
    }
    with TopicReader(librdkafka_settings(settings), kinds) as reader:
        for record in reader.read_to_end():
            if record.value is None:
                continue
            event = event_in(record, kinds[record.partition.topic], schemas)
            if event is not None:
                yield Writing.of(event, record)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _facts(line: LineState) -> dict[str, Any]:
    facts = {one.name: getattr(line, one.name) for one in fields(line) if one.name != "recordings"}
    return {
        **facts,
        "recordings": len(line.recordings),
        "cost_micros_per_audio_hour": line.cost_micros_per_audio_hour,
    }


def _table(lines: dict[str, LineState], everything: LineState, *, by: str, currency: str) -> Table:
    table = Table(show_footer=True, box=SIMPLE_HEAD, pad_edge=False)
    columns = [
        (by, "total", [*lines]),
        *(
            (title, show(everything), [show(line) for line in lines.values()])
            for title, show in _COLUMNS
        ),
    ]
    for position, (title, footer, _) in enumerate(columns):
        table.add_column(
            title.format(currency=currency),
            footer,
            justify="right" if position else "left",
            overflow="fold",
        )
    for row in zip(*(cells for _, _, cells in columns), strict=True):
        table.add_row(*row)
    return table


def _money(micros: int | None) -> str:
    return "–" if micros is None else f"{micros / _MICROS:,.4f}"  # noqa: RUF001 - a dash for none


def _notes(line: LineState) -> Iterator[str]:
    """Tell what the sums do not show."""
    if line.fallbacks:
        yield f"{line.fallbacks:,} texts were written offline for want of a model."
    if line.failed_calls:
        yield (
            f"{line.failed_calls:,} calls failed, {line.perhaps_paid_calls:,} of them without an "
            "answer, which count at their worst case."
        )
    if line.answered_from_cache:
        yield f"{line.answered_from_cache:,} questions were answered from the cache."
    if line.unpriced_calls:
        yield (
            f"{line.unpriced_calls:,} calls are in no sum, since their models have no known price: "
            "DAYBOOK_PRICES names a file that may hold them."
        )


_COLUMNS: tuple[tuple[str, Callable[[LineState], str]], ...] = (
    ("texts", lambda line: f"{line.texts:,}"),
    ("audio h", lambda line: f"{line.audio_ms / _MS_PER_HOUR:,.1f}"),
    ("calls", lambda line: f"{line.calls:,}"),
    ("tokens in", lambda line: f"{line.input_tokens:,}"),
    ("out", lambda line: f"{line.output_tokens:,}"),
    ("{currency}", lambda line: _money(line.cost_micros)),
    ("per audio h", lambda line: _money(line.cost_micros_per_audio_hour)),
    ("saved", lambda line: _money(line.saved_micros)),
)
