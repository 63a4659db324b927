"""What calls cost: rates by model, day and size of the prompt, from a file and not from code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.diarist.llm.language_model import Usage
from agents.errors import SettingsError

BUILT_IN = Path(__file__).parent / "prices.yaml"

Rate = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tier(_Strict):
    """Rates for prompts of up to so many tokens, in the table's currency for a million tokens."""

    prompt_up_to: int | None = Field(None, gt=0)
    input: Rate
    output: Rate
    cached: Rate
    cache_write: Rate


class ModelPrice(_Strict):
    """The price of one model from a day on."""

    provider: str
    model: str
    effective_from: date
    batch: Annotated[Decimal, Field(gt=0, le=1)] = Decimal(1)
    tiers: tuple[Tier, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_tiers(self) -> "ModelPrice":
        bounds = [tier.prompt_up_to for tier in self.tiers]
        inner = [bound for bound in bounds[:-1] if bound is not None]
        if bounds[-1] is not None or len(inner) != len(bounds) - 1 or inner != sorted(set(inner)):
            raise ValueError("tiers must rise, and the last one has no prompt_up_to")
        return self

    def tier(self, prompt_tokens: int) -> Tier:
        """Return the rates of a prompt of so many tokens."""
        fits = (t for t in self.tiers if t.prompt_up_to is None or prompt_tokens <= t.prompt_up_to)
        return next(fits)


class _Table(_Strict):
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    models: tuple[ModelPrice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Every known price, each model's newest first."""

    currency: str
    by_model: Mapping[tuple[str, str], tuple[ModelPrice, ...]]

    def knows(self, provider: str, model: str, *, on: date) -> bool:
        """Tell whether the model has a price on that day."""
        return self._price(provider, model, on) is not None

    def cost_micros(
        self, provider: str, model: str, usage: Usage, *, on: date, batch: bool = False
    ) -> int | None:
        """Return what a call costs, in millionths, to the nearest; None where no price is known."""
        price = self._price(provider, model, on)
        if price is None:
            return None
        factor = price.batch if batch else Decimal(1)
        return _whole(_exact(price.tier(usage.input_tokens), usage) * factor, ROUND_HALF_UP)

    def worst_micros(
        self, provider: str, model: str, *, prompt_tokens: int, max_tokens: int, on: date
    ) -> int | None:
        """Return the most that a call of this size may cost: nothing cached, the reply full."""
        price = self._price(provider, model, on)
        if price is None:
            return None
        tier = price.tier(prompt_tokens)
        per_token = max(tier.input, tier.cache_write)
        return _whole(prompt_tokens * per_token + max_tokens * tier.output, ROUND_CEILING)

    def _price(self, provider: str, model: str, on: date) -> ModelPrice | None:
        known = self.by_model.get((provider, model), ())
        return next((price for price in known if price.effective_from <= on), None)


def load_prices(own: Path | None = None) -> Prices:
    """Read the prices that come with Daybook, and those of the file *own* in their place.

    Raises:
        SettingsError: the file cannot be read, or is not of the form of the built-in one.

    """
    built_in = _read(BUILT_IN)
    if own is None:
        return _prices(built_in.currency, built_in.models)
    table = _read(own)
    named = {(price.provider, price.model) for price in table.models}
    others = [p for p in built_in.models if (p.provider, p.model) not in named]
    if table.currency != built_in.currency:
        others = []  # sums in two currencies would be none
    return _prices(table.currency, (*table.models, *others))


def _prices(currency: str, models: Iterable[ModelPrice]) -> Prices:
    by_model: dict[tuple[str, str], tuple[ModelPrice, ...]] = {}
    for price in sorted(models, key=lambda price: price.effective_from):
        key = (price.provider, price.model)
        by_model[key] = (price, *by_model.get(key, ()))
    return Prices(currency=currency, by_model=by_model)


def _read(path: Path) -> _Table:
    try:
        return _Table.model_validate(yaml.safe_load(path.read_text()))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"DAYBOOK_PRICES={str(path)!r} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SettingsError(f"DAYBOOK_PRICES={str(path)!r}: {where}: {first['msg']}") from error


def _exact(tier: Tier, usage: Usage) -> Decimal:
    # A rate for a million tokens is one in millionths for a token.
    plain = max(0, usage.input_tokens - usage.cached_tokens - usage.cache_write_tokens)
    return (
        plain * tier.input
        + usage.cached_tokens * tier.cached
        + usage.cache_write_tokens * tier.cache_write
        + usage.output_tokens * tier.output
    )


def _whole(micros: Decimal, rounding: str) -> int:
    return int(micros.to_integral_value(rounding))
