"""The instructions that a model gets: versioned templates, filled with a person's wishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from string import Template
from typing import Any

import yaml

from agents.errors import SettingsError
from schemas import TranscriptReady
from schemas.user_settings import Length, Narrator, Section, UserSettings

NEWEST = "diary-1"
"""The version that is used unless a person chose another."""

BUILT_IN = Path(__file__).parent / "prompts"

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "zh": "Chinese",
}
_OF_A_WHOLE = frozenset({Section.TOPICS, Section.MOOD})
"""Sections that can only be told of a recording as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """One version of the templates."""

    version: str
    entry: Template
    join: Template
    phrases: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Instructions for one person and one recording, and the sections that they ask for."""

    version: str
    entry: str
    """For a recording, or a part of one."""
    join: str
    """For a recording that was read in parts."""
    sections: frozenset[Section]
    join_sections: frozenset[Section]


def prompt_for(transcript: TranscriptReady, wishes: UserSettings, *, own: Path | None) -> Prompt:
    """Fill the templates of the version that *wishes* name; of an unknown one the newest's.

    *own* is a folder with versions beside the built-in ones.

    Raises:
        SettingsError: a template of *own* cannot be used.

    """
    version = wishes.prompt if wishes.prompt in versions(own) else None
    template = _template(version or NEWEST, own)
    wanted = frozenset(Section if wishes.sections is None else wishes.sections)
    whole = wanted & _OF_A_WHOLE
    return Prompt(
        version=template.version,
        entry=_filled(template, template.entry, transcript.diary_date, wishes, wanted),
        join=_filled(template, template.join, transcript.diary_date, wishes, whole),
        sections=wanted,
        join_sections=whole,
    )


def check_prompts(own: Path | None) -> None:
    """Read every version, so that what is wrong is told at the start.

    Raises:
        SettingsError: a template cannot be used.

    """
    if own is not None and not own.is_dir():
        raise SettingsError(f"DAYBOOK_PROMPTS={str(own)!r} is no folder")
    for version in versions(own):
        templates = _template(version, own)
        for text, (narrator, length, language) in product(
            (templates.entry, templates.join), product(Narrator, Length, (None, "en"))
        ):
            wishes = UserSettings(
                user_id="nobody",
                narrator=narrator,
                length=length,
                language=language,
                names=("Nobody",),
            )
            _filled(templates, text, date.min, wishes, frozenset(Section))


@cache
def versions(own: Path | None) -> tuple[str, ...]:
    """Return every version there is; of two of one name that in *own* counts."""
    folders = [BUILT_IN, *([own] if own else [])]
    found = {path.parent.name for folder in folders for path in folder.glob("*/entry.md")}
    return tuple(sorted(found))


@cache
def _template(version: str, own: Path | None) -> Templates:
    folder = BUILT_IN / version
    if own is not None and (own / version / "entry.md").exists():
        folder = own / version
    try:
        return Templates(
            version=version,
            entry=Template((folder / "entry.md").read_text()),
            join=Template((folder / "join.md").read_text()),
            phrases=yaml.safe_load((folder / "phrases.yaml").read_text()),
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"the prompt {version!r} cannot be read: {error}") from error


def _filled(
    template: Templates,
    text: Template,
    day: date,
    wishes: UserSettings,
    sections: frozenset[Section],
) -> str:
    phrases = template.phrases
    dates = {"date": day.isoformat(), "weekday": _WEEKDAYS[day.weekday()]}
    try:
        wanted = [str(phrases["sections"][s.value]) for s in Section if s in sections]
        filled = text.substitute(
            language=_language(phrases["language"], wishes.language),
            narrator=phrases["narrator"][wishes.narrator.value],
            length=phrases["length"][wishes.length.value],
            sections="\n".join(Template(one).substitute(dates) for one in wanted),
            names=_names(phrases["names"], wishes.names),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"the prompt {template.version!r} lacks {error}") from error
    return filled.strip() + "\n"


def _language(phrases: Mapping[str, str], chosen: str | None) -> str:
    if chosen is None:
        return phrases["spoken"]
    return Template(phrases["chosen"]).substitute(name=_LANGUAGES.get(chosen, chosen), code=chosen)


def _names(phrase: str, names: tuple[str, ...]) -> str:
    plain = [" ".join(name.split()) for name in names]
    return Template(phrase).substitute(names=", ".join(plain)) if plain else ""
