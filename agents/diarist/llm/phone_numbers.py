"""Tells telephone numbers from dates, times, years, amounts and other runs of digits."""

import re
from itertools import pairwise

_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[./ -]\d{1,2}[./ -](?:19|20)\d\d|\d{1,2}[./-]\d{1,2}[./-]\d\d"
    r"|(?:19|20)\d\d[./ -]\d{1,2}[./ -]\d{1,2})(?!\d)"
)
_UNIT_AFTER = re.compile(
    r"[.,]\d|:\d|\s?(?:[€$£%°]|(?:euros?|dollars?|dólares|pounds?|pesos?|cents?|mil|million"
    r"|millones|millionen|percent|prozent|por ciento|uhr|o'clock|km|kilomet\w+|met[er]+s?|kg"
    r"|kilos?|gram\w*|years?|jahre?|años?|steps|schritte|pasos|people|mal)\b)",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"[€$£]\s?$")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_CUE = re.compile(
    r"\b(?:phone|telephone|mobile|cell|call|dial|ring|text|whatsapp|number is|reach|tel|telefon\w*"
    r"|handy|anrufen|ruf\w*|nummer|durchwahl|teléfono|móvil|celular|llam\w+|marc\w+|número)\b",
    re.IGNORECASE,
)
_CUE_CHARACTERS = 40
_YEAR = re.compile(r"(?:19|20)\d\d")
_PHONE_DIGITS = range(7, 16)
_INTERNATIONAL_DIGITS = range(6, 18)
_SHORT = 6
"""Digits of a local number, which is one only where its neighbours speak of calling."""

_NATIONAL = (
    (3, 3, 4), (1, 3, 3, 4), (2, 4, 4), (10,),  # North America, Mexico
    (3, 3, 3), (3, 2, 2, 2), (2, 3, 2, 2), (9,),  # Spain
)  # fmt: skip
"""Groups of digits in which numbers without a leading 0 are written."""


def is_phone(text: str, start: int, end: int) -> bool:
    """Tell whether the run of digits from `start` to `end` is a telephone number."""
    number = text[start:end]
    groups = re.findall(r"\d+", number)
    digits = "".join(groups)
    if number.startswith("+") or digits.startswith("00"):
        return len(digits) in _INTERNATIONAL_DIGITS
    if _is_no_phone(number, groups) or _is_amount(text, start, end):
        return False
    cued = _CUE.search(text, max(0, start - _CUE_CHARACTERS), start) is not None
    if len(digits) not in _PHONE_DIGITS:
        return cued and len(digits) == _SHORT
    sizes = tuple(map(len, groups))
    spelled = sizes == (1,) * len(groups)
    return cued or spelled or digits.startswith("0") or (sizes in _NATIONAL and _begins(digits))


def _is_no_phone(number: str, groups: list[str]) -> bool:
    if _DATE.search(number) or all(_YEAR.fullmatch(group) for group in groups):
        return True
    numbers = [int(group) for group in groups]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(groups) > 2 and len(steps) == 1  # noqa: PLR2004 - somebody counts


def _is_amount(text: str, start: int, end: int) -> bool:
    if _MONEY_BEFORE.search(text, max(0, start - 2), start) or _UNIT_AFTER.match(text, end):
        return True
    return _THOUSANDS.fullmatch(text, start, end) is not None


def _begins(digits: str) -> bool:
    """Tell whether a national number without a leading 0 begins as one does."""
    nine = len(digits) == 9  # noqa: PLR2004 - digits of a Spanish number
    return digits[0] in ("6789" if nine else "123456789")
