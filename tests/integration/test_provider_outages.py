"""While nobody answers, entries are stood in for; later each is made up for once, despite kills."""

import threading
from collections.abc import Iterator

import pytest

from agents.diarist.llm.language_model import Outcome
from tests.support.diarist_run import ENTRY_S, UPGRADES, DiaristRun, diarist_run
from tests.support.entries import Entries
from tests.support.fated_recordings import (
    BY_A_MODEL,
    MADE_UP_FOR,
    STOOD_IN_FOR_NOW,
    FatedRecordings,
)
from tests.support.fates import DOWN, FINE, FatedModel, Turn
from tests.support.llm_server import MESSAGES, LlmRequest
from tests.support.threaded_server import Reply

RECORDINGS, SOME = 40, 5

SOON_LOST = {"session_timeout_s": "3", "heartbeat_s": "0.5"}
"""A killed worker's partitions go to others within 3 seconds."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiaristRun]:
    with diarist_run(tmp_path_factory.mktemp("outages")) as running:
        yield running


@pytest.fixture
def said(run: DiaristRun) -> FatedRecordings:
    """Have the one provider fail, and the other one answer."""
    run.server.answer = model = FatedModel()
    model.outages = {MESSAGES: DOWN}
    return FatedRecordings(run=run, model=model)


class Held:
    """Answers well: the first few requests at once, the others once they are let go."""

    def __init__(self, at_once: int) -> None:
        self.go = threading.Event()
        self._left = at_once
        self._lock = threading.Lock()

    def __call__(self, request: LlmRequest) -> Reply:
        with self._lock:
            self._left -= 1
            held = self._left < 0
        if held:
            self.go.wait(ENTRY_S)
        return FINE.answer(request)


def await_some(entries: Entries, revision: int) -> None:
    def out() -> int:
        return sum(revision in revisions for revisions, _ in entries.fates().values())

    entries.await_that("some entries", lambda: out() >= SOME, within_s=ENTRY_S)


def test_each_entry_that_was_stood_in_for_is_made_up_for_once_whoever_is_killed(
    run: DiaristRun, said: FatedRecordings
) -> None:
    held = Held(SOME)
    with Entries(run) as entries:
        first = run.worker(fallback_after="3", **SOON_LOST)
        second = run.begin(fallback_after="3", **SOON_LOST)
        for number in range(RECORDINGS):
            said.say_to("anthropic", f"held {number}", Turn(Outcome.OK, held))
            if number == RECORDINGS // 2:
                await_some(entries, revision=1)
                first.kill()
        said.await_entries(entries, within_s=ENTRY_S)
        entries.await_that("no lag", lambda: not run.lag("transcripts.ready"), within_s=ENTRY_S)
        waiting = run.lag(UPGRADES)
        assert waiting >= RECORDINGS
        assert entries.fates() == dict.fromkeys(said.all, STOOD_IN_FOR_NOW)
        assert second.await_waiting_for("anthropic").status == 503
        assert run.lag(UPGRADES) == waiting
        said.model.outages = {}
        third = run.begin(fallback_after="3", **SOON_LOST)
        await_some(entries, revision=2)
        second.kill()  # in the middle of calls that are not answered yet
        held.go.set()
        said.await_final(entries, within_s=ENTRY_S)
        entries.await_rest()
        assert third.stop() == 0
    assert entries.fates() == dict.fromkeys(said.all, MADE_UP_FOR)
    assert entries.dead == []


def test_the_second_of_a_chain_writes_where_the_first_is_down_and_the_strong_what_is_long(
    run: DiaristRun, said: FatedRecordings
) -> None:
    with Entries(run) as entries:
        chains = {"writers": "anthropic:m,openai:m", "writers_strong": "openai:strong"}
        worker = run.worker(**chains, fallback_after="10")
        short = [said.say_to("anthropic", f"short {number}") for number in range(3)]
        said.await_final(entries, within_s=ENTRY_S)
        tag = said.model.tag(FINE)
        lines = [f"This is the line number {number} of {tag}." for number in range(430)]
        long = run.say(*lines)  # 3,010 words
        entries.await_that("an entry", lambda: entries.has_final(long), within_s=ENTRY_S)
        worker.stop()
    assert entries.fates() == dict.fromkeys([*short, long], BY_A_MODEL)
    writers = {one: entries.by_recording[one][0]["generator"] for one in entries.by_recording}
    told = {one: (writer["provider"], writer["model"]) for one, writer in writers.items()}
    assert told == {**dict.fromkeys(short, ("openai", "m")), long: ("openai", "strong")}
    assert {told.request.body["model"] for told in said.model.of(tag)} == {"strong"}
    said.assert_accounted(entries)
