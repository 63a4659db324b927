"""The agents' names, which stand apart from what imports them."""

from importlib import import_module

from agents.stages import STAGES
from agents.wiring import WORKERS
from topics.catalogue import load


def test_the_stages_are_the_agents_in_the_order_of_the_stream() -> None:
    assert tuple(WORKERS) == STAGES
    assert {f"daybook.{stage}" for stage in STAGES} == set(load().groups)


def test_each_stage_is_put_together_by_a_module_of_its_name() -> None:
    for stage in STAGES:
        assert stage == import_module(f"agents.wiring.{stage}").agent.NAME
