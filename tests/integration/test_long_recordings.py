"""Ten hours of speech, and one word of it, through a real diarist with a scripted model."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.support.diarist_run import DiaristRun, diarist_run
from tests.support.llm_server import LlmRequest, replying
from tests.support.long_speech import long_speech
from tests.support.telling import telling
from tests.support.watched_diarist import FILE

WATCHED = "tests.support.watched_diarist"
WRITER = "anthropic:claude-haiku-5-5"
"""A model with a price, since there are caps."""

PROMPT_TOKENS = 24_000
CHARACTERS_PER_TOKEN = 4
SESSION_S = 10.0
"""Time after which the group takes a silent worker for dead."""

PEAK_MB = 600


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiaristRun]:
    with diarist_run(tmp_path_factory.mktemp("diarists")) as running:
        running.server.answer = replying(told)
        yield running


def told(request: LlmRequest) -> object:
    return telling(request.instructions, request.content)


def cited_ms(entry: Mapping[str, Any]) -> list[int]:
    return [cite["start_ms"] for told in entry["narrative_cites"] for cite in told["cites"]]


def watched(run: DiaristRun) -> Mapping[str, Any]:
    seen: Mapping[str, Any] = json.loads((run.state_dir / FILE).read_text())
    return seen


def test_one_word_and_ten_hours_become_an_entry_each_and_cost_nothing_again(
    run: DiaristRun,
) -> None:
    day = long_speech(600, recording_id="ten-hours")
    worker = run.worker(WRITER, program=WATCHED)
    with run.entries() as reader:
        word = run.entry(reader, run.say("Hello."))
        assert (word["narrative"], word["words"]) == ("Hello.", 1)
        assert len(run.server.requests) == 1
        run.server.requests.clear()
        run.publish(day)
        entry = run.entry(reader, day.recording_id)
        asked = list(run.server.requests)
        run.publish(replace(day, recording_id="again"))
        again = run.entry(reader, "again")
    worker.stop()
    largest = max(len(request.content) for request in asked) // CHARACTERS_PER_TOKEN
    assert largest <= PROMPT_TOKENS
    assert len(entry["generator"]["calls"]) == len(asked) > 2
    assert min(cited_ms(entry)) < 0.1 * day.duration_ms
    assert max(cited_ms(entry)) > 0.85 * day.duration_ms
    names = [person["name"] for person in entry["people"]]
    assert sorted(names) == sorted(set(names))
    assert len(names) == 10
    assert len(run.server.requests) == len(asked)
    assert again["narrative"] == entry["narrative"]
    assert again["generator"]["cost_micros"] == 0
    assert watched(run)["longest_cpu_s"] < SESSION_S / 2
    assert watched(run)["peak_mb"] < PEAK_MB


def test_a_long_recording_over_a_cap_becomes_an_offline_entry(run: DiaristRun) -> None:
    before = len(run.server.requests)
    worker = run.worker(WRITER, daily_cap_user_micros="100")
    with run.entries() as reader:
        run.publish(long_speech(120, recording_id="capped", seed="capped"))
        entry = run.entry(reader, "capped", fallback=True)
    worker.kill()  # its upgrade waits for tomorrow, and would be waited for
    assert len(run.server.requests) == before
    assert (entry["generator"]["provider"], entry["generator"]["cost_micros"]) == ("extractive", 0)
    assert len(cited_ms(entry)) > 5
