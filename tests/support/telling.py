"""What an honest model tells of any transcript, or of the notes of its parts, by rule."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.asking import a_reply

PASSAGES = 8

_LINE = re.compile(r"^\[(\d+)\] \[\d\d+:\d\d\] (?:[^:\n]*: )?(.*)$", re.MULTILINE)
_NAME = re.compile(r"\b(?:Anna|Marcus|Priya|Lena|Jonas|Sofia|Tom|Carmen|Paul|Elena)\b")
_JOIN = "was read in parts"
"""Words of the instructions that ask for parts to be told as one."""


def telling(instructions: str, content: str) -> dict[str, Any]:
    """Tell some lines, spread evenly, as they are; list who is named, and what was said of it."""
    lines = {int(number): text for number, text in _LINE.findall(content)}
    told = _spread(list(lines), PASSAGES)
    reply = a_reply(
        title=f"From {told[0]} to {told[-1]}",
        summary=_shortened(lines[told[0]]),
        narrative=[
            {"text": lines[number], "cites": [number], "new_paragraph": number % 2 == 0}
            for number in told
        ],
        topics=["the day"],
        mood=None,
    )
    if is_join(instructions):
        return reply
    del reply["language"]
    return reply | {
        "timeline": [
            {"headline": _shortened(lines[number]), "detail": "", "cites": [number]}
            for number in told[:4]
        ],
        "people": [
            {"name": name, "note": "", "cites": cites} for name, cites in _named(lines).items()
        ],
        "places": [],
        "action_items": [{"text": lines[told[0]], "due": None, "owner": None, "cites": [told[0]]}],
        "events": [],
        "decisions": [{"text": lines[told[-1]], "cites": [told[-1]]}],
        "questions": [],
        "quotes": [{"text": lines[told[len(told) // 2]], "segment": told[len(told) // 2]}],
    }


def is_join(instructions: str) -> bool:
    """Tell whether *instructions* ask for parts to be told as one."""
    return _JOIN in instructions


def _spread(numbers: Sequence[int], most: int) -> list[int]:
    count = min(most, len(numbers))
    return [numbers[place * len(numbers) // count] for place in range(count)]


def _named(lines: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, text in lines.items():
        for name in _NAME.findall(text):
            if len(cites := found.setdefault(name, [])) < 3 and number not in cites:
                cites.append(number)
    return found


def _shortened(text: str) -> str:
    return " ".join(text.split()[:6])
