import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from agents.errors import ModelUnknown, SettingsError
from agents.transcriber.engine import ServedModel
from agents.transcriber.models import (
    TRANSFORMERS,
    ModelSource,
    choose_model,
    choose_models,
    choose_served,
    weights_sha256,
)
from tests.support.engine import FakeEngine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my-whisper"
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text(name)
    return folder


def test_a_folder_serves_under_its_own_name(folder: Path) -> None:
    assert choose_model(str(folder), None) == ModelSource(name="my-whisper", folder=folder)


@pytest.mark.parametrize("name", ["large-v3", "Systran/faster-whisper-large-v3"])
def test_a_name_is_left_to_the_engine(name: str) -> None:
    assert choose_model(name, None) == ModelSource(name=name, folder=None)


def test_without_a_setting_the_bundled_model_serves(folder: Path) -> None:
    demo = ModelSource(name="demo", folder=folder, languages=frozenset({"en"}))

    assert choose_model(None, demo) == demo


def test_the_bundled_models_folder_is_the_bundled_model(folder: Path) -> None:
    demo = ModelSource(name="demo", folder=folder, languages=frozenset({"en"}))

    assert choose_model(f"{folder}/", demo) == demo


def test_without_any_model_the_error_names_the_setting(tmp_path: Path) -> None:
    absent = ModelSource(name="demo", folder=tmp_path / "absent")

    with pytest.raises(SettingsError, match="set DAYBOOK_WHISPER_MODEL"):
        choose_model(None, absent)
    with pytest.raises(SettingsError, match="set DAYBOOK_WHISPER_MODEL"):
        choose_model(None, None)


def test_an_incomplete_folder_is_told_what_is_missing(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "vocabulary.json").unlink()

    with pytest.raises(SettingsError) as caught:
        choose_model(str(folder), None)

    assert str(caught.value).startswith(f"DAYBOOK_WHISPER_MODEL={str(folder)!r}: ")
    assert str(caught.value).endswith("missing: tokenizer.json, vocabulary.json or vocabulary.txt")


@pytest.mark.parametrize("setting", ["/no/such/model", "./model", "a/b/c"])
def test_a_missing_folder_is_no_name(setting: str) -> None:
    with pytest.raises(SettingsError, match="there is no folder"):
        choose_model(setting, None)


def served(*names: str) -> dict[str, ServedModel]:
    return {name: replace(FakeEngine().served, name=name) for name in names}


@pytest.mark.parametrize(("asked", "chosen"), [(None, "demo"), ("demo", "demo"), ("big", "big")])
def test_an_event_may_ask_for_a_served_model_or_none(asked: str | None, chosen: str) -> None:
    assert choose_served(asked, served("demo", "big")).name == chosen


@pytest.mark.parametrize("asked", ["large-v3", "/etc", "Systran/faster-whisper-tiny", ""])
def test_any_other_model_is_refused_with_those_served(asked: str) -> None:
    with pytest.raises(ModelUnknown, match=r"which serves: demo, big; DAYBOOK_WHISPER_MODEL"):
        choose_served(asked, served("demo", "big"))


@pytest.mark.parametrize(
    ("several", "default", "names"),
    [
        (None, None, ["demo"]),
        (None, "large-v3", ["large-v3"]),
        ("big=large-v3,small=tiny", None, ["big", "small"]),
        ("big=large-v3, small=tiny", "small", ["small", "big"]),
        ("big=large-v3", "medium", ["medium", "big"]),
        ("large-v3,tiny", None, ["large-v3", "tiny"]),
    ],
)
def test_the_first_model_is_the_default_unless_another_is_named(
    several: str | None, default: str | None, names: list[str], folder: Path
) -> None:
    bundled = ModelSource(name="demo", folder=folder)

    assert [one.name for one in choose_models(several, default, bundled)] == names


def test_a_model_has_the_name_it_is_given_and_its_hub_has_another(folder: Path) -> None:
    [hub, own] = choose_models(f"big=Systran/whisper-large,own={folder}", None, None)

    assert (hub.name, hub.hub_name, hub.folder) == ("big", "Systran/whisper-large", None)
    assert (own.name, own.folder) == ("own", folder)


@pytest.mark.parametrize("several", ["big=", "=large-v3", "big=tiny,big=large-v3"])
def test_wrong_lists_of_models_name_the_setting(several: str) -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_WHISPER_MODELS"):
        choose_models(several, None, None)


def test_weights_are_known_by_their_sha256(folder: Path) -> None:
    assert weights_sha256(folder) == hashlib.sha256(b"model.bin").hexdigest()


def test_a_folder_of_another_format_says_what_is_missing(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"model\.safetensors or .*generation_config\.json"):
        choose_model(str(folder), None, TRANSFORMERS)


def test_the_digest_of_weights_in_parts_is_that_of_all_in_order(tmp_path: Path) -> None:
    (tmp_path / "model-00002-of-00002.safetensors").write_bytes(b"second")
    (tmp_path / "model-00001-of-00002.safetensors").write_bytes(b"first ")

    expected = hashlib.sha256(b"first second").hexdigest()
    assert weights_sha256(tmp_path, TRANSFORMERS) == expected
