"""What counts as a word of a text, whatever its script, and where each of them stands.

Words are compared without case, accents, width and invisible characters. In scripts that put no
spaces between words, a character with its marks counts as one.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_ACCENTS = range(0x300, 0x370)
"""Combining marks of Latin, Greek and Cyrillic, which people and recognisers leave out."""

_HANGUL = range(0xAC00, 0xD7A4)
"""Syllables that decomposition would take to pieces."""

_MARKS = "".join(
    chr(code) for code in range(0x483, 0x10000) if unicodedata.category(chr(code))[0] == "M"
)
"""Signs that belong to the letter before them, in Hindi, Thai or Arabic; `\\w` has none."""

_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters."""

_WORD = re.compile(
    rf"(?=[{_UNSPACED}])\w[{_MARKS}]*|(?:(?![{_UNSPACED}])[^\W_]|[{_MARKS}])+", re.DOTALL
)


_SENTENCE_CHARACTERS = 400
"""Longest text whose words are kept: 2,048 of them are some MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one text in order, and the characters of the text that each is made of."""

    row: str
    """Every word with a space before and after it, so that words in a row are found as text."""
    spans: tuple[tuple[int, int], ...]

    def find(self, other: "Words") -> tuple[int, int] | None:
        """Return the characters over which `other`'s words stand here in a row, if they do."""
        at = self.row.find(other.row) if other.spans else -1
        if at < 0:
            return None
        first = self.row.count(" ", 0, at)
        return self.spans[first][0], self.spans[first + len(other.spans) - 1][1]

    def listed(self) -> list[str]:
        """Return the words as they are compared."""
        return self.row.split()


def words_of(text: str) -> Words:
    """Return the words of `text`; those of a sentence are known again for a while."""
    return _known_words(text) if len(text) <= _SENTENCE_CHARACTERS else _words(text)


@lru_cache(maxsize=2048)
def _known_words(text: str) -> Words:
    """Return the words of a short text: each is compared several times for one entry."""
    return _words(text)


def _words(text: str) -> Words:
    plain, origins = _plain(text)
    found = list(_WORD.finditer(plain))
    return Words(
        row="".join((" ", *(f"{match[0]} " for match in found))),
        spans=tuple((origins[match.start()], origins[match.end() - 1] + 1) for match in found),
    )


def _plain(text: str) -> tuple[str, "list[int] | range"]:
    """Return `text` as it is compared, and for each character of that the one it came from."""
    if text.isascii():
        return text.lower(), range(len(text))
    pieces = [_plain_character(character) for character in text]
    origins = [index for index, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), origins


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if ord(character) in _HANGUL:
        return character
    if unicodedata.category(character) == "Cf":
        return ""
    pieces = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(piece for piece in pieces if ord(piece) not in _ACCENTS)
