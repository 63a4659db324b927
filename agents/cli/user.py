"""`daybook user`: what a person wishes of transcripts and diary."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

import click

from agents.cli.common import connected_settings, event_in, json_option, print_json
from agents.delivery.codec import event_key, settings_key
from agents.errors import DependencyUnavailable, SettingsError
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.settings_producer import forget_settings, publish_settings
from agents.kafka.topic_reader import TopicReader
from agents.settings import Settings, load_settings
from agents.storage.memory.configured import open_memory
from agents.storage.memory.working_memory import MemoryUnavailable
from agents.wiring import schema_source
from schemas import InvalidEvent, Length, Narrator, Section, UserSettings, without_wishes
from schemas.json_text import to_json
from topics.catalogue import load

T = TypeVar("T")

UNSET = "default"
"""What stands for no wish where an option takes text."""
_MICROS = 1_000_000
_ENVELOPE = ("schema_version", "event_id", "occurred_at", "tenant_id", "user_id")


def _spelt(symbol: StrEnum) -> str:
    """Return how people write a symbol."""
    return symbol.lower().replace("_", "-")


def _choice(symbols: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([_spelt(symbol) for symbol in symbols], case_sensitive=False)


def _symbol(text: str) -> str:
    return text.strip().upper().replace("-", "_")


user_option = click.option("--user", help="Whose wishes. [DAYBOOK_USER]")


@click.group()
def user() -> None:
    """Say what a person wishes of transcripts and diary, and forget what was kept of them."""


@user.command()
@user_option
@json_option
def show(*, user: str | None, as_json: bool) -> None:
    """Print what a person wishes."""
    _print(read_wishes(connected_settings(user)), as_json=as_json)


@user.command(name="set")
@user_option
@click.option("--narrator", type=_choice(Narrator), help="Who tells the diary.")
@click.option("--length", type=_choice(Length), help="How much of a recording its entry tells.")
@click.option("--language", help="Of the diary, as an ISO 639-1 code; default: as spoken.")
@click.option("--sections", help="Parts of an entry, comma-separated; default: all.")
@click.option("--name", "names", multiple=True, help="One more name to spell right; repeatable.")
@click.option("--forget-name", "forgotten", multiple=True, help="A name less; repeatable.")
@click.option("--prompt", help="Version of the prompt template; default: the newest.")
@click.option("--daily-cap", help="What a day may cost, in US dollars, such as 0.25; default: any.")
@click.option("--day-start", help="Local time, HH:MM, at which days begin; default: the worker's.")
@click.option("--reset", is_flag=True, help="Forget all other wishes; needs --yes.")
@click.option("--yes", is_flag=True, help="Do it, where wishes are to be forgotten.")
@json_option
def set_wishes(*, user: str | None, reset: bool, yes: bool, as_json: bool, **given: Any) -> None:
    """Change the wishes that are given, and keep the others; recordings from now on follow them."""
    settings = connected_settings(user)
    if not reset and not any(given.values()):
        raise click.UsageError("say what to set, such as --name Siobhán; --help lists it all")
    before = without_wishes(settings.tenant, settings.user) if reset else read_wishes(settings)
    after = changed(before, **given)
    if reset and not yes:
        _print(after, as_json=as_json)
        click.echo("nothing was changed; --yes does it", err=True)
        return
    _print(_written(settings, after), as_json=as_json)


@user.command()
@user_option
@click.option("--yes", is_flag=True, help="Do it.")
@json_option
def purge(*, user: str | None, yes: bool, as_json: bool) -> None:
    """Forget the replies of language models that were made from a person's words.

    Entries stay. What is asked again is paid for again.
    """
    settings = load_settings() if user is None else load_settings(user=user)
    if not yes:
        click.echo("nothing was forgotten; --yes does it", err=True)
        return
    count = asyncio.run(_purge(settings))
    whose = f"{settings.tenant}/{settings.user}"
    if as_json:
        print_json({"user": whose, "forgotten": count})
    else:
        click.echo(f"{whose}: {count} kept replies and notes of calls were forgotten")


async def _purge(settings: Settings) -> int:
    async with open_memory(settings) as memory:
        try:
            return await memory.purge(f"{settings.tenant}/{settings.user}")
        except MemoryUnavailable as error:
            raise DependencyUnavailable("working memory", f"some may be left: {error}") from error


def read_wishes(settings: Settings) -> UserSettings:
    """Return what the person wishes, the defaults where nothing was ever wished.

    Raises:
        DependencyUnavailable: the brokers do not answer.

    """
    key = settings_key(settings.tenant, settings.user)
    nothing = newest = without_wishes(settings.tenant, settings.user)
    schemas = schema_source(settings)
    with TopicReader(librdkafka_settings(settings), [load().users_settings.name]) as reader:
        for record in reader.read_to_end():
            if record.key != key.encode():
                continue
            if record.value is None:
                newest = nothing
            elif (found := event_in(record, UserSettings, schemas)) and event_key(found) == key:
                newest = found
    return newest


def changed(  # noqa: PLR0913 - one parameter for each wish
    wishes: UserSettings,
    *,
    narrator: str | None,
    length: str | None,
    language: str | None,
    sections: str | None,
    names: Sequence[str],
    forgotten: Sequence[str],
    prompt: str | None,
    daily_cap: str | None,
    day_start: str | None,
) -> UserSettings:
    """Return *wishes* with what is given in the words of the command line.

    Raises:
        SettingsError: something given means nothing.

    """
    unknown = set(forgotten) - set(wishes.names)
    if unknown:
        raise SettingsError(f"no such name to forget: {', '.join(sorted(unknown))}")
    kept = [name for name in wishes.names if name not in forgotten]
    return _checked(
        wishes,
        narrator=Narrator[_symbol(narrator)] if narrator else wishes.narrator,
        length=Length[_symbol(length)] if length else wishes.length,
        language=_given(language, wishes.language, str.lower),
        sections=_given(sections, wishes.sections, _sections),
        names=tuple(dict.fromkeys([*kept, *names])),
        prompt=_given(prompt, wishes.prompt, str),
        daily_cap_micros=_given(daily_cap, wishes.daily_cap_micros, _micros),
        day_start=_given(day_start, wishes.day_start, str),
    )


def _checked(wishes: UserSettings, **changes: Any) -> UserSettings:
    wishes = replace(wishes, **changes)
    try:
        to_json(wishes)
    except InvalidEvent as error:
        raise SettingsError(f"that cannot be wished: {error}") from error
    return wishes


def _given(text: str | None, before: T | None, read: Callable[[str], T]) -> T | None:
    if text is None:
        return before
    return None if text == UNSET else read(text)


def _sections(text: str) -> tuple[Section, ...]:
    symbols = [_symbol(part) for part in text.split(",") if part.strip()]
    unknown = [symbol for symbol in symbols if symbol not in Section.__members__]
    if unknown:
        known = ", ".join(map(_spelt, Section))
        raise SettingsError(f"--sections {text!r}: there are only {known}")
    return tuple(dict.fromkeys(Section[symbol] for symbol in symbols))


def _micros(text: str) -> int:
    try:
        micros = Decimal(text) * _MICROS
        if micros.is_finite() and micros >= 0:
            return int(micros)
    except InvalidOperation:
        pass
    raise SettingsError(f"--daily-cap {text!r} is no sum of US dollars such as 0.25")


def _written(settings: Settings, wishes: UserSettings) -> UserSettings:
    client = librdkafka_settings(settings)
    nothing = without_wishes(settings.tenant, settings.user)
    if to_json(replace(wishes, occurred_at=None, event_id="")) == to_json(nothing):
        forget_settings(client, settings.tenant, settings.user)
        return nothing
    return publish_settings(client, wishes, schemas=schema_source(settings))


def _print(wishes: UserSettings, *, as_json: bool) -> None:
    plain = to_json(wishes)
    if as_json:
        print_json(plain)
        return
    click.echo(f"{wishes.tenant_id}/{wishes.user_id}")
    for name, value in plain.items():
        if name not in _ENVELOPE:
            click.echo(f"  {name:18}{_words(value)}")


def _words(value: object) -> str:
    if value is None:
        return UNSET
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
