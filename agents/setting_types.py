"""What a setting's text may be, and what it then means."""

import os
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from schemas.constraints import ID

ID_MEANING = "1 to 200 characters of A-Z a-z 0-9 . _ : @ + = ~ -"

_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^/{}?#%]+)*")
_PERSONAL = re.compile(r"(?<=[^/]/)\{(tenant|user)\}(?=/|$)")


def _paths(value: object) -> object:
    """Split a colon-separated list of folders; a TOML array passes as it is."""
    if isinstance(value, str):
        return tuple(part for part in value.split(os.pathsep) if part)
    return value


def _commas(value: object) -> object:
    """Split a comma-separated list; a TOML array passes as it is."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _host(text: str) -> str:
    """Accept `host` or `host:port`, an IPv6 address in brackets."""
    if not _HOST.fullmatch(text.lower()):
        raise ValueError(f"{text!r} is not host or host:port")
    return text.lower()


def _bucket(text: str) -> str:
    """Accept a place in a bucket; whose it is, stands in folders of its own or not at all.

    Where names shared a folder's name, `{tenant}-{user}`, two persons could have the same folder.
    """
    plain = _PERSONAL.sub("personal", text.removesuffix("/"))
    if not _BUCKET.fullmatch(plain) or {".", ".."} & set(plain.split("/")):
        raise ValueError(
            f"{text!r} is not s3://bucket/prefix, with {{tenant}} and {{user}} as folders"
        )
    return text.removesuffix("/")


def _store(text: str) -> str:
    """Accept a folder, or a place in a bucket that is nobody's own."""
    if "://" not in text:
        return str(_home(Path(text)).absolute())
    if "{" in text:
        raise ValueError("has a {placeholder}; artefacts are everybody's")
    return _bucket(text)


def _home(path: Path) -> Path:
    """Put the home folder in place of a leading `~`, which no shell has seen in a file."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def _id(text: str) -> str:
    """Accept what every event can hold as an id."""
    if not ID.fullmatch(text):
        raise ValueError(f"is not {ID_MEANING}")
    return text


def _redis(url: SecretStr) -> SecretStr:
    """Accept what redis-py can read; what is said of anything else shows no part of it."""
    try:
        parts = urlsplit(url.get_secret_value())
        where = {"redis": parts.hostname, "rediss": parts.hostname, "unix": parts.path}
        is_right = bool(where.get(parts.scheme)) and (parts.port or 1) > 0
    except ValueError:
        is_right = False
    if not is_right:
        raise ValueError(
            "is not redis://user:password@host:port/number, rediss://… or unix:///path; "
            "special characters of a password are %-encoded"
        )
    return url


IdText = Annotated[str, AfterValidator(_id)]
HomePath = Annotated[Path, AfterValidator(_home)]
StoreText = Annotated[str, AfterValidator(_store)]
Folders = Annotated[tuple[HomePath, ...], NoDecode, BeforeValidator(_paths)]
Hosts = Annotated[
    tuple[Annotated[str, AfterValidator(_host)], ...], NoDecode, BeforeValidator(_commas)
]
Buckets = Annotated[
    tuple[Annotated[str, AfterValidator(_bucket)], ...], NoDecode, BeforeValidator(_commas)
]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis)]
