"""`daybook settings`: what holds, without secrets, and what was misspelled."""

import json

import pytest

from agents.cli.settings import unknown_variables
from agents.settings import Settings
from tests.support.command_line import Daybook


def test_every_setting_is_printed_as_a_variable(daybook: Daybook) -> None:
    said = daybook("settings")
    variables = [line.partition("=")[0] for line in said.out.splitlines() if "=" in line]
    wanted = [f"DAYBOOK_{name.upper()}" for name in Settings.model_fields]
    assert (said.code, said.err) == (0, "")
    assert [name for name in variables if name in wanted] == wanted


def test_secrets_are_masked(daybook: Daybook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA_SASL_PASSWORD", "hunter2")
    said = daybook("settings")
    assert "DAYBOOK_KAFKA_SASL_PASSWORD=***\n" in said.out
    assert "hunter2" not in said.out + said.err
    assert '"kafka_sasl_password": "***"' in daybook("settings", "--json").out


def test_the_password_in_an_address_is_masked(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_SCHEMA_REGISTRY_URL", "https://ada:hunter2@registry:8081/x")
    said = daybook("settings")
    assert "DAYBOOK_SCHEMA_REGISTRY_URL=https://***@registry:8081/x\n" in said.out


def test_folders_are_printed_as_they_are_given(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_AUDIO_ROOTS", "/a:/b")
    shown = json.loads(daybook("settings", "--json").out)
    assert (shown["audio_roots"], shown["kafka_bootstrap"]) == ("/a:/b", None)
    assert shown["day_start"] == "04:00:00"


def test_a_misspelled_variable_is_told_with_the_right_one(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_WHISPERMODEL", "small")
    monkeypatch.setenv("DAYBOOK_QQQ", "1")
    said = daybook("settings")
    assert said.err.splitlines() == [
        "DAYBOOK_QQQ is no setting",
        "DAYBOOK_WHISPERMODEL is no setting; did you mean DAYBOOK_WHISPER_MODEL?",
    ]


def test_variables_that_say_where_to_look_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_CONFIG", "/dev/null")
    monkeypatch.setenv("DAYBOOK_KAFKA_JARS", "/jars")
    assert unknown_variables() == []


def test_a_wrong_setting_is_wrong_usage(daybook: Daybook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_IN_FLIGHT", "0")
    said = daybook("settings")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("daybook: DAYBOOK_IN_FLIGHT='0': ")


def test_the_reference_has_a_row_for_every_setting(daybook: Daybook) -> None:
    said = daybook("settings", "--markdown")
    rows = [line.split("`")[1] for line in said.out.splitlines() if line.startswith("| `")]
    assert rows == [f"DAYBOOK_{name.upper()}" for name in Settings.model_fields]
