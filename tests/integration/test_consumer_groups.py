"""What operators see with Kafka's own tools."""

from agents.demo import recordings
from agents.local.kafka_tools import CONSUMER_GROUPS, run_tool
from tests.support.foreign import ForeignConsumer, ForeignProducer
from tests.support.pipeline import Pipeline, eventually

GROUPS = {"daybook.transcriber", "daybook.diarist", "daybook.daily"}


def test_three_groups_have_no_lag_once_everything_is_in_the_diary(
    bootstrap: str, pipeline: Pipeline
) -> None:
    with ForeignConsumer(bootstrap, ["diaries.daily"]) as consumer:
        ForeignProducer(bootstrap).send_json(
            user_id="lag", audio_uri=pipeline.give(recordings()[0].path)
        )
        consumer.wait_for(lambda one: one.key().startswith(b"default/lag/"), within_s=60)
    eventually(lambda: no_lag(bootstrap), within_s=30, what="lag 0 in every group")


def no_lag(bootstrap: str) -> bool | None:
    """Return True if each group has committed, and has nothing left to read, else None."""
    said = run_tool(CONSUMER_GROUPS, "--bootstrap-server", bootstrap, "--describe", "--all-groups")
    lines = (line.split() for line in said.stdout.splitlines())
    rows = [row for row in lines if row and row[0] in GROUPS]
    places = [(group, offset, end, lag) for group, _, _, offset, end, lag, *_ in rows]
    committed = {group for group, offset, _, lag in places if offset.isdecimal() and lag == "0"}
    # "-" stands where nothing is committed: at rest that is nowhere, also where no record ever was.
    behind = [place for place in places if place[3] != "0"]
    return True if committed == GROUPS and not behind else None
