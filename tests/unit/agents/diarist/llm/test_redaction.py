"""What identifies a person goes out as a placeholder and comes back as it was."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agents.diarist.llm.personal_data import personal_data_in
from agents.diarist.llm.redaction import Redaction
from tests.support.hostile_text import hostile_text

_LABELLED = Path(__file__).parents[4] / "data" / "personal_data.yaml"
_MARK = re.compile(r"«(\w+) ([^»]+)»")


def _samples() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    for language, lines in yaml.safe_load(_LABELLED.read_text(encoding="utf-8")).items():
        for line in lines:
            labels = [(kind, value) for kind, value in _MARK.findall(line)]
            yield language, _MARK.sub(r"\2", line), labels


@pytest.mark.parametrize(("language", "text", "labels"), [*_samples()])
def test_labelled_speech_is_told_apart(
    language: str, text: str, labels: list[tuple[str, str]]
) -> None:
    found = [(kind, text[start:end]) for start, end, kind in personal_data_in(text)]
    assert found == labels, language


def test_values_come_back_as_they_were_over_several_texts() -> None:
    redaction = Redaction()
    first = redaction.redacted("Call +49 30 23125014 or write to anna@b.example.")
    second = redaction.redacted("anna@b.example, not eve@b.example")
    assert first == "Call [PHONE_1] or write to [EMAIL_1]."
    assert second == "[EMAIL_1], not [EMAIL_2]"
    assert redaction.restored(first) == "Call +49 30 23125014 or write to anna@b.example."
    assert redaction.restored(second) == "anna@b.example, not eve@b.example"


@pytest.mark.parametrize(
    "written",
    [
        "[EMAIL_1]",
        "[email_1]",
        "(EMAIL_1)",
        "EMAIL_1",
        "[EMAIL 1]",
        "\\[EMAIL\\_1\\]",
        "【EMAIL_1】",
        "{EMAIL-1}",
        "<EMAIL_1>",
    ],
)
def test_a_placeholder_is_known_however_a_model_writes_it(written: str) -> None:
    redaction = Redaction()
    redaction.redacted("anna@b.example")
    assert redaction.restored(f"Write to {written} now") == "Write to anna@b.example now"


def test_a_placeholder_that_nobody_gave_out_goes() -> None:
    assert Redaction().restored("Write to [EMAIL_7] or IBAN_1 now") == "Write to  or  now"


def test_a_spoken_placeholder_is_not_taken_for_ours() -> None:
    redaction = Redaction()
    said = "Say [EMAIL_1] and (phone 1) to anna@b.example"
    hidden = redaction.redacted(said)
    assert hidden == "Say [TEXT_1] and [TEXT_2] to [EMAIL_1]"
    assert redaction.restored(hidden) == said
    assert redaction.restored("[TEXT_1]") == "[EMAIL_1]"


_personal = st.sampled_from(
    [
        "anna@b.example",
        "+49 30 23125014",
        "[EMAIL_1]",
        "TEXT_1",
        "10.0.0.1",
        " ",
        "\\",
        "[",
        "]",
        "_1",
    ]
)


@given(st.lists(st.one_of(_personal, hostile_text), max_size=6).map("".join))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    redaction = Redaction()
    hidden = redaction.redacted(text)
    assert redaction.restored(hidden) == text
    assert "anna@b.example" not in hidden
