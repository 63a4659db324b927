"""`daybook demo`: a first diary, from nothing to the page of a day, on a real broker."""

import difflib
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import click
from rich.console import Console

from agents import demo as bundled
from agents.cli.common import json_option, print_json, waiting
from agents.cli.following import Following
from agents.cli.send import publish, recording_event
from agents.cli.show_day import print_page, read_pages
from agents.cli.up import start_all
from agents.daily.markdown import markdown
from agents.demo import DemoDay, DemoRecording
from agents.errors import PipelineError
from agents.kafka.client_settings import bootstrap_of
from agents.local import up as local_up
from agents.local.awaiting import Patience
from agents.local.kafka_jars import JARS_VARIABLE
from agents.local.kafka_tools import CONSUMER_GROUPS, run_tool
from agents.local.signals import ending_in_order, undisturbed
from agents.settings import ENV_PREFIX, Settings, load_settings
from schemas import DailyDiary, RecordedAtSource
from schemas.conversion import write
from schemas.forms import JSON

REST_S = 30.0
"""Longest wait for lag 0, in seconds; each look takes one or two."""
STEP_S = 180.0
"""Longest time for each step of the demo, in seconds: far over what a slow machine needs."""


@click.command()
@click.option("--keep", is_flag=True, help="Leave everything running at the end.")
@json_option
def demo(*, keep: bool, as_json: bool) -> None:
    """See a first diary: a real Kafka, three agents, the bundled recordings of one day.

    The Kafka is always one of the demo's own, on this machine, whatever
    DAYBOOK_KAFKA_BOOTSTRAP says.
    """
    console = Console(stderr=True)
    began = time.monotonic()
    day = bundled.day()
    with ending_in_order(), _running(console, keep=keep) as settings:
        _say(console, "The bundled recordings, one person's day, read by a tiny bundled model")
        _say(console, "that knows nothing but demo speech:")
        page = _send(settings, [one for one in day.recordings if not one.late], day, console)
        if not as_json:
            print_page(page, Console())
        _say(console, "\nOne more recording, made that day, arrives late:")
        later = _send(settings, [one for one in day.recordings if one.late], day, console)
        _say(console, f"The page was opened again: {later.reason}, revision {later.revision}.")
        if not as_json:
            click.echo("\n".join(_added(page, later)))
        lag = _lag_at_rest(settings)
        _say(console, "Kafka's own kafka-consumer-groups says:")
        for group, records in lag.items():
            _say(console, f"  {group:<20} lag {records}")
    if as_json:
        print_json({"page": write(later, JSON), "lag": lag})
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
        if name != JARS_VARIABLE:
            del os.environ[name]
    os.environ |= {
        "DAYBOOK_STATE_DIR": str(state_dir),
        "DAYBOOK_USER": bundled.day().user,
        "DAYBOOK_CONFIG": os.devnull,
    }
    settings = load_settings()
    local_up.stop(state_dir, drain_s=settings.drain_s)
    shutil.rmtree(state_dir, ignore_errors=True)
    try:
        began = time.monotonic()
        with waiting(console, "Starting a Kafka broker and three agents …") as tell:
            status = start_all(settings, Patience(limit_s=STEP_S, tell=tell))
        _say(
            console,
            f"Kafka at {status.bootstrap} and three agents are up after "
            f"{time.monotonic() - began:.0f} s.",
        )
        yield settings.model_copy(update={"kafka_bootstrap": status.bootstrap})
    finally:
        if keep and local_up.status(state_dir):
            _say(
                console, f"Everything runs on; DAYBOOK_STATE_DIR={state_dir} daybook down ends it."
            )
        else:
            with undisturbed():
                # Whoever listened may be gone, and rich ends the program for it.
                with suppress(OSError, SystemExit):
                    _say(console, "Stopping …")
                local_up.stop(state_dir, drain_s=settings.drain_s)


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
    with closing(Following(settings)) as following:
        sent = publish(settings, events)
        names = {
            event.recording_id: one.path.name for event, one in zip(sent, recordings, strict=True)
        }
        try:
            ended = following.until_finished(names, console, limit_s=STEP_S)
        except PipelineError as error:
            logs = local_up.logs_of(settings.state_dir, local_up.status(settings.state_dir))
            raise PipelineError(f"{error}\n{logs}") from error
    lost = [progress for progress in ended.values() if progress.reason]
    if lost:
        raise PipelineError("; ".join(f"{progress.name}: {progress.words}" for progress in lost))
    return read_pages(settings)[day.date]


def _added(before: DailyDiary, after: DailyDiary) -> list[str]:
    """Return the lines of the page that were not there before."""
    lines = difflib.ndiff(markdown(before).splitlines(), markdown(after).splitlines())
    return [line for line in lines if line.startswith("+ ") and line[2:].strip()]


def _lag_at_rest(settings: Settings) -> dict[str, int]:
    """Let Kafka's own tool say how much waits for each group: nothing, after a moment's rest.

    Transactions end with markers, which count as lag until a resting worker has passed them.
    """
    deadline = time.monotonic() + REST_S
    while any((lag := _lag(settings)).values()) and time.monotonic() < deadline:
        pass
    return lag


def _lag(settings: Settings) -> dict[str, int]:
    where = ("--bootstrap-server", bootstrap_of(settings))
    try:
        said = run_tool(CONSUMER_GROUPS, *where, "--describe", "--all-groups", timeout_s=STEP_S)
    except subprocess.TimeoutExpired as error:
        raise PipelineError(f"kafka-consumer-groups has not ended after {STEP_S:g} s") from error
    lag: Counter[str] = Counter()
    for line in said.stdout.splitlines():
        words = line.split()
        if len(words) > 5 and words[0].startswith("daybook.") and words[5].isdigit():  # noqa: PLR2004
            lag[words[0]] += int(words[5])
    return dict(sorted(lag.items()))


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False)
