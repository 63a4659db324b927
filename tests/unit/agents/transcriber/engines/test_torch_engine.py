"""What the torch engine says where it cannot be opened; `make test-torch` runs it for real."""

import sys
from pathlib import Path

import pytest

from agents.errors import SettingsError
from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.engines.torch_engine import open_engine
from agents.transcriber.models import ModelSource

FOLDER = Path(__file__).parents[4] / "data" / "demo_model_fp16"


def test_without_torch_the_packages_to_install_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "agents.transcriber.engines.torch_model", raising=False)

    source = ModelSource(name="demo-fp16", folder=FOLDER)
    with pytest.raises(SettingsError, match=r"pip install 'daybook\[torch\]'"), open_engine(source):
        pass


def test_a_model_in_another_format_names_the_setting_and_what_is_missing() -> None:
    missing = r"DAYBOOK_WHISPER_MODEL='demo'.*transformers.*missing: model\.safetensors or"
    with pytest.raises(SettingsError, match=missing), open_engine(DEMO_MODEL):
        pass


def test_a_model_known_by_name_only_asks_for_a_folder() -> None:
    source = ModelSource(name="large-v3", folder=None)

    with pytest.raises(SettingsError, match="takes a folder"), open_engine(source):
        pass
