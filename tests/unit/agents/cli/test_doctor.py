"""`daybook doctor`: what is missing, and how to get it."""

import json
from pathlib import Path

import pytest

from agents.cli import doctor as doctor_module
from agents.errors import DependencyUnavailable
from tests.support.command_line import Daybook

Findings = dict[str, dict[str, object]]


@pytest.fixture(autouse=True)
def a_healthy_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    jars = tmp_path / "jars"
    jars.mkdir()
    (jars / "kafka.jar").touch()
    monkeypatch.setenv("DAYBOOK_KAFKA_JARS", str(jars))
    monkeypatch.setattr(doctor_module, "find_java", lambda: Path("/java"))
    monkeypatch.setenv("DAYBOOK_WHISPER_MODEL", "small")


def findings(daybook: Daybook, *, code: int) -> Findings:
    said = daybook("doctor", "--json")
    assert said.code == code
    return {finding["what"]: finding for finding in json.loads(said.out)}


def test_a_machine_that_has_everything_is_well(daybook: Daybook) -> None:
    found = findings(daybook, code=0)
    assert list(found) == [
        "Python",
        "Java",
        "Kafka's jars",
        "codecs",
        "broker",
        "speech model",
        "writers",
        "decoders",
        "disk",
    ]
    assert all(finding["ok"] for finding in found.values())
    assert (found["Java"]["found"], found["speech model"]["found"]) == ("/java", "small")


def test_a_model_folder_that_is_missing_is_told(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_WHISPER_MODEL", "/no/such/model")
    finding = findings(daybook, code=1)["speech model"]
    assert (finding["ok"], finding["found"]) == (False, "none")
    cure = "DAYBOOK_WHISPER_MODEL='/no/such/model': there is no folder '/no/such/model'"
    assert finding["cure"] == cure


def test_the_bundled_model_is_said_to_know_demo_speech_only(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAYBOOK_WHISPER_MODEL")
    finding = findings(daybook, code=0)["speech model"]
    assert finding["found"] == "the bundled demo model, which knows only demo speech"


def test_a_misspelled_setting_is_told(daybook: Daybook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_USSER", "ada")
    finding = findings(daybook, code=1)["setting"]
    assert finding["found"] == "DAYBOOK_USSER is no setting; did you mean DAYBOOK_USER?"


def test_a_machine_without_java_is_told(daybook: Daybook, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_java() -> Path:
        raise DependencyUnavailable("Java", "no Java 17 or newer")

    monkeypatch.setattr(doctor_module, "find_java", no_java)
    assert findings(daybook, code=1)["Java"]["cure"] == "no Java 17 or newer"


def test_a_broker_that_does_not_answer_is_told(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setattr(doctor_module, "broker_answers", lambda *_args, **_options: False)
    finding = findings(daybook, code=1)["broker"]
    assert (finding["ok"], finding["found"]) == (False, "127.0.0.1:1 does not answer")


@pytest.mark.parametrize(("warning", "code"), [(None, 0), ("offsets live shorter", 1)])
def test_a_broker_that_answers_is_well_unless_it_forgets_offsets(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch, warning: str | None, code: int
) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setattr(doctor_module, "broker_answers", lambda *_args, **_options: True)
    monkeypatch.setattr(doctor_module, "short_lived_offsets", lambda *_args: warning)
    finding = findings(daybook, code=code)["broker"]
    assert (finding["ok"], finding["cure"]) == (warning is None, warning or "")


def test_a_codec_without_its_library_is_told(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_module, "missing_codecs", lambda: ("lz4", "zstd"))
    finding = findings(daybook, code=1)["codecs"]
    assert finding["found"] == "without lz4, zstd"
    assert "cramjam" in str(finding["cure"])


def test_a_disk_that_is_nearly_full_is_told(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_module, "FREE_BYTES", 1 << 62)
    assert findings(daybook, code=1)["disk"]["ok"] is False


def test_jars_not_here_yet_are_no_fault(daybook: Daybook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA_JARS", "/nowhere")
    finding = findings(daybook, code=0)["Kafka's jars"]
    assert (finding["ok"], finding["found"]) == (True, "not here yet")


def test_people_see_marks_and_cures(daybook: Daybook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_WHISPER_MODEL", "/no/such/model")
    lines = daybook("doctor").out.splitlines()
    assert "✓ Java: /java" in lines
    assert "✗ speech model: none" in lines
    assert lines[lines.index("✗ speech model: none") + 1].startswith("    → DAYBOOK_WHISPER_MODEL=")
