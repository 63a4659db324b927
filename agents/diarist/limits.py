"""How long each string of an entry may be, in characters, and which years it may speak of."""

LONGEST_TITLE = 160
LONGEST_SUMMARY = 1_000
LONGEST_TOPIC = 80
LONGEST_WARNING = 300
LONGEST_NAME = 120
LONGEST_TEXT = 2_000
"""Of an item or passage: longer than the longest sentence that the offline writer makes one of."""

YEARS = range(1900, 2200)
"""A day outside is a slip of the writer's, and far from where a time zone breaks."""

_AT_WORDS = 0.8
"""A text is cut at the end of a word that lies beyond this share of what it may have."""


def capped(text: str, longest: int) -> str:
    """Return `text`, cut at a word's end and ended with an ellipsis if it is too long."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    space = cut.rfind(" ")
    cut = cut[:space] if space >= _AT_WORDS * longest else cut
    return cut.rstrip() + "…"


def longest(field: str) -> int:
    """Return the limit of a field of an item of a draft."""
    return _OF_FIELDS.get(field, LONGEST_TEXT)


_OF_FIELDS = {
    "headline": LONGEST_TITLE,
    "title": LONGEST_TITLE,
    "name": LONGEST_NAME,
    "owner": LONGEST_NAME,
    "place": LONGEST_NAME,
    "label": LONGEST_TOPIC,
}
