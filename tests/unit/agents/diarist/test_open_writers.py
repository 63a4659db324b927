"""Writers put together as the settings say."""

from pathlib import Path

import pytest

from agents.diarist.open_writers import open_writers
from agents.errors import SettingsError
from agents.health import Health
from agents.settings import Settings, load_settings
from agents.storage.memory.configured import FILE
from tests.support.builders import a_transcript
from tests.support.clock import MockedClock

KEYS = {"ANTHROPIC_API_KEY": "a", "OPENAI_API_KEY": "o"}


def settings(folder: Path, **changes: object) -> Settings:
    return load_settings(state_dir=folder, **changes)


async def test_without_models_nothing_is_opened(tmp_path: Path) -> None:
    async with open_writers(settings(tmp_path), Health(), MockedClock(), environ={}) as writers:
        assert (writers.has_models, writers.answering) == (False, False)
    assert not (tmp_path / FILE).exists()


async def test_short_and_long_recordings_have_chains_of_their_own(tmp_path: Path) -> None:
    chosen = settings(
        tmp_path,
        writers="anthropic:small,extractive",
        writers_strong="openai:large,anthropic:small",
        strong_when="words=3",
    )
    async with open_writers(chosen, Health(), MockedClock(), environ=KEYS) as writers:
        short = writers.chain_for(a_transcript("Two words."))
        long = writers.chain_for(a_transcript("Three words now."))
        assert [model.name for model in short._models] == ["anthropic:small"]
        assert [model.name for model in long._models] == ["openai:large", "anthropic:small"]
        assert short._models[0] is long._models[1]
        assert writers.has_models
        assert not writers.answering


@pytest.mark.parametrize(
    ("changes", "environ", "complaint"),
    [
        ({"writers": "anthropic:m"}, {}, "ANTHROPIC_API_KEY"),
        ({"writers": "openai:m"}, {}, "OPENAI_API_KEY"),
        ({"writers": "openai:m"}, {"OPENAI_BASE_URL": "nowhere"}, "OPENAI_BASE_URL"),
        ({"writers": "claude"}, KEYS, "DAYBOOK_WRITERS='claude'"),
        ({"writers_strong": "claude"}, KEYS, "DAYBOOK_WRITERS_STRONG='claude'"),
        ({"name_model": "none_such"}, {}, "daybook\\[names\\]|none_such"),
        ({"strong_when": "often"}, KEYS, "DAYBOOK_STRONG_WHEN"),
        ({"writers": "openai:m", "prices": "none.yaml"}, KEYS, "DAYBOOK_PRICES"),
        ({"writers": "openai:m", "prompts": "none"}, KEYS, "DAYBOOK_PROMPTS"),
    ],
)
async def test_what_is_wrong_is_told_at_the_start(
    tmp_path: Path, changes: dict[str, object], environ: dict[str, str], complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        async with open_writers(
            settings(tmp_path, **changes), Health(), MockedClock(), environ=environ
        ):
            pass


async def test_ones_own_server_needs_no_key(tmp_path: Path) -> None:
    own = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    chosen = settings(tmp_path, writers="openai:m,anthropic:m")
    async with open_writers(chosen, Health(), MockedClock(), environ=own) as writers:
        assert writers.has_models
