"""Titles of entries that have no story: nobody spoke, or nothing was understood."""

NO_SPEECH = "no speech"
"""Warning of an entry whose recording holds none; the page of the day says when."""

_NO_SPEECH_TITLES = {"en": "No speech", "de": "Nichts gesprochen", "es": "Sin palabras"}
_UNCLEAR_TITLES = {"en": "Hard to make out", "de": "Schwer zu verstehen", "es": "Poco claro"}


def no_speech_title(language: str | None) -> str:
    """Return the title of an empty recording, in English where nothing else is known."""
    return _NO_SPEECH_TITLES.get(language or "en", _NO_SPEECH_TITLES["en"])


def unclear_title(language: str | None) -> str:
    """Return the title of a recording that a writer found none for."""
    return _UNCLEAR_TITLES.get(language or "en", _UNCLEAR_TITLES["en"])
