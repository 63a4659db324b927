"""The lag of the groups, as Kafka's own command line tool sees it."""

import time
from collections.abc import Sequence

from agents.local.kafka_tools import CONSUMER_GROUPS, run_tool

PAUSE_S = 1.0
"""Pause between two questions, in seconds; each one starts a Java of its own."""


def lag_of(bootstrap: str, stage: str) -> int | None:
    """Return the lag of a stage's group, summed over its partitions; None if nothing is known.

    Where nothing is committed, everything in the partition counts.
    """
    group = f"daybook.{stage}"
    said = run_tool(
        CONSUMER_GROUPS, "--bootstrap-server", bootstrap, "--describe", "--group", group
    ).stdout
    rows = [line.split() for line in said.splitlines() if line.startswith(f"{group} ")]
    if not rows:
        return None
    return sum(int(end if lag == "-" else lag) for *_, end, lag in (row[:6] for row in rows))


def await_no_lag(bootstrap: str, stages: Sequence[str], *, limit_s: float) -> dict[str, int | None]:
    """Return the lags once all are 0, or as they are after *limit_s*."""
    end = time.monotonic() + limit_s
    while True:
        lags = {stage: lag_of(bootstrap, stage) for stage in stages}
        if not any(lag != 0 for lag in lags.values()) or time.monotonic() > end:
            return lags
        time.sleep(PAUSE_S)
