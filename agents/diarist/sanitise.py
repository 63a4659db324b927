"""Takes markup out of text that came from a recording or a model, whichever writer wrote it.

What comes out is plain text on one line, not HTML: "a < b" stays as it is, entities are the
characters that they stand for, and whoever renders it escapes it.
"""

import html.entities
import re
import sys
import unicodedata
from collections.abc import Callable

_PASSES = 6
"""Markup wrapped in markup this often, and no more, is unwrapped with care."""

_LONGEST_SCHEME = 31

_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])"
)
"""Controls, also of direction, and characters without a shape. Joiners stay where Persian, Hindi
and emoji need them: between two characters that are not ASCII."""

_BLANKS = re.compile("[ \t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")
_AMPERSANDS = re.compile(r"&(?:(?:amp|#0*38|#[xX]0*26);)+")
_ENTITY = re.compile(
    r"&(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,31});|(?P<bare>[lg]t);?"
    r"|\#(?:(?P<decimal>\d{1,8})|[xX](?P<hex>[0-9a-fA-F]{1,8}));?)",
    re.IGNORECASE,
)
_TARGET = r"\((?:[^()]++|\([^()]*+\))*+\)"
_IMAGE = re.compile(rf"!\[[^\[\]]*+\](?:{_TARGET}|\[[^\[\]]*+\])?")
_LINK = re.compile(rf"\[([^\[\]]*+)\](?:{_TARGET}|\[[^\[\]]*+\])")
_DEFINITION = re.compile(
    r"^[ \t>]*\[(?P<label>[^\[\]\n]++)\]:"
    r"(?:[ \t]*+(?P<target><[^<>\n]*+>|[a-z][a-z0-9+.-]{1,30}:\S*+|//\S*+)"
    r"(?:[ \t]++(?:\"[^\"\n]*+\"|'[^'\n]*+'|\([^()\n]*+\)))?[ \t]*+$)?",
    re.IGNORECASE | re.MULTILINE,
)
_AUTOLINK = re.compile(r"<([a-z][a-z0-9+.-]{1,30}:[^<>\s]*+|[^<>\s@]++@[^<>\s@]++)>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>")
_UNCLOSED = re.compile(
    r"<[!?]|<?<(?:/\s*+[\w:-]*+|(?:script|style|img|svg|iframe|object|embed|link|meta|base|form|input|"
    r"button|video|audio|body|html|head|div|span|math|details|template)\b(?!\s*+[=<])"
    r"|[a-zA-Z][\w:-]*+(?=[\s/]+[\w:@.-]+\s*=))"
    r"(?:[\s/]++[\w:@.-]++\s*+=\s*+(?:\"[^\"]*+\"?|'[^']*+'?|[^\s\"'<>]*+))*+",
    re.IGNORECASE,
)
_OPENING = re.compile(r"<(?=[a-zA-Z/!?])")
_SCHEME = re.compile(
    rf"[a-z][a-z0-9+.-]{{1,{_LONGEST_SCHEME}}}:[/\\]{{2,}}"
    r"|(?<!\w)(?:(?:javascript|vbscript|mailto|file|sms|blob|filesystem|view-source|https?|ftps?|wss?)"
    r":(?=[^\s…])|tel:(?=[+\d])|data:(?=[\w.+-]{0,80}[/;,]))[/\\]*",
    re.IGNORECASE,
)
_ALL_MARKUP = str.maketrans("", "", "<>[]()!&:")


def sanitised(text: str) -> str:
    """Return `text` on one line without tags, images, link targets, URL schemes and controls.

    What is left is looked at again until nothing changes, since taking a tag away may form
    another; where that does not end soon, every character that markup is made of goes. The time
    is linear in the length of `text`, and doing it twice changes nothing.
    """
    for _ in range(_PASSES):
        clean = _without_lookalikes(_once(text))
        if clean == text:
            return clean
        text = clean
    return _once(_HIDDEN.sub("", unicodedata.normalize("NFKC", text)).translate(_ALL_MARKUP))


def visible(text: str) -> str:
    """Return `text` without controls and invisible characters, on one line."""
    return _BLANKS.sub(" ", _HIDDEN.sub("", text)).strip()


def _once(text: str) -> str:
    text = _HIDDEN.sub("", text)
    if "&" in text:
        text = _HIDDEN.sub("", _ENTITY.sub(_character, _AMPERSANDS.sub("&", text)))
    if "<" in text:
        text = _without_tags(text)
    if "[" in text or "]" in text:
        text = _without_links(text)
    return _BLANKS.sub(" ", _SCHEME.sub("", text)).strip()


def _without_lookalikes(text: str) -> str:
    """Do the same once more where full-width and other look-alike letters hide markup."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if plain == text:
        return text
    clean = _once(plain)
    return text if clean == _BLANKS.sub(" ", plain).strip() else clean


def _without_tags(text: str) -> str:
    text = _without_blocks(_without_blocks(text, "<!--", "-->"), "<![CDATA[", "]]>")
    text = _repeatedly(_TAG, "", _AUTOLINK.sub(r"\1", text))
    return _OPENING.sub("< ", _UNCLOSED.sub("", text))


def _without_links(text: str) -> str:
    text = _repeatedly(_LINK, r"\1", _repeatedly(_IMAGE, "", text))
    return _DEFINITION.sub(_label, text).replace("![", "[").replace("](", "] (")


def _repeatedly(pattern: re.Pattern[str], replacement: str, text: str) -> str:
    for _ in range(_PASSES):
        text, times = pattern.subn(replacement, text)
        if not times:
            break
    return text


def _without_blocks(text: str, opening: str, closing: str) -> str:
    kept = []
    at = 0
    while (start := text.find(opening, at)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        kept.append(text[at:start])
        at = end + len(closing)
    return "".join((*kept, text[at:]))


def _label(definition: re.Match[str]) -> str:
    return definition["label"] if definition["target"] else definition["label"] + ":"


def _character(entity: re.Match[str]) -> str:
    if name := entity["name"] or entity["bare"]:
        known: Callable[[str], str | None] = html.entities.html5.get
        return known(name + ";") or known(name.lower() + ";") or entity[0]
    code = int(entity["decimal"]) if entity["decimal"] else int(entity["hex"], 16)
    return chr(code) if 0 < code <= sys.maxunicode else ""
