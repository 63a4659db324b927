"""What a field's value may be beyond its type, as `Annotated` types; read and write check it."""

import math
import re
from collections.abc import Sized
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Protocol
from zoneinfo import available_timezones

KIB = 1024
INT_MAX = 2**31 - 1
LONG_MAX = 2**63 - 1

LONGEST_MS = 366 * 86_400_000
"""Longest duration accepted, in ms: far over any recording, safe to add to any accepted time."""


class Constraint(Protocol):
    """Says in a few words what is wrong with a value of the right type, or None."""

    def problem(self, value: object) -> str | None:
        """Return what is wrong, to be read after the field's name and value."""


@dataclass(frozen=True, slots=True)
class Range:
    """A finite number between two bounds, both included."""

    least: float
    most: float

    def problem(self, value: object) -> str | None:
        """Refuse NaN as well: it compares with nothing."""
        accepted = isinstance(value, int | float) and self.least <= value <= self.most
        return None if accepted else f"is not between {self.least} and {self.most}"


@dataclass(frozen=True, slots=True)
class Finite:
    """Any number but NaN and the infinities."""

    def problem(self, value: object) -> str | None:
        """Refuse what JSON cannot write and no page can show."""
        return None if isinstance(value, int | float) and math.isfinite(value) else "is not finite"


@dataclass(frozen=True, slots=True)
class Matches:
    """Text that a pattern matches as a whole."""

    pattern: re.Pattern[str]
    meaning: str

    def problem(self, value: object) -> str | None:
        """Name the meaning, not the pattern."""
        return None if self.pattern.fullmatch(str(value)) else f"is not {self.meaning}"


@dataclass(frozen=True, slots=True)
class AtMostBytes:
    """Text of a limited size in UTF-8."""

    limit: int

    def problem(self, value: object) -> str | None:
        """Count bytes only where the characters could exceed the limit."""
        text = str(value)
        fits = len(text) <= self.limit and len(text.encode(errors="replace")) <= self.limit
        return None if fits else f"is longer than {self.limit} bytes"


@dataclass(frozen=True, slots=True)
class AtMost:
    """A limited number of characters or items."""

    limit: int

    def problem(self, value: object) -> str | None:
        """Say how many there are."""
        size = len(value) if isinstance(value, Sized) else 0
        return None if size <= self.limit else f"has {size} of at most {self.limit}"


@dataclass(frozen=True, slots=True)
class KnownZone:
    """The name of a time zone in the IANA database."""

    def problem(self, value: object) -> str | None:
        """Look the name up; never open a file of that name."""
        return None if value in _zones() else "is not an IANA time zone"


@dataclass(frozen=True, slots=True)
class KnownLanguage:
    """The code of a language in ISO 639-1."""

    def problem(self, value: object) -> str | None:
        """Look the code up; it is in small letters."""
        return None if value in _LANGUAGES else "is not a language of ISO 639-1, such as de"


_ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv
dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie
ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv
mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm
rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts
tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_LANGUAGES = frozenset(_ISO_639_1.split())


@cache
def _zones() -> frozenset[str]:
    # `localtime` is whatever this machine is set to: the same event must mean the same everywhere.
    return frozenset(available_timezones() - {"localtime", "Factory"})


_ID_CHARACTERS = "A-Za-z0-9._:@+=~-"
ID = re.compile(f"[{_ID_CHARACTERS}]{{1,200}}")
_OPTIONAL_ID = re.compile(f"[{_ID_CHARACTERS}]{{0,200}}")
_DAY_ID = re.compile(
    f"[{_ID_CHARACTERS}]{{1,200}}/[{_ID_CHARACTERS}]{{1,200}}/\\d{{4}}-\\d\\d-\\d\\d"
)
_URI = re.compile(r"[^\x00-\x1f\x7f]+")
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_NAME = re.compile(r"(?=.*\S)[^\x00-\x1f\x7f]+")
_ID_MEANING = "1 to 200 characters of A-Z a-z 0-9 . _ : @ + = ~ -"

Id = Annotated[str, Matches(ID, _ID_MEANING)]
OptionalId = Annotated[str, Matches(_OPTIONAL_ID, f"empty or {_ID_MEANING}")]
DayId = Annotated[str, Matches(_DAY_ID, "tenant/user/YYYY-MM-DD")]
Uri = Annotated[
    str, AtMostBytes(8 * KIB), Matches(_URI, "a URI: it is empty or holds control characters")
]
FreeText = Annotated[str, AtMostBytes(4 * KIB)]
Tag = Annotated[str, AtMost(200)]
Tags = Annotated[tuple[Tag, ...], AtMost(100)]
TimeZone = Annotated[str, KnownZone()]
Language = Annotated[str, KnownLanguage()]
ClockTime = Annotated[str, Matches(_CLOCK_TIME, "a time of day as HH:MM")]
PlainName = Annotated[
    str, AtMost(100), Matches(_NAME, "a name: it is empty or holds control characters")
]
Bytes = Annotated[int, Range(0, LONG_MAX)]
Count = Annotated[int, Range(0, INT_MAX)]
LongCount = Annotated[int, Range(0, LONG_MAX)]
Number = Annotated[int, Range(1, INT_MAX)]
Millis = Annotated[int, Range(0, LONGEST_MS)]
Latitude = Annotated[float, Range(-90, 90)]
Longitude = Annotated[float, Range(-180, 180)]
Share = Annotated[float, Range(0, 1)]
AnyFloat = Annotated[float, Finite()]
Valence = Annotated[int, Range(-2, 2)]
