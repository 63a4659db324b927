"""Finds what identifies a person in text by its form and its check digits.

E-mail addresses, IBANs, IP addresses, payment cards and telephone numbers, also as recognisers
write them: digits in groups, with blanks, dots or dashes between. Dates, times, years, amounts
and short numbers are none of these.
"""

import ipaddress
import re
from collections.abc import Iterator

from agents.diarist.llm.phone_numbers import is_phone

Found = tuple[int, int, str]
"""Start and end of the characters, and the kind: EMAIL, IBAN, IP, CARD or PHONE."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_AT = re.compile(r"@| (?:at|ät|arroba) ", re.IGNORECASE)
_SPOKEN_EMAIL = re.compile(
    r"\b[\w-]{1,40}(?:(?:\.| (?:dot|punkt|punto|minus|guion|underscore) )[\w-]{1,40}){0,3}"
    r" ?(?: at | ät | arroba |@) ?"
    r"[\w-]{1,40}(?:(?:\.| dot | punkt | punto | minus )[\w-]{1,40}){0,2}"
    r"(?:\.| dot | punkt | punto )(?:com|org|net|de|es|eu|uk|at|ch|info|io|edu|gov|example)\b",
    re.IGNORECASE,
)
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2} ?\d[ -]?\d", re.IGNORECASE)
_IBAN_LENGTHS = {
    length: countries.split()
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FO FI GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL OM SO",
        24: "AD CZ DZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA",
        30: "JO KW MU YE", 31: "MT SC", 32: "LC",
    }.items()
}  # fmt: skip
_IBAN_LENGTH = {country: n for n, countries in _IBAN_LENGTHS.items() for country in countries}
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?=[\w:.]*\d)[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?![\w:])")

_DIGITS = re.compile(r"(?<![\w.,+])(?:\+ ?)?\(?\d(?:[ ./()\u2010-\u2015-]{0,3}\d){0,40}+(?!\w)")
"""A run of digits as a number is written; what separates them decides what it is."""

_CARD_DIGITS = range(13, 20)
_CARD_GROUPS = ((4, 4, 4, 4), (4, 6, 5), (4, 4, 4, 4, 3), (4, 4, 4, 1))


def personal_data_in(text: str) -> Iterator[Found]:
    """Yield what was found, in the order of the text; of two that overlap, the later's rest."""
    at = 0
    for start, end, kind in sorted(_all(text), key=lambda found: (found[0], -found[1])):
        if end > at:
            yield max(start, at), end, kind
            at = end


def _all(text: str) -> Iterator[Found]:
    if _AT.search(text):
        for pattern in (_EMAIL, _SPOKEN_EMAIL):
            yield from ((m.start(), m.end(), "EMAIL") for m in pattern.finditer(text))
    yield from _ibans(text)
    taken = [*_addresses(text)]
    yield from taken
    inside = {start for start, _, _ in taken}
    for match in _DIGITS.finditer(text):
        if match.start() not in inside:
            yield from _numbers(text, match)


def _ibans(text: str) -> Iterator[Found]:
    for match in _IBAN_START.finditer(text):
        length = _IBAN_LENGTH.get(match[0][:2].upper())
        at, account = match.start(), ""
        while length and len(account) < length and at < len(text):
            if text[at].isascii() and text[at].isalnum():
                account += text[at].upper()
            elif text[at] not in " -":
                break
            at += 1
        if length == len(account) and not text[at : at + 1].isalnum() and _mod_97(account) == 1:
            yield match.start(), at, "IBAN"


def _mod_97(account: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97


def _addresses(text: str) -> Iterator[Found]:
    for pattern in (_IPV4, _IPV6):
        for match in pattern.finditer(text):
            try:
                ipaddress.ip_address(match[0])
            except ValueError:
                continue
            yield match.start(), match.end(), "IP"


def _numbers(text: str, run: re.Match[str]) -> Iterator[Found]:
    start, end = run.span()
    groups = [(match.start() + start, match.end() + start) for match in re.finditer(r"\d+", run[0])]
    if _is_card(run[0]):
        yield start, end, "CARD"
    elif card := _card_within(text, groups):
        yield (*card, "CARD")
    elif (phone := _phone_within(text, groups, start, end)) is not None:
        yield phone, end, "PHONE"


def _card_within(text: str, groups: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Find a card's groups among others: "I paid 50 with 4111 1111 1111 1111"."""
    sizes = [end - start for start, end in groups]
    for first in range(len(groups)):
        for form in (*_CARD_GROUPS, *((size,) for size in sizes[first : first + 1])):
            last = first + len(form)
            if tuple(sizes[first:last]) == form:
                start, end = groups[first][0], groups[last - 1][1]
                if _is_card(text[start:end]):
                    return start, end
    return None


def _phone_within(text: str, groups: list[tuple[int, int]], start: int, end: int) -> int | None:
    """Return where a number begins: with the run, or with a 0 in it: "room 5 0171 2345678"."""
    later = (at for at, _ in groups[1:] if text[at] == "0" and text[at - 1] == " ")
    return next((at for at in (start, *later) if is_phone(text, at, end)), None)


def _is_card(number: str) -> bool:
    digits = [int(digit) for digit in re.sub(r"\D", "", number)]
    if len(digits) not in _CARD_DIGITS or digits[0] not in range(2, 7) or "+" in number:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
