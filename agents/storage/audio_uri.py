"""Takes an event's audio URI apart; the URI is untrusted text and stays so."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from agents.errors import AudioForbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioUri:
    """An audio URI in parts; `path` is percent-decoded."""

    text: str
    scheme: str
    host: str
    path: str

    @property
    def name(self) -> str:
        """The last part of the path: the recording's file name."""
        return PurePosixPath(self.path).name


def parse_audio_uri(text: str) -> AudioUri:
    """Split *text*; a text without a scheme has the scheme `""`.

    Raises:
        AudioForbidden: *text* is no URI, or hides control characters or bytes that are no UTF-8.

    """
    try:
        text.encode()
        parts = urlsplit(text)
        path = unquote(parts.path, errors="strict")
        host = (parts.hostname or "") if "@" not in parts.netloc else parts.netloc
        port = parts.port
    except ValueError as error:
        raise AudioForbidden(f"{text!r} is not a URI: {error}") from error
    if any(ord(character) < ord(" ") for character in text + path):
        raise AudioForbidden(f"{text!r} has control characters")
    return AudioUri(
        text=text,
        scheme=parts.scheme.lower(),
        host=host if port is None else f"{host}:{port}",
        path=path,
    )
