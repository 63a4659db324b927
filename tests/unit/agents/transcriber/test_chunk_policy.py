from pathlib import Path

import pytest

from agents.errors import SettingsError
from agents.transcriber.chunk_policy import ChunkPolicy, parse_chunk_policy, read_chunk_policy


def test_a_text_changes_only_what_it_names() -> None:
    policy = parse_chunk_policy("max_s=12.5, merge=false", ChunkPolicy(silence_ms=250))

    assert policy == ChunkPolicy(max_s=12.5, silence_ms=250, merge=False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("max_s=31", "max_s=31.0 must be 1 to 30 seconds"),
        ("silence_ms=soon", "invalid literal"),
        ("silence=5", "'silence' is not allowed; write max_s"),
        ("merge=maybe", "'maybe' is not allowed"),
        ("pad_ms=-1", "pad_ms=-1 must be"),
        ("nonsense", "'nonsense' is not allowed"),
    ],
)
def test_a_wrong_text_names_the_setting_and_the_fault(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_chunk_policy(text, ChunkPolicy())

    assert str(caught.value).startswith(f"DAYBOOK_CHUNK='{text}': ")
    assert complaint in str(caught.value)


def test_a_model_without_a_description_gets_whispers_own_policy(tmp_path: Path) -> None:
    assert read_chunk_policy(tmp_path) == ChunkPolicy()


def test_a_model_says_how_its_speech_is_cut(tmp_path: Path) -> None:
    (tmp_path / "daybook.json").write_text('{"chunk": {"max_s": 9, "merge": false}}')

    assert read_chunk_policy(tmp_path) == ChunkPolicy(max_s=9, merge=False)


@pytest.mark.parametrize("content", ["{", "[]", '{"chunk": {"max": 3}}', '{"chunk": 5}'])
def test_a_wrong_description_names_its_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "daybook.json").write_text(content)

    with pytest.raises(SettingsError, match=r"daybook\.json"):
        read_chunk_policy(tmp_path)
