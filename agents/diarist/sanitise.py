"""Takes markup out of text that came from a recording or a model, whichever writer wrote it."""

import re

_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_AUTOLINK = re.compile(r"<((?:https?|ftp|mailto):[^<>\s]*)>", re.IGNORECASE)
_SCHEME = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]*://|(?:javascript|data|mailto|vbscript):(?=\S))", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def sanitised(text: str) -> str:
    """Return `text` without tags, images, link targets, URL schemes and control characters.

    What is left is looked at again until nothing changes: taking a tag away may form another.
    """
    while (clean := _once(text)) != text:
        text = clean
    return text


def _once(text: str) -> str:
    text = _CONTROL.sub("", text)
    text = _IMAGE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _TAG.sub("", text)
    return _SCHEME.sub("", text)
