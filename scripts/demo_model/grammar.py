"""The closed grammar of diary sentences: all that the demo model can hear."""

import hashlib
import itertools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LANGUAGES = ("en", "de", "es")
"""Languages of the grammar, ISO 639-1, each with a file in `sentences/`."""

HELD_OUT_PERCENT = 20
"""Share of the filled templates that training never sees, in per cent."""

_SLOT = re.compile(r"{(\w+)}")
_SENTENCES = Path(__file__).parent / "sentences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The sentences of one language, by template; fixed ones form a template each."""

    language: str
    templates: tuple[tuple[str, ...], ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every sentence, each once."""
        return tuple(dict.fromkeys(itertools.chain.from_iterable(self.templates)))

    def draw(self, random: np.random.Generator) -> str:
        """Draw a sentence; a template's chance grows with the root of its size."""
        sizes = np.sqrt([min(len(sentences), 400) for sentences in self.templates])
        template = self.templates[random.choice(len(sizes), p=sizes / sizes.sum())]
        return template[random.integers(len(template))]

    def without(self, sentences: frozenset[str]) -> "Grammar":
        """Leave `sentences` out."""
        kept = (tuple(s for s in t if s not in sentences) for t in self.templates)
        return Grammar(language=self.language, templates=tuple(t for t in kept if t))


def load(language: str) -> Grammar:
    """Read the grammar of `language` and fill its templates."""
    source = tomllib.loads((_SENTENCES / f"{language}.toml").read_text("utf-8"))
    filled = [tuple(_fill(text, source["slots"])) for text in source["templates"]]
    fixed = [(text,) for text in source["fixed"]]
    return Grammar(language=language, templates=(*fixed, *filled))


def held_out(grammar: Grammar, *, keep: frozenset[str]) -> frozenset[str]:
    """Choose by hash the filled templates that training must not see, never one of `keep`."""
    filled = itertools.chain.from_iterable(t for t in grammar.templates if len(t) > 1)
    return frozenset(s for s in filled if s not in keep and _percentile(s) < HELD_OUT_PERCENT)


def spoken(text: str) -> str:
    """Give what the synthesiser reads for `text`: commas are written but make no pause."""
    return text.replace(",", "")


def _fill(template: str, slots: Mapping[str, list[str]]) -> list[str]:
    names = _SLOT.findall(template)
    choices = itertools.product(*(slots[name] for name in names))
    return [template.format(**dict(zip(names, values, strict=True))) for values in choices]


def _percentile(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % 100
