"""The operators' verbs refuse what they cannot mean, before any broker is asked."""

import pytest

from tests.support.command_line import Daybook


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:1")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("dlq", "purge"), "either --before TIME or --all"),
        (("dlq", "purge", "--all", "--before", "2026-11-18"), "either --before TIME or --all"),
        (("dlq", "purge", "--before", "yesterday"), "yesterday"),
        (("dlq", "redrive", "--where", "user=ada"), "neither key=VALUE nor recording_id=VALUE"),
        (("dlq", "redrive", "--limit", "0"), "--limit"),
        (("dlq", "redrive", "--rate", "0"), "--rate"),
        (("dlq", "list", "--group", "nobody"), "no dead letters are kept"),
        (("offsets", "reset", "--to-earliest"), "--group"),
        (("offsets", "reset", "--group", "daybook.daily"), "give one of"),
        (("offsets", "show", "--group", "nobody"), "reads no topic of ours"),
    ],
)
def test_wrong_usage_is_named(daybook: Daybook, arguments: tuple[str, ...], says: str) -> None:
    answer = daybook(*arguments)
    assert (answer.code, says in answer.err) == (2, True), answer.err
