"""Takes http and https URIs apart, with the same parser that the connection is made with."""

import re

from yarl import URL

from agents.errors import AudioForbidden

_PLAIN = re.compile(r"[!-~]+")
"""Nothing but printable ASCII: sent as it stands, since signed URIs bear no other spelling."""


def parse_http_uri(text: str) -> URL:
    """Return *text*, a whole URI, in parts.

    Raises:
        AudioForbidden: *text* is no http or https URI with a host, or has a user or password.

    """
    url = _parsed(text)
    if url.scheme not in ("http", "https") or not url.raw_host or url.port is None:
        raise AudioForbidden(f"{shown(url)!r} is not an http or https URI of a host")
    if "@" in url.raw_authority:
        raise AudioForbidden(f"the URI of the host {url.raw_host!r} has a user or a password")
    return url


def redirected(url: URL, location: str) -> URL:
    """Return where *location*, in an answer to *url*, leads.

    Raises:
        AudioForbidden: what `parse_http_uri` refuses.

    """
    return parse_http_uri(str(_parsed(location, seen_from=url)))


def shown(url: URL) -> str:
    """Return *url* for people: without its query, which may be a key, nor a password."""
    host = url.raw_authority.rpartition("@")[2]
    return f"{url.scheme}://{host}{url.raw_path}"


def _parsed(text: str, *, seen_from: URL | None = None) -> URL:
    """Return *text* in parts that can all be asked for, though the parser looks at them late."""
    try:
        text.encode()  # the parser drops lone surrogates, and reads the rest as another URI
        url = URL(text, encoded=_PLAIN.fullmatch(text) is not None)
        if seen_from is not None:
            url = seen_from.join(url)
        str(url), url.port, url.raw_host  # each may raise
    except (ValueError, IndexError) as error:
        raise AudioForbidden("the URI, or where it is redirected to, cannot be read") from error
    return url
