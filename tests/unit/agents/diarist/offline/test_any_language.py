"""Languages without rules, single words and ten hours give a sensible entry."""

# ruff: noqa: RUF001 - languages in their own letters

import time

import pytest

from agents.diarist.offline.extractive_writer import draft
from agents.diarist.verify import verify
from tests.support.builders import a_transcript

SAID = {
    "fr": ("Ce matin je suis allé au marché avec Claire.", "Il faut que j'achète du pain demain."),
    "it": ("Stamattina sono andato al mercato con Chiara.", "Devo comprare il pane domani."),
    "pt": ("Hoje de manhã fui ao mercado com a Inês.", "Tenho que comprar pão amanhã."),
    "nl": ("Vanochtend ging ik met Saskia naar de markt.", "Ik moet morgen brood kopen."),
    "ja": ("今日は公園に行きました。", "明日パンを買わなければなりません。"),
    "zh": ("今天我和朋友去了公园。", "明天我要买面包。"),
    "ar": ("ذهبت اليوم إلى السوق مع ليلى.", "يجب أن أشتري الخبز غدا."),
    "hi": ("आज मैं बाज़ार गया।", "मुझे कल रोटी खरीदनी है।"),
    "th": ("วันนี้ฉันไปตลาดกับเพื่อน", "พรุ่งนี้ฉันต้องซื้อขนมปัง"),
    "ru": ("Сегодня я ходил на рынок с Олей.", "Завтра мне нужно купить хлеб."),
    "ko": ("오늘 친구와 시장에 갔다.", "내일 빵을 사야 한다."),
}


@pytest.mark.parametrize("language", list(SAID))
@pytest.mark.parametrize("is_known", [True, False])
def test_a_language_without_rules_is_told_and_nothing_is_guessed(
    language: str, *, is_known: bool
) -> None:
    transcript = a_transcript(*SAID[language], language=language if is_known else None)
    entry = verify(draft(transcript), transcript.segments).draft
    assert [passage.cites for passage in entry.narrative] == [(0,), (1,)]
    assert entry.title and entry.title in " ".join(SAID[language])  # noqa: PT018 - one sentence
    assert entry.summary
    guesses = (entry.action_items, entry.events, entry.decisions, entry.mood)
    assert guesses == ((), (), (), None)


@pytest.mark.parametrize("language", ["de", "ja"])
def test_ten_hours_take_seconds(language: str | None) -> None:
    said = (f"then we spoke about thing {i % 97} of plan {i % 41} again {i}" for i in range(7_200))
    transcript = a_transcript(*said, language=language)
    began = time.process_time()
    entry = draft(transcript)
    assert time.process_time() - began < 60
    assert sum(len(passage.text.split()) for passage in entry.narrative) <= 400


@pytest.mark.parametrize("language", ["en", "de", "es"])
@pytest.mark.parametrize(
    "word", ["i need to ", "ich muss die ", "tengo que y ", "a ", "um zehn ", "1. "]
)
def test_an_endless_sentence_of_cues_takes_no_longer_than_others(language: str, word: str) -> None:
    began = time.process_time()
    draft(a_transcript(word * (5_000 // len(word)), language=language))
    assert time.process_time() - began < 5
