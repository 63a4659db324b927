"""`daybook demo`: a first diary, from nothing to the page of a day, on a real broker."""

import difflib
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import click
from rich.console import Console

from agents import demo as bundled
from agents.cli.common import connected_settings
from agents.cli.following import Following
from agents.cli.send import publish, recording_event
from agents.cli.show_day import print_page, read_pages
from agents.cli.up import start_all
from agents.daily.markdown import markdown
from agents.demo import DemoDay, DemoRecording
from agents.errors import PipelineError
from agents.kafka.client_settings import bootstrap_of
from agents.local import up as local_up
from agents.local.kafka_tools import run_tool
from agents.settings import ENV_PREFIX, Settings, load_settings
from schemas import DailyDiary, RecordedAtSource

GROUPS_TOOL = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
KEPT_VARIABLES = ("DAYBOOK_KAFKA_BOOTSTRAP", "DAYBOOK_KAFKA_JARS")
"""Variables that the demo leaves as they are: where the broker and its jars come from."""


@click.command()
@click.option("--keep", is_flag=True, help="Leave everything running at the end.")
def demo(*, keep: bool) -> None:
    """See a first diary: a real Kafka, three agents, the bundled recordings of one day."""
    console = Console(stderr=True)
    began = time.monotonic()
    day = bundled.day()
    with _running(console, keep=keep) as settings:
        _say(console, "The bundled recordings, one person's day, read by a tiny bundled model")
        _say(console, "that knows nothing but demo speech:")
        page = _send(settings, [one for one in day.recordings if not one.late], day, console)
        print_page(page, Console())
        _say(console, "\nOne more recording, made that day, arrives late:")
        later = _send(settings, [one for one in day.recordings if one.late], day, console)
        _say(console, f"The page was opened again: {later.reason}, revision {later.revision}.")
        for line in _added(page, later):
            click.echo(line)
        _show_lag(settings, console)
    _say(console, f"A first diary in {time.monotonic() - began:.0f} s. Next, your own recordings:")
    _say(
        console, "  DAYBOOK_WHISPER_MODEL=small daybook up     # or any Whisper model, or a folder"
    )
    _say(console, "  daybook send --wait FILE…")


@contextmanager
def _running(console: Console, *, keep: bool) -> Iterator[Settings]:
    """Run broker and agents with the demo's own settings, in a state folder of its own."""
    state_dir = load_settings().state_dir / "demo"
    for name in [name for name in os.environ if name.startswith(ENV_PREFIX)]:
        if name not in KEPT_VARIABLES:
            del os.environ[name]
    os.environ |= {
        "DAYBOOK_STATE_DIR": str(state_dir),
        "DAYBOOK_USER": bundled.day().user,
        "DAYBOOK_CONFIG": os.devnull,
    }
    local_up.stop(state_dir)
    shutil.rmtree(state_dir, ignore_errors=True)
    with console.status("Starting a Kafka broker and three agents …"):
        began = time.monotonic()
        status = start_all(load_settings())
    try:
        _say(
            console,
            f"Kafka at {status.bootstrap} and three agents are up after "
            f"{time.monotonic() - began:.0f} s.",
        )
        yield connected_settings().model_copy(update={"kafka_bootstrap": status.bootstrap})
    finally:
        if keep:
            _say(
                console, f"Everything runs on; DAYBOOK_STATE_DIR={state_dir} daybook down ends it."
            )
        else:
            with console.status("Stopping …"):
                local_up.stop(state_dir)


def _send(
    settings: Settings, recordings: Sequence[DemoRecording], day: DemoDay, console: Console
) -> DailyDiary:
    """Send *recordings*, show how far they come, and return the page that they are on."""
    events = [
        replace(
            recording_event(settings, one.path, one.recorded_at, str(day.time_zone)),
            recorded_at_source=RecordedAtSource.DEVICE,
        )
        for one in recordings
    ]
    with Following(settings) as following:
        sent = publish(settings, events)
        names = {
            event.recording_id: one.path.name for event, one in zip(sent, recordings, strict=True)
        }
        ended = following.until_finished(names, console)
    lost = [progress for progress in ended.values() if progress.reason]
    if lost:
        raise PipelineError("; ".join(f"{progress.name}: {progress.words}" for progress in lost))
    return read_pages(settings)[day.date]


def _added(before: DailyDiary, after: DailyDiary) -> list[str]:
    """Return the lines of the page that were not there before."""
    lines = difflib.ndiff(markdown(before).splitlines(), markdown(after).splitlines())
    return [line for line in lines if line.startswith("+ ") and line[2:].strip()]


def _show_lag(settings: Settings, console: Console) -> None:
    """Let Kafka's own tool say that nothing waits."""
    said = run_tool(
        GROUPS_TOOL, "--bootstrap-server", bootstrap_of(settings), "--describe", "--all-groups"
    )
    lag: Counter[str] = Counter()
    for line in said.stdout.splitlines():
        words = line.split()
        if len(words) > 5 and words[0].startswith("daybook.") and words[5].isdigit():  # noqa: PLR2004
            lag[words[0]] += int(words[5])
    _say(console, "Kafka's own kafka-consumer-groups says:")
    for group, waiting in sorted(lag.items()):
        _say(console, f"  {group:<20} lag {waiting}")


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False)
