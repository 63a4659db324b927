"""A model of names beside the rules: more people and places, each once."""

import pytest

from agents.diarist.offline.extractive_writer import ExtractiveWriter, draft
from agents.diarist.offline.spacy_names import SpacyNames
from agents.errors import SettingsError
from tests.support.builders import a_transcript
from tests.support.name_model import ToldNames
from tests.support.writers import an_order

SAID = ("Qwendrik moved to Zorbville with Anna.", "Anna Smith likes Leeds.")


async def test_what_the_model_knows_joins_what_the_rules_know() -> None:
    model = ToldNames({"Qwendrik": "person", "Zorbville": "place", "Anna Smith": "person"})
    entry = await ExtractiveWriter(names=model).write(an_order(a_transcript(*SAID)))
    assert [(one.name, one.cites) for one in entry.people] == [
        ("Qwendrik", (0,)),
        ("Anna Smith", (1,)),
    ]
    assert [(one.name, one.cites) for one in entry.places] == [("Leeds", (1,)), ("Zorbville", (0,))]


def test_an_entry_says_which_model_it_rests_on() -> None:
    entry = draft(a_transcript(*SAID), names=ToldNames({}))
    assert entry.generator.model == "told"


def test_without_spacy_or_its_model_the_setting_is_wrong() -> None:
    with pytest.raises(SettingsError, match="no_such_model"):
        SpacyNames("no_such_model").names(["Anna"])


def test_a_model_of_spacy_finds_names(tmp_path_factory: pytest.TempPathFactory) -> None:
    spacy = pytest.importorskip("spacy", reason="needs the extra: pip install 'daybook[names]'")
    folder = tmp_path_factory.mktemp("model") / "tiny"
    language = spacy.blank("en")
    language.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Zorbville"}])
    language.to_disk(folder)
    entry = draft(a_transcript(*SAID), names=SpacyNames(str(folder)))
    assert "Zorbville" in [one.name for one in entry.places]
    assert entry.generator.model == "tiny"
