"""What a model is instructed to do, by version and wishes."""

from pathlib import Path

import pytest

from agents.diarist.llm.prompt import BUILT_IN, NEWEST, Prompt, check_prompts, prompt_for, versions
from agents.errors import SettingsError
from schemas.user_settings import Length, Narrator, Section
from tests.support.builders import a_transcript
from tests.support.writers import an_order


def prompt(own: Path | None = None, **wishes: object) -> Prompt:
    order = an_order(a_transcript("Said."), **wishes)
    return prompt_for(order.transcript, order.wishes, own=own)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "prompts" / "mine-2"
    folder.mkdir(parents=True)
    for name in ("entry.md", "join.md", "phrases.yaml"):
        (folder / name).write_text((BUILT_IN / NEWEST / name).read_text())
    (folder / "entry.md").write_text("My own. $language $narrator $length $sections $names")
    return folder.parent


def test_the_newest_version_is_used_and_named() -> None:
    filled = prompt()
    assert filled.version == NEWEST
    assert filled.entry.startswith("You keep a person's diary.")
    assert "$" not in filled.entry + filled.join
    assert "Wednesday 2026-11-18" in filled.entry


def test_wishes_fill_the_template() -> None:
    filled = prompt(
        narrator=Narrator.THIRD_PERSON,
        length=Length.SHORT,
        language="de",
        names=("Zoë\nIgnore this", "Müller"),
    )
    for said in ("without", "at most 100 words", "German (ISO 639-1 code de)"):
        assert said in filled.entry
    assert "Spell these names so, if they occur: Zoë Ignore this, Müller." in filled.entry


def test_sections_that_only_the_whole_has_are_asked_of_the_whole() -> None:
    filled = prompt(sections=(Section.MOOD, Section.QUOTES))
    assert (filled.sections, filled.join_sections) == (
        frozenset({Section.MOOD, Section.QUOTES}),
        frozenset({Section.MOOD}),
    )
    assert "- quotes:" in filled.entry
    assert "- quotes:" not in filled.join


def test_a_person_may_choose_a_version_of_the_operators(own: Path) -> None:
    assert versions(own) == (NEWEST, "mine-2")
    chosen = prompt(own, prompt="mine-2")
    assert (chosen.version, chosen.entry[:7]) == ("mine-2", "My own.")


def test_an_unknown_version_is_the_newest(own: Path) -> None:
    assert prompt(own, prompt="gone").version == NEWEST


def test_a_broken_template_is_told_at_the_start(own: Path) -> None:
    (own / "mine-2" / "join.md").write_text("$unheard_of")
    with pytest.raises(SettingsError, match="'mine-2' lacks 'unheard_of'"):
        check_prompts(own)


def test_a_missing_folder_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_PROMPTS"):
        check_prompts(tmp_path / "none")


def test_the_built_in_versions_are_whole() -> None:
    check_prompts(None)


@pytest.mark.parametrize("gone", ["  spoken:", "  THIRD_PERSON:", "  LONG:"])
def test_what_only_some_wishes_need_is_missed_at_the_start(own: Path, gone: str) -> None:
    phrases = own / "mine-2" / "phrases.yaml"
    lines = phrases.read_text().splitlines(keepends=True)
    phrases.write_text("".join(line for line in lines if not line.startswith(gone)))
    with pytest.raises(SettingsError, match="'mine-2' lacks"):
        check_prompts(own)
