"""What lies on this disk of a model: where, how much, from whom, and whether it is undamaged."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from agents.transcriber.models import ModelSource, weights_sha256

WEIGHTS = "model.bin"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FRONT_MATTER = re.compile(r"---\n(.*?)\n---", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """One model as `daybook models` shows it; `folder` None: not on this machine yet."""

    name: str
    hub_name: str | None
    """What its hub calls it; None for a folder of one's own."""
    folder: Path | None
    size_bytes: int | None = None
    sha256: str | None = None
    """Of the weights."""
    licence: str | None = None
    """As the model's own card says; None where it says nothing."""
    is_damaged: bool = False
    """Whether the weights are not those that the hub named."""


def model_files(source: ModelSource, folder: Path | None) -> ModelFiles:
    """Look at the model of *source* in *folder*, where it lies. Reads the weights once."""
    hub_name = source.hub_name if source.folder is None else None
    if folder is None:
        return ModelFiles(name=source.name, hub_name=hub_name, folder=None)
    sha256 = weights_sha256(folder)
    return ModelFiles(
        name=source.name,
        hub_name=hub_name,
        folder=folder,
        size_bytes=sum(path.stat().st_size for path in folder.iterdir() if path.is_file()),
        sha256=sha256,
        licence=_licence(folder),
        is_damaged=_promised_sha256(folder) not in (None, sha256),
    )


def _promised_sha256(folder: Path) -> str | None:
    """Return the checksum that the hub gave the weights: its cache names the file by it."""
    blob = (folder / WEIGHTS).resolve().name
    return blob if _SHA256.fullmatch(blob) else None


def _licence(folder: Path) -> str | None:
    """Return the licence in the front matter of the model's card."""
    card = folder / "README.md"
    found = _FRONT_MATTER.match(card.read_text("utf-8")) if card.is_file() else None
    try:
        facts = yaml.safe_load(found.group(1)) if found else None
    except yaml.YAMLError:
        return None
    licence = facts.get("license") if isinstance(facts, dict) else None
    return None if licence is None else str(licence)
