from pathlib import Path

import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES
from faster_whisper.tokenizer import Tokenizer as TheirTokenizer
from tokenizers import Tokenizer

from agents.demo import MODEL_DIR
from agents.transcriber.engines.whisper_languages import LANGUAGES
from agents.transcriber.engines.whisper_vocabulary import MAX_HISTORY, WhisperVocabulary

FILE = MODEL_DIR / "tokenizer.json"


@pytest.fixture(scope="module")
def ours() -> WhisperVocabulary:
    return WhisperVocabulary(FILE)


@pytest.fixture(scope="module")
def theirs() -> TheirTokenizer:
    return TheirTokenizer(
        Tokenizer.from_file(str(FILE)), multilingual=True, task="transcribe", language="de"
    )


def test_prompts_are_faster_whispers(ours: WhisperVocabulary, theirs: TheirTokenizer) -> None:
    assert ours.prompt("de", []) == theirs.sot_sequence
    assert ours.prompt("de", [7, 8]) == [theirs.sot_prev, 7, 8, *theirs.sot_sequence]


def test_only_the_newest_history_fits_into_a_prompt(ours: WhisperVocabulary) -> None:
    prompt = ours.prompt("de", list(range(300)))

    assert prompt[1 : 1 + MAX_HISTORY] == list(range(300))[-MAX_HISTORY:]
    assert len(prompt) == 1 + MAX_HISTORY + 3


def test_special_tokens_are_faster_whispers(
    ours: WhisperVocabulary, theirs: TheirTokenizer
) -> None:
    assert (ours.end, ours.timestamp_begin) == (theirs.eot, theirs.timestamp_begin)
    assert ours.no_speech == theirs.no_speech
    assert ours.never_said == {
        theirs.sot,
        theirs.sot_prev,
        theirs.sot_lm,
        theirs.transcribe,
        theirs.translate,
        theirs.no_speech,
    }
    assert set(ours.languages) == set(LANGUAGES)


def test_reads_what_it_spells_and_no_special_tokens(ours: WhisperVocabulary) -> None:
    tokens = ours.spell(" Ich bin jetzt im Büro.")

    assert ours.read([ours.start, *tokens, ours.end]) == " Ich bin jetzt im Büro."


def test_knows_the_languages_that_faster_whisper_knows() -> None:
    assert set(LANGUAGES) == set(_LANGUAGE_CODES)


@pytest.mark.parametrize("content", ["", '"nothing"', "{}"])
def test_a_file_that_is_no_tokenizer_is_said(content: str, tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(content)

    with pytest.raises(ValueError, match="is no tokenizer"):
        WhisperVocabulary(file)
