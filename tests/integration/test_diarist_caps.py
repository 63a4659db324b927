"""What a cap leaves unwritten waits for room, and holds up nobody, nor the end of a worker."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_language_models import PRICES
from tests.support.diarist_run import ENTRY_S, UPGRADES, DiaristRun, diarist_run
from tests.support.entries import Entries
from tests.support.fated_recordings import (
    BY_A_MODEL,
    MADE_UP_FOR,
    STOOD_IN_FOR_NOW,
    FatedRecordings,
)
from tests.support.fates import DOWN, FatedModel
from tests.support.llm_server import MESSAGES

POOR, RICH = "poor", "rich"
NOTHING_MICROS, PLENTY_MICROS = 1, 10_000_000

DRAIN_S = 25.0
"""What a stopping worker would have to finish what it works on, in seconds."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiaristRun]:
    with diarist_run(tmp_path_factory.mktemp("caps")) as running:
        yield running


@pytest.fixture
def said(run: DiaristRun) -> FatedRecordings:
    """Have all recordings answered, and let one person spend nothing."""
    run.server.answer = model = FatedModel()
    run.wish(POOR, daily_cap_micros=NOTHING_MICROS)
    return FatedRecordings(run=run, model=model)


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "prices.yaml"
    path.write_text(PRICES)
    # Two records at once, so that one of them may be an upgrade: those that wait must give way.
    of_worker = {"fallback_after": "3", "in_flight": "2", "drain_s": str(DRAIN_S)}
    return {"prices": str(path), **of_worker}


def say(said: FatedRecordings, user: str, count: int) -> list[str]:
    before = len(said.all)
    return [
        said.say_to("anthropic", f"{user} {before + number}", user_id=user)
        for number in range(count)
    ]


def test_who_has_no_room_is_stood_in_for_until_there_is_some_and_others_go_on(
    run: DiaristRun, said: FatedRecordings, settings: dict[str, str]
) -> None:
    with Entries(run) as entries:
        worker = run.worker("anthropic:m", **settings)
        capped = say(said, POOR, 3)
        said.await_entries(entries, within_s=ENTRY_S)
        said.model.outages = {MESSAGES: DOWN}
        made_up_for = say(said, RICH, 3)
        said.await_entries(entries, within_s=ENTRY_S)
        said.model.outages = {}
        await_final(entries, made_up_for)
        written = say(said, RICH, 3)
        await_final(entries, written)
        assert {one: entries.fates()[one] for one in capped} == dict.fromkeys(
            capped, STOOD_IN_FOR_NOW
        )
        assert [told for one in capped for told in said.model.of(said.tags[one])] == []
        assert run.lag(UPGRADES) >= len(capped)
        run.wish(POOR, daily_cap_micros=PLENTY_MICROS)
        said.await_final(entries, within_s=ENTRY_S)
        entries.await_rest()
        assert worker.stop() == 0
    assert entries.fates() == {
        **dict.fromkeys(capped + made_up_for, MADE_UP_FOR),
        **dict.fromkeys(written, BY_A_MODEL),
    }
    assert entries.dead == []
    said.assert_accounted(entries)
    said.assert_none_paid_twice()


def test_a_worker_with_upgrades_that_wait_stops_at_once_and_leaves_them_to_the_next(
    run: DiaristRun, said: FatedRecordings, settings: dict[str, str]
) -> None:
    with Entries(run) as entries:
        worker = run.worker("anthropic:m", **settings)
        capped = say(said, POOR, 5)
        said.await_entries(entries, within_s=ENTRY_S)
        (written,) = say(said, RICH, 1)  # once a provider answers, all upgrades are let in
        await_final(entries, [written])
        worker.await_waiting_for("budget")
        began = time.monotonic()
        assert worker.stop() == 0
        assert time.monotonic() - began < DRAIN_S / 2
        assert drains(worker.log) != [0]
        run.wish(POOR, daily_cap_micros=PLENTY_MICROS)
        successor = run.worker("anthropic:m", **settings)
        said.await_final(entries, within_s=ENTRY_S)
        entries.await_rest()
        assert successor.stop() == 0
    assert entries.fates() == {**dict.fromkeys(capped, MADE_UP_FOR), written: BY_A_MODEL}
    assert drains(successor.log) == [0]
    said.assert_accounted(entries)


def await_final(entries: Entries, recordings: list[str]) -> None:
    entries.await_that(
        "an entry by a model of each",
        lambda: all(map(entries.has_final, recordings)),
        within_s=ENTRY_S,
    )


def drains(log: Path) -> list[int]:
    """Return how many records a worker left unfinished; nothing ended it by force."""
    events = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert "ended-by-force" not in {event["event"] for event in events}
    return [event["unfinished"] for event in events if event["event"] == "drained"]
