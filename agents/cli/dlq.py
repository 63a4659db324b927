"""`daybook dlq`: looks at dead letters, hands them back to their groups, deletes them."""

from collections.abc import Callable
from itertools import islice
from typing import Any, TypeVar

import click

from agents.cli.common import connected_settings, json_option, print_json
from agents.cli.letter_filter import where
from agents.cli.letter_view import facts, summary
from agents.cli.local_time import local_time_zone, parse_time
from agents.delivery.letter import Selection
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.contract import event_topics, schema_source
from agents.kafka.dead_letters import DeadLetters, DeadLetterTopic, below, dead_letter_topics
from agents.kafka.redrive import Pace, Redrive, Redriven
from agents.settings import Settings
from topics.catalogue import load

F = TypeVar("F", bound=Callable[..., Any])

SHOWN = 20
"""Letters that `show` shows without being asked for more."""


def chosen_topics(command: F) -> F:
    """Add the options that choose dead letter topics."""
    group = click.option("--group", help="Only of this consumer group.")
    topic = click.option("--topic", help="Only of this topic, or this dead letter topic.")
    return group(topic(command))


yes_option = click.option("--yes", is_flag=True, help="Do it; otherwise only say what would be.")
reason_option = click.option("--reason", help="Only those for this reason code.")
where_option = click.option(
    "--where", "filters", multiple=True, help="Only with key=VALUE or recording_id=VALUE."
)


@click.group()
def dlq() -> None:
    """Look at what could not be worked on, hand it back, or delete it."""


@dlq.command("list")
@chosen_topics
@json_option
def list_topics(*, group: str | None, topic: str | None, as_json: bool) -> None:
    """Count dead letters by reason and stage; `waiting` are those not handed back yet."""
    letters = DeadLetters(librdkafka_settings(connected_settings()))
    found = [
        {"topic": one.name, "group": one.group, **summary(letters.read(one))}
        for one in dead_letter_topics(load(), group=group, topic=topic)
    ]
    if as_json:
        print_json(found)
        return
    for one in found:
        click.echo(f"{one['topic']}: {one['count']} dead letters, {one['waiting']} waiting")
        if one["count"]:
            click.echo(f"  from {one['oldest']} to {one['newest']}")
            click.echo(f"  reasons: {_counts(one['reasons'])}")
            click.echo(f"  stages: {_counts(one['stages'])}")


@dlq.command()
@chosen_topics
@reason_option
@where_option
@click.option("--limit", type=click.IntRange(min=1), default=SHOWN, show_default=True)
@json_option
def show(
    *,
    group: str | None,
    topic: str | None,
    reason: str | None,
    filters: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """Show dead letters, oldest first in each partition."""
    settings = connected_settings()
    selection = _selection(settings, reason, filters)
    letters = DeadLetters(librdkafka_settings(settings))
    meant = (
        letter
        for one in dead_letter_topics(load(), group=group, topic=topic)
        for letter in letters.read(one)
        if selection.includes(letter)
    )
    found = [facts(letter) for letter in islice(meant, limit)]
    if as_json:
        print_json(found)
        return
    for one in found:
        _show_letter(one)


@dlq.command()
@chosen_topics
@reason_option
@where_option
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, in all.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="So many in a second.")
@yes_option
@json_option
def redrive(  # noqa: PLR0913 - each is an option
    *,
    group: str | None,
    topic: str | None,
    reason: str | None,
    filters: tuple[str, ...],
    limit: int | None,
    rate: float | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Hand dead letters back to their group, each once, however often this is repeated."""
    settings = connected_settings()
    selection = _selection(settings, reason, filters)
    done = []
    left = limit
    for one in dead_letter_topics(load(), group=group, topic=topic):
        pace = Pace(limit=left, rate_per_s=rate)
        result = _redrive(settings, one, selection, pace, yes=yes)
        done.append(
            {
                "topic": one.name,
                "to": one.redrive.name,
                "count": result.count,
                "too_large": result.too_large,
            }
        )
        left = None if left is None else left - result.count
        if left == 0:
            break
    if as_json:
        print_json({"done": yes, "redriven": done})
    else:
        _show_redriven(done, yes=yes)
    _tell_dry_run(yes=yes)


@dlq.command()
@chosen_topics
@click.option("--before", metavar="TIME", help="Only up to this time, such as 2026-11-18T12:00Z.")
@click.option("--all", "everything", is_flag=True, help="All that is there now.")
@yes_option
@json_option
def purge(
    *,
    group: str | None,
    topic: str | None,
    before: str | None,
    everything: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Delete dead letters for good, those not handed back included."""
    if everything == (before is not None):
        raise click.UsageError("give either --before TIME or --all")
    at = None if before is None else parse_time(before, local_time_zone())
    letters = DeadLetters(librdkafka_settings(connected_settings()))
    done = []
    for one in dead_letter_topics(load(), group=group, topic=topic):
        until = letters.until(one, at)
        counted = summary(below(letters.read(one), until))
        if yes:
            letters.purge(until)
        done.append({"topic": one.name, **counted})
    if as_json:
        print_json({"done": yes, "purged": done})
    else:
        verb = "purged" if yes else "would purge"
        for each in done:
            click.echo(
                f"{each['topic']}: {verb} {each['count']} dead letters, "
                f"{each['waiting']} of them never handed back"
            )
    _tell_dry_run(yes=yes)


def _redrive(
    settings: Settings, topic: DeadLetterTopic, selection: Selection, pace: Pace, *, yes: bool
) -> Redriven:
    if yes:
        with Redrive(settings, topic) as run:
            return run.run(selection, pace)
    meant = (
        letter
        for letter in DeadLetters(librdkafka_settings(settings)).read(topic)
        if not letter.redriven and selection.includes(letter)
    )
    return Redriven(count=sum(1 for _ in islice(meant, pace.limit)))


def _selection(settings: Settings, reason: str | None, filters: tuple[str, ...]) -> Selection:
    events = {topic: event_type for event_type, topic in event_topics(load()).items()}
    return Selection(reason=reason, where=where(filters, schema_source(settings), events))


def _show_letter(one: dict[str, Any]) -> None:
    original = one["original"]
    again = f", failed {one['delivery_count']} times" if one["delivery_count"] > 1 else ""
    handed_back = ", handed back" if one["redriven"] else ""
    click.echo(f"{one['topic']}/{one['partition']}@{one['offset']} key {one['key']}")
    click.echo(f"  {one['reason']} in {one['stage']} at {one['at']}{again}{handed_back}")
    click.echo(f"  {one['message']}")
    click.echo(f"  of {original['topic']}/{original['partition']}@{original['offset']}")
    click.echo(f"  {one['value_bytes']} bytes: {one['preview']}")


def _show_redriven(done: list[dict[str, Any]], *, yes: bool) -> None:
    verb = "handed back" if yes else "would hand back"
    for one in done:
        click.echo(f"{one['topic']}: {verb} {one['count']} dead letters through {one['to']}")
        if one["too_large"]:
            click.echo(f"  {one['too_large']} are too large for that and stay where they are")


def _tell_dry_run(*, yes: bool) -> None:
    if not yes:
        click.echo("nothing was changed; --yes does it", err=True)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
