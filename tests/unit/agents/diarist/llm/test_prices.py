"""What calls cost."""

from datetime import date
from pathlib import Path

import pytest

from agents.diarist.llm.language_model import Usage
from agents.diarist.llm.prices import Prices, load_prices
from agents.errors import SettingsError

TODAY = date(2026, 11, 27)

OWN = """
currency: USD
models:
  - provider: openai
    model: local
    effective_from: 2026-01-01
    batch: 0.5
    tiers:
      - {prompt_up_to: 1000, input: 1, output: 10, cached: 0.1, cache_write: 1.25}
      - {input: 2, output: 20, cached: 0.2, cache_write: 2.5}
  - provider: openai
    model: local
    effective_from: 2026-11-01
    tiers: [{input: 3, output: 30, cached: 0.3, cache_write: 3.75}]
"""


@pytest.fixture
def own(tmp_path: Path) -> Prices:
    path = tmp_path / "prices.yaml"
    path.write_text(OWN)
    return load_prices(path)


def test_the_built_in_table_prices_what_each_kind_of_token_costs() -> None:
    usage = Usage(
        input_tokens=10_000, cached_tokens=4_000, cache_write_tokens=2_000, output_tokens=1_000
    )
    cost = load_prices().cost_micros("anthropic", "claude-haiku-5-5", usage, on=TODAY)
    assert cost == 400 + 40 + 250 + 500


def test_a_large_prompt_is_dearer_as_a_whole(own: Prices) -> None:
    day = date(2026, 10, 31)
    costs = [
        own.cost_micros("openai", "local", Usage(input_tokens=tokens, output_tokens=10), on=day)
        for tokens in (1000, 1001)
    ]
    assert costs == [1000 + 100, 2002 + 200]


@pytest.mark.parametrize(
    ("on", "cost"),
    [(date(2025, 12, 31), None), (date(2026, 10, 31), 110), (TODAY, 330)],
)
def test_a_price_counts_from_its_day_on(own: Prices, on: date, cost: int | None) -> None:
    usage = Usage(input_tokens=10, output_tokens=10)
    assert own.cost_micros("openai", "local", usage, on=on) == cost
    assert own.knows("openai", "local", on=on) is (cost is not None)


def test_batches_cost_their_share(own: Prices) -> None:
    usage = Usage(input_tokens=10, output_tokens=10)
    day = date(2026, 10, 31)
    assert own.cost_micros("openai", "local", usage, on=day, batch=True) == 55


def test_an_unknown_model_has_no_cost_rather_than_none() -> None:
    prices = load_prices()
    assert prices.cost_micros("openai", "gpt-unheard-of", Usage(), on=TODAY) is None
    worst = prices.worst_micros("openai", "gpt-unheard-of", prompt_tokens=1, max_tokens=1, on=TODAY)
    assert worst is None


def test_the_worst_case_is_no_less_than_any_usage_within_it(own: Prices) -> None:
    day = date(2026, 10, 31)
    worst = own.worst_micros("openai", "local", prompt_tokens=900, max_tokens=50, on=day)
    written = Usage(input_tokens=900, cache_write_tokens=900, output_tokens=50)
    assert worst == own.cost_micros("openai", "local", written, on=day) == 1125 + 500


def test_own_prices_stand_beside_the_built_in_ones(own: Prices) -> None:
    assert own.knows("anthropic", "claude-haiku-5-5", on=TODAY)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("currency: USD\nmodels: [{provider: a, model: b}]", "effective_from"),
        ("currency: dollars\nmodels: []", "currency"),
        (OWN.replace("prompt_up_to: 1000, ", ""), "tiers must rise"),
        (OWN.replace("input: 3", "input: -3"), "greater than or equal"),
        (OWN.replace("batch", "bulk"), "bulk"),
        ("{", "cannot be read"),
    ],
)
def test_a_wrong_table_is_refused_by_name(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=complaint):
        load_prices(path)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_PRICES"):
        load_prices(tmp_path / "none.yaml")


def test_another_currency_replaces_the_whole_table(tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(OWN.replace("USD", "EUR"))
    prices = load_prices(path)
    assert (prices.currency, prices.knows("anthropic", "claude-haiku-5-5", on=TODAY)) == (
        "EUR",
        False,
    )
