"""Which writers the settings name, and which recordings are for the strong ones."""

import pytest

from agents.diarist.writer_choice import ModelName, parse_strong_rule, parse_writers
from agents.errors import SettingsError
from tests.support.builders import a_segment, a_transcript


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("extractive", ()),
        ("anthropic:small, extractive", (ModelName("anthropic", "small"),)),
        (
            "anthropic:small,openai:llama3:8b",
            (ModelName("anthropic", "small"), ModelName("openai", "llama3:8b")),
        ),
    ],
)
def test_a_chain_names_models_in_order(text: str, models: tuple[ModelName, ...]) -> None:
    assert parse_writers(text, setting="DAYBOOK_WRITERS") == models


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("claude", "'claude' is no writer"),
        ("anthropic:", "'anthropic:' is no writer"),
        ("", "'' is no writer"),
        ("extractive,openai:m", "'extractive' always answers"),
    ],
)
def test_a_wrong_chain_is_refused_with_its_setting(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=f"DAYBOOK_WRITERS='{text}': {complaint}"):
        parse_writers(text, setting="DAYBOOK_WRITERS")


@pytest.mark.parametrize(
    ("rule", "applies"),
    [
        ("words=6", True),
        ("words=7", False),
        ("speakers=2", True),
        ("minutes=3,words=7", True),
        ("minutes=4", False),
    ],
)
def test_any_measure_that_is_reached_makes_a_recording_long_or_complex(
    rule: str, *, applies: bool
) -> None:
    spoken = (
        a_segment("We met again.", index=0, speaker="S1"),
        a_segment("Yes we did.", index=1, speaker="S2"),
    )
    transcript = a_transcript(*spoken, speech_ms=200_000)
    assert parse_strong_rule(rule, setting="S").applies(transcript) is applies


@pytest.mark.parametrize("text", ["", "words", "words=-1", "letters=3", "words=1,words=2"])
def test_a_wrong_rule_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_STRONG_WHEN"):
        parse_strong_rule(text, setting="DAYBOOK_STRONG_WHEN")
