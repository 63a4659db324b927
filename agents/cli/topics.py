"""`daybook topics`: makes the brokers hold the topics that the catalogue describes."""

import click

from agents.cli.common import connected_settings, json_option, print_json
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.topic_admin import apply_plan, read_topics
from agents.settings import Settings
from topics.catalogue import load
from topics.plan import Plan
from topics.plan import plan as compare


@click.group()
def topics() -> None:
    """Make the brokers hold the topics that the catalogue describes."""


@topics.command()
@json_option
def plan(*, as_json: bool) -> None:
    """Say what `apply` would change."""
    _show(plan_topics(connected_settings()), as_json=as_json)


@topics.command()
@click.option("--yes", is_flag=True, help="Do it; otherwise only say what would be done.")
@json_option
@click.pass_context
def apply(ctx: click.Context, *, yes: bool, as_json: bool) -> None:
    """Create topics, add partitions where that is safe, alter configurations; never delete."""
    settings = connected_settings()
    planned = plan_topics(settings)
    _show(planned, as_json=as_json)
    if yes:
        apply_plan(librdkafka_settings(settings), planned)
    elif planned.changes:
        click.echo("nothing was changed; --yes does it", err=True)
    if planned.refused:
        ctx.exit(1)


def plan_topics(settings: Settings) -> Plan:
    """Compare the catalogue with the brokers."""
    actual = read_topics(librdkafka_settings(settings))
    return compare(load(), actual, partitions=settings.partitions)


def apply_topics(settings: Settings) -> None:
    """Make the brokers hold the catalogue's topics."""
    apply_plan(librdkafka_settings(settings), plan_topics(settings))


def _show(planned: Plan, *, as_json: bool) -> None:
    if as_json:
        print_json(_facts(planned))
        return
    for topic in planned.create:
        click.echo(f"+ {topic.name}: create with {topic.partitions} partitions")
    for more in planned.add_partitions:
        click.echo(f"~ {more.topic}: from {more.current} to {more.total} partitions")
    for change in planned.alter_config:
        for name, value in change.wanted.items():
            click.echo(f"~ {change.topic}: {name} from {change.current.get(name)} to {value}")
    for refusal in planned.refused:
        click.echo(f"! {refusal.topic}: {refusal.reason}")
    click.echo(f"= {len(planned.unchanged)} topics are as they shall be")


def _facts(planned: Plan) -> dict[str, object]:
    return {
        "create": {topic.name: topic.partitions for topic in planned.create},
        "add_partitions": {more.topic: more.total for more in planned.add_partitions},
        "alter_config": {change.topic: dict(change.wanted) for change in planned.alter_config},
        "refused": {refusal.topic: refusal.reason for refusal in planned.refused},
        "unchanged": list(planned.unchanged),
    }
