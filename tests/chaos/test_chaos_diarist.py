"""A short run of `make chaos-diarist`, and its checker, which finds whatever is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.diarist.llm.language_model import Outcome
from benchmarks.chaos_diarist.book import CHARGE_MICROS, Asked
from benchmarks.chaos_diarist.checker import Facts, Fated, judge
from benchmarks.chaos_diarist.trial import Trial

LOST_MICROS = 20_000
"""What a call is said to have cost of which nobody knows the end."""


def asked(
    tag: str, at: float, *, worker: str = "1", outcome: Outcome = Outcome.OK, question: str = "?"
) -> Asked:
    return Asked(
        tag=tag,
        question=f"{tag}{question}",
        outcome=outcome,
        worker=worker,
        at=at,
        answered_at=at + 0.3,
    )


def entry(revision: int, *outcomes: Outcome, **changes: Any) -> dict[str, Any]:
    cost = sum(LOST_MICROS if one is Outcome.LOST else CHARGE_MICROS for one in outcomes)
    calls = [{"outcome": one.value} for one in outcomes]
    generator = {
        "provider": "extractive" if revision == 1 else "anthropic",
        "fallback": revision == 1,
        "calls": calls,
        "cost_micros": cost,
    }
    return {"revision": revision, "generator": generator | changes}


SOUND = Facts(
    recordings=[
        Fated(id="written", tag="a", hopeless=False),
        Fated(id="made up for", tag="b", hopeless=False),
        Fated(id="refused", tag="c", hopeless=True),
        Fated(id="killed", tag="d", hopeless=False),
    ],
    entries={
        "written": [entry(2, Outcome.OK)],
        "made up for": [entry(1), entry(2, Outcome.OK)],
        "refused": [entry(1, Outcome.REFUSED)],
        "killed": [entry(2, Outcome.LOST, Outcome.OK)],
    },
    requests={"made up for": 1},
    asked=[
        asked("a", 1),
        asked("b", 9),
        asked("c", 2, outcome=Outcome.REFUSED),
        asked("d", 5.0),
        asked("d", 11.0, worker="2"),
    ],
    kills={"1": 5.2},
    memory_away=[],
)
WRITTEN, MADE_UP_FOR, REFUSED, KILLED = (one.id for one in SOUND.recordings)


def but(recording: str, *entries: dict[str, Any]) -> Facts:
    return replace(SOUND, entries={**SOUND.entries, recording: entries})


def also_asked(*more: Asked) -> Sequence[Asked]:
    return [*SOUND.asked, *more]


def test_a_sound_run_has_no_problem_and_its_sums_are_told() -> None:
    verdict = judge(SOUND)
    assert verdict.problems == []
    assert (verdict.by_model, verdict.made_up_for, verdict.stood_in_for) == (2, 1, 1)
    assert (verdict.calls, verdict.charged, verdict.paid_again) == (5, 5, {"kill": 1})
    assert (verdict.charged_micros, verdict.below_micros) == (5 * CHARGE_MICROS, 0)
    assert verdict.told_micros == 4 * CHARGE_MICROS + LOST_MICROS


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (but(WRITTEN), "1 without an entry"),
        (but(WRITTEN, entry(2, Outcome.OK), entry(2)), "wrong entries"),
        (but(WRITTEN, entry(1, Outcome.OK)), "wrong entries"),
        (but(MADE_UP_FOR, entry(1), entry(1), entry(2, Outcome.OK)), "wrong entries"),
        (but(MADE_UP_FOR, entry(2), entry(1, Outcome.OK)), "wrong entries"),
        (but(WRITTEN, entry(2, Outcome.OK, fallback=True)), "wrong entries"),
        (but(REFUSED, entry(2, Outcome.REFUSED)), "wrong entries"),
        (but(WRITTEN, entry(2, Outcome.OK, provider="extractive")), "wrong entries"),
        (replace(SOUND, requests={}), "wrong entries"),
        (replace(SOUND, requests={MADE_UP_FOR: 2}), "wrong entries"),
        (replace(SOUND, dead=["a"]), "1 dead letters"),
        (but(KILLED, entry(2, Outcome.OK)), "1 unlisted"),
        (but(WRITTEN, entry(2, Outcome.CACHED)), "1 unlisted"),
        (but(REFUSED, entry(1)), "1 unlisted"),
        (replace(SOUND, kills={}), "1 paid again"),
        (replace(SOUND, kills={"1": 8.0}), "1 paid again"),
        (replace(SOUND, asked=also_asked(asked("a", 3))), "1 paid again"),
    ],
)
def test_what_is_wrong_is_found(facts: Facts, problem: str) -> None:
    assert any(line.startswith(problem) for line in judge(facts).problems)


def test_an_offline_entry_is_final_where_an_upgrade_brought_nothing() -> None:
    facts = but(REFUSED, entry(1), entry(2, Outcome.REFUSED, provider="extractive"))
    verdict = judge(replace(facts, requests={**SOUND.requests, REFUSED: 1}))
    assert verdict.problems == []
    assert (verdict.made_up_for, verdict.stood_in_for) == (1, 1)


def test_what_memory_was_away_for_is_told_apart_and_is_no_problem() -> None:
    facts = replace(SOUND, memory_away=[(2.5, 2.6)], asked=also_asked(asked("a", 3)))
    verdict = judge(facts)
    assert (verdict.paid_again["memory away"], verdict.unlisted["memory away"]) == (1, 1)
    assert verdict.below_micros == CHARGE_MICROS
    assert verdict.problems == []


def test_an_answer_to_another_question_is_not_paid_again() -> None:
    facts = but(WRITTEN, entry(2, Outcome.OK, Outcome.OK))
    verdict = judge(replace(facts, asked=also_asked(asked("a", 3, question="!"))))
    assert (verdict.problems, verdict.paid_again) == ([], {"kill": 1})


def test_each_recording_has_its_entry_and_each_call_is_told_of_whatever_fails(
    tmp_path: Path,
) -> None:
    trial = Trial(
        seed=7,
        faults=8,
        recordings=60,
        workers=2,
        gap_s=3.0,
        memory="sqlite",
        sabotage=None,
        folder=tmp_path,
    )
    result = trial.run()
    assert not result.problems
    assert (result.faults["kill"] > 0, result.verdict.below_micros) == (True, 0)
