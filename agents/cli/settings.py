"""`daybook settings`: the effective settings, secrets masked."""

import difflib
import os
import re

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from agents.cli.common import json_option, print_json
from agents.settings import ENV_PREFIX, OTHER_VARIABLES, Settings, load_settings

_LOGIN_IN_URL = re.compile(r"(?<=//)[^/@]+(?=@)")


@click.command()
@click.option("--markdown", is_flag=True, help="Print the reference of all settings instead.")
@json_option
def settings(*, markdown: bool, as_json: bool) -> None:
    """Print the effective settings, secrets masked."""
    if markdown:
        click.echo(reference(), nl=False)
        return
    effective = load_settings()
    for warning in unknown_variables():
        click.echo(warning, err=True)
    shown = {name: _shown(effective, name) for name in Settings.model_fields}
    if as_json:
        print_json(shown)
        return
    for name, field in Settings.model_fields.items():
        click.echo(f"# {field.description}")
        click.echo(f"{ENV_PREFIX}{name.upper()}={'' if shown[name] is None else shown[name]}\n")


def reference() -> str:
    """Return `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Written by `make docs`. Each setting is an environment variable, or a key in",
        "`daybook.toml` (without the prefix, in small letters); the variable counts more.",
        "`daybook settings` prints those in effect.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = _default(field)
        lines.append(f"| `{ENV_PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "a folder of your own"
    value = field.default
    return f"`{value}`" if value not in (None, ()) else ""


def unknown_variables() -> list[str]:
    """Return a warning for every DAYBOOK_ variable that is no setting: most are slips."""
    known = [ENV_PREFIX + name.upper() for name in Settings.model_fields] + list(OTHER_VARIABLES)
    unknown = [name for name in os.environ if name.startswith(ENV_PREFIX) and name not in known]
    warnings = []
    bare = [name.removeprefix(ENV_PREFIX) for name in known]
    for name in sorted(unknown):
        # The prefix that all share would make any two look alike.
        close = difflib.get_close_matches(name.removeprefix(ENV_PREFIX), bare, n=1)
        hint = f"; did you mean {ENV_PREFIX}{close[0]}?" if close else ""
        warnings.append(f"{name} is no setting{hint}")
    return warnings


def _shown(effective: Settings, name: str) -> str | None:
    value = getattr(effective, name)
    if isinstance(value, SecretStr):
        return "***"
    if isinstance(value, tuple):
        return os.pathsep.join(map(str, value)) or None
    return None if value is None else _LOGIN_IN_URL.sub("***", str(value))
