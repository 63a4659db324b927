"""Keeps what identifies a person from a model: placeholders go out, the values come back."""

import re
from collections import Counter

from agents.diarist.llm.personal_data import personal_data_in

_NAME = r"(?P<kind{0}>EMAIL|PHONE|CARD|IBAN|IP|TEXT){1}(?P<number{0}>\d{{1,6}})"
_PLACEHOLDER = re.compile(
    r"[\[({<【［〔]\s{0,3}"  # noqa: RUF001 - brackets of other scripts
    + _NAME.format(1, r"[\s_\\-]{0,4}")
    + r"\s{0,3}[\])}>】］〕]|\\\["  # noqa: RUF001 - as above
    + _NAME.format(2, r"\\?_")
    + r"\\\]|(?<!\w)"
    + _NAME.format(3, r"\\?_")
    + r"(?!\w)",
    re.IGNORECASE,
)
"""Our placeholders as models write them back: other brackets or none, other case, escaped."""


class Redaction:
    """The placeholders of one call.

    The same characters get the same placeholder in all its texts. Text that looks like a
    placeholder is hidden like a value, so that nobody who speaks one can ask for another's value.
    """

    def __init__(self) -> None:
        self._given_out: Counter[str] = Counter()
        self._placeholders: dict[str, str] = {}
        self._values: dict[tuple[str, int], str] = {}

    def redacted(self, text: str) -> str:
        """Return `text` with a placeholder such as `[PHONE_1]` for each value found."""
        hidden, at = [], 0
        spoken = [(match.start(), match.end(), "TEXT") for match in _PLACEHOLDER.finditer(text)]
        found = sorted((*spoken, *personal_data_in(text)), key=lambda item: (item[0], -item[1]))
        for start, end, kind in found:
            if end > at:
                begun = max(start, at)
                hidden += [text[at:begun], self._placeholder(kind, text[begun:end])]
                at = end
        return "".join((*hidden, text[at:]))

    def restored(self, text: str) -> str:
        """Return `text` with the values in place; a placeholder that was never given out goes."""
        return _PLACEHOLDER.sub(self._value, text)

    def _placeholder(self, kind: str, value: str) -> str:
        if value not in self._placeholders:
            self._given_out[kind] += 1
            number = self._given_out[kind]
            self._placeholders[value] = f"[{kind}_{number}]"
            self._values[kind, number] = value
        return self._placeholders[value]

    def _value(self, placeholder: re.Match[str]) -> str:
        kind, number = filter(None, placeholder.groups())
        return self._values.get((kind.upper(), int(number)), "")
