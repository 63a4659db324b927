"""Entries by language models: real diarists, a real broker, both real SDKs, a scripted server."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.diarist_run import UPGRADES, DiaristRun, diarist_run, faithful
from tests.support.llm_server import failing, replying
from tests.support.pipeline import eventually
from tests.support.worker_processes import WorkerProcess

PRICES = """
currency: USD
models:
  - provider: anthropic
    model: m
    effective_from: 2026-01-01
    tiers: &tiers [{input: 1, output: 5, cached: 0.1, cache_write: 1.25}]
  - {provider: openai, model: m, effective_from: 2026-01-01, tiers: *tiers}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiaristRun]:
    with diarist_run(tmp_path_factory.mktemp("diarists")) as running:
        yield running


@pytest.fixture
def prices(tmp_path: Path) -> str:
    path = tmp_path / "prices.yaml"
    path.write_text(PRICES)
    return str(path)


def waiting_for(worker: WorkerProcess) -> list[str]:
    answer = worker.probe()
    return answer.waiting_for if answer else []


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
def test_a_model_writes_the_entry_and_the_entry_tells_what_that_cost(
    run: DiaristRun, prices: str, provider: str
) -> None:
    run.server.answer = replying(faithful)
    worker = run.worker(f"{provider}:m", prices=prices)
    with run.entries() as reader:
        recording = run.say("I met Anna in the park.", f"We had coffee {uuid.uuid4().hex}.")
        entry = run.entry(reader, recording)
    worker.stop()
    assert entry["title"] == "Written by a model"
    assert entry["narrative"].startswith("I met Anna in the park.")
    generator = entry["generator"]
    assert (generator["provider"], generator["model"], generator["fallback"]) == (
        provider,
        "m",
        False,
    )
    assert generator["cost_micros"] == 296  # 80 + 30 x 0.1 + 10 x 1.25 + 40 x 5, rounded
    (call,) = generator["calls"]
    assert (call["outcome"], call["input_tokens"], call["output_tokens"]) == ("ok", 120, 40)
    assert entry["revision"] == 2


def test_a_provider_that_is_down_is_stood_in_for_and_made_up_for_later(run: DiaristRun) -> None:
    run.server.answer = failing(529, "overloaded_error")
    worker = run.worker("anthropic:m,extractive", fallback_after="3")
    with run.entries() as reader:
        recording = run.say("I met Tom at the station.", f"Number {uuid.uuid4().hex}.")
        stand_in = run.entry(reader, recording, fallback=True)
        assert (stand_in["generator"]["provider"], stand_in["revision"]) == ("extractive", 1)
        assert {call["outcome"] for call in stand_in["generator"]["calls"]} == {"overloaded"}
        requests = [one for one in reader.seen if one.topic() == UPGRADES]
        assert [one.key() for one in requests] == [recording.encode()]
        eventually(
            lambda: True if "anthropic" in waiting_for(worker) else None,
            within_s=30,
            what="a worker that says its provider is down",
        )
        assert run.lag(UPGRADES) > 0
        run.server.answer = replying(faithful)
        better = run.entry(reader, recording)
    assert (better["title"], better["revision"]) == ("Written by a model", 2)
    eventually(lambda: True if run.lag(UPGRADES) == 0 else None, within_s=30, what="no lag")
    worker.stop()


def test_a_replay_costs_no_call(run: DiaristRun, prices: str) -> None:
    run.server.answer = replying(faithful)
    worker = run.worker("anthropic:m", prices=prices)
    with run.entries() as reader:
        text = f"The same words {uuid.uuid4().hex}."
        first = run.entry(reader, run.say(text))
        asked = len(run.server.requests)
        again = run.entry(reader, run.say(text))
    worker.stop()
    assert len(run.server.requests) == asked
    assert (again["generator"]["cache_hit"], again["generator"]["cost_micros"]) == (True, 0)
    assert again["narrative"] == first["narrative"]
    assert [call["outcome"] for call in again["generator"]["calls"]] == ["cached"]
