"""The agents' names, which stand apart from what imports them."""

from agents.cli.stages import STAGES
from agents.wiring import WORKERS
from topics.catalogue import load


def test_the_stages_are_the_agents_in_the_order_of_the_stream() -> None:
    assert tuple(WORKERS) == STAGES
    assert {f"daybook.{stage}" for stage in STAGES} == set(load().groups)
