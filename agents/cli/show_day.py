"""Finds day pages in `diaries.daily` and prints them."""

from collections.abc import Iterable
from datetime import date

from rich.console import Console
from rich.markdown import Markdown

from agents.cli.common import event_in
from agents.daily.markdown import markdown
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.contract import schema_source
from agents.kafka.topic_reader import TopicReader
from agents.settings import Settings
from schemas import DailyDiary
from topics.catalogue import load


def read_pages(settings: Settings) -> dict[date, DailyDiary]:
    """Return the newest page of each of the person's days, oldest day first."""
    schemas = schema_source(settings)
    prefix = f"{settings.tenant}/{settings.user}/".encode()
    newest: dict[bytes, DailyDiary] = {}
    topic = load().diaries_daily.name
    with TopicReader(librdkafka_settings(settings), [topic]) as reader:
        for record in reader.read_to_end():
            if record.key is None or not record.key.startswith(prefix):
                continue
            if record.value is None:
                newest.pop(record.key, None)
            elif page := event_in(record, DailyDiary, schemas):
                newest[record.key] = page
    pages = sorted(newest.values(), key=lambda page: page.diary_date)
    return {page.diary_date: page for page in pages}


def pages_of(settings: Settings, days: Iterable[date]) -> list[DailyDiary]:
    """Return the pages of those of *days* that have one."""
    pages = read_pages(settings)
    return [pages[day] for day in days if day in pages]


def print_page(page: DailyDiary, console: Console) -> None:
    """Print *page*: laid out on a terminal, as plain Markdown elsewhere."""
    text = markdown(page)
    if console.is_terminal:
        console.print(Markdown(text))
    else:
        console.file.write(text)
