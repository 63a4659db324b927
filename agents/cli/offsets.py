"""`daybook offsets`: where consumer groups stand, and moving one while nobody is in it."""

from typing import Any

import click

from agents.cli.common import connected_settings, json_option, print_json
from agents.cli.local_time import local_time_zone, parse_time
from agents.errors import PipelineError, SettingsError
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.dead_letters import dead_letter_topics
from agents.kafka.group_offsets import GroupOffset, GroupOffsets, Target
from topics.catalogue import load


@click.group()
def offsets() -> None:
    """Show where consumer groups stand, and move one."""


@offsets.command()
@click.option("--group", help="Only this consumer group.")
@click.option("--topic", help="Only this topic.")
@json_option
def show(*, group: str | None, topic: str | None, as_json: bool) -> None:
    """Show committed offset, end and lag of each partition.

    `beyond` is how many offsets after the committed one are finished all the same: workers finish
    records as they come, and remember which in the metadata of the offset.
    """
    asks = GroupOffsets(librdkafka_settings(connected_settings()))
    found = [
        (name, one)
        for name in ([group] if group else load().groups)
        for one in asks.show(name, _topics(name, topic))
    ]
    if as_json:
        print_json([_facts(name, one) for name, one in found])
        return
    for name, one in found:
        place = f"{one.partition.topic}/{one.partition.partition}"
        at = "-" if one.committed is None else one.committed.offset
        click.echo(f"{name} {place} committed {at} end {one.end} lag {one.lag} beyond {one.beyond}")


@offsets.command()
@click.option("--group", required=True, help="The consumer group to move.")
@click.option("--topic", help="Only on this topic.")
@click.option("--to-earliest", is_flag=True, help="To the oldest record.")
@click.option("--to-latest", is_flag=True, help="Past the newest record.")
@click.option("--to-offset", type=click.IntRange(min=0), help="To this offset.")
@click.option("--to-timestamp", metavar="TIME", help="To the first record since this time.")
@click.option("--yes", is_flag=True, help="Do it; otherwise only say what would be.")
@json_option
def reset(  # noqa: PLR0913 - each is an option
    *,
    group: str,
    topic: str | None,
    to_earliest: bool,
    to_latest: bool,
    to_offset: int | None,
    to_timestamp: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Move a group whose workers are stopped: what lies behind is worked again, to the same ids."""
    given = [to_earliest, to_latest, to_offset is not None, to_timestamp is not None]
    if sum(given) != 1:
        raise click.UsageError(
            "give one of --to-earliest, --to-latest, --to-offset and --to-timestamp"
        )
    target = Target(
        earliest=to_earliest,
        offset=to_offset,
        at=None if to_timestamp is None else parse_time(to_timestamp, local_time_zone()),
    )
    asks = GroupOffsets(librdkafka_settings(connected_settings()))
    members = asks.members(group)
    if members:
        raise PipelineError(f"{group!r} has {members} active members: stop its workers first")
    before = asks.show(group, _topics(group, topic))
    after = asks.targets(before, target)
    if yes:
        asks.reset(group, after)
    changes = [{**_facts(group, one), "to": after[one.partition]} for one in before]
    _show_changes(changes, yes=yes, as_json=as_json)


def _topics(group: str, topic: str | None) -> list[str]:
    """Return the topics that *group* reads, or the one asked for."""
    if topic is not None:
        return [topic]
    catalogue = load()
    known = {name: [one.name for one in catalogue.inputs(name)] for name in catalogue.groups}
    known |= {one.position_group: [one.name] for one in dead_letter_topics(catalogue)}
    if group not in known:
        raise SettingsError(f"{group!r} reads no topic of ours; name one with --topic")
    return known[group]


def _facts(group: str, one: GroupOffset) -> dict[str, Any]:
    return {
        "group": group,
        "topic": one.partition.topic,
        "partition": one.partition.partition,
        "committed": None if one.committed is None else one.committed.offset,
        "beyond": one.beyond,
        "begin": one.begin,
        "end": one.end,
        "lag": one.lag,
    }


def _show_changes(changes: list[dict[str, Any]], *, yes: bool, as_json: bool) -> None:
    if as_json:
        print_json({"done": yes, "offsets": changes})
    else:
        for one in changes:
            at = "-" if one["committed"] is None else one["committed"]
            click.echo(f"{one['group']} {one['topic']}/{one['partition']}: {at} -> {one['to']}")
    if not yes:
        click.echo("nothing was changed; --yes does it", err=True)
