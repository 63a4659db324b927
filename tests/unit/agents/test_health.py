"""What the probes say, over HTTP, of whatever state a worker is in."""

import asyncio
import json
import time
from collections.abc import Iterator
from itertools import product
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from agents import metrics
from agents.health import STALL_S, Health, HealthServer, beating


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
def server(health: Health) -> Iterator[HealthServer]:
    server = HealthServer(health, host="127.0.0.1", port=0)
    yield server
    server.close()


def ask(server: HealthServer, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def probes(server: HealthServer) -> dict[str, int]:
    return {path: ask(server, path)[0] for path in ("/livez", "/startupz", "/readyz")}


def test_a_worker_that_loads_its_model_lives_and_is_not_ready(server: HealthServer) -> None:
    assert probes(server) == {"/livez": 200, "/startupz": 503, "/readyz": 503}


def test_a_worker_with_its_partitions_is_ready(health: Health, server: HealthServer) -> None:
    health.started()
    assert probes(server) == {"/livez": 200, "/startupz": 200, "/readyz": 503}
    health.assigned(yes=True)
    assert probes(server) == {"/livez": 200, "/startupz": 200, "/readyz": 200}


@pytest.mark.parametrize(
    ("started", "assigned", "stopping", "waiting"), list(product([False, True], repeat=4))
)
def test_a_worker_is_ready_only_if_nothing_is_missing(
    health: Health, *, started: bool, assigned: bool, stopping: bool, waiting: bool
) -> None:
    if started:
        health.started()
    health.assigned(yes=assigned)
    if stopping:
        health.stopping()
    with health.waiting_for("llm"):
        if waiting:
            assert health.facts()["ready"] is False
    expected = started and assigned and not stopping
    assert (health.facts()["ready"], health.facts()["started"]) == (expected, started)


def test_a_silent_loop_is_not_alive(
    health: Health, server: HealthServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.monotonic() + STALL_S + 1
    monkeypatch.setattr("agents.health.time.monotonic", lambda: later)
    status, body = ask(server, "/livez")
    assert (status, json.loads(body)["alive"]) == (503, False)
    health.beat()
    assert ask(server, "/livez")[0] == 200


def test_a_dependency_is_waited_for_until_the_last_has_it(health: Health) -> None:
    with health.waiting_for("llm"), health.waiting_for("kafka"):
        with health.waiting_for("llm"):
            assert health.facts()["waiting_for"] == ["kafka", "llm"]
        assert health.facts()["waiting_for"] == ["kafka", "llm"]
    assert health.facts()["waiting_for"] == []


def test_a_wait_that_fails_is_over(health: Health) -> None:
    with pytest.raises(KeyError), health.waiting_for("llm"):
        raise KeyError
    assert health.facts()["waiting_for"] == []


def test_the_answer_says_all_that_is_known(health: Health, server: HealthServer) -> None:
    health.started()
    with health.waiting_for("llm"):
        status, body = ask(server, "/readyz?verbose=1")
    facts = json.loads(body)
    assert (status, facts.pop("loop_silent_s") < STALL_S) == (503, True)
    assert facts == {
        "alive": True,
        "started": True,
        "ready": False,
        "assigned": False,
        "stopping": False,
        "waiting_for": ["llm"],
    }


def test_the_metrics_are_those_of_the_process(server: HealthServer) -> None:
    metrics.RETRIES.labels("a-test").inc(3)
    status, body = ask(server, "/metrics")
    assert status == 200
    assert 'daybook_retries_total{stage="a-test"} 3.0' in body


def test_there_is_nothing_else(server: HealthServer) -> None:
    assert ask(server, "/")[0] == 404


def test_a_closed_server_leaves_its_port(health: Health) -> None:
    first = HealthServer(health, host="127.0.0.1", port=0)
    first.close()
    second = HealthServer(health, host="127.0.0.1", port=first.port)
    assert ask(second, "/livez")[0] == 200
    second.close()


async def test_a_worker_beats_while_its_model_is_still_loading() -> None:
    """Loading happens in a thread; the loop lives, and says so before any worker runs."""
    health = Health()
    health._beat -= 2 * STALL_S
    async with beating(health):
        await asyncio.sleep(0)
        assert health.facts()["alive"] is True
