"""Which Whisper model this worker serves, and whether its folder is complete."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agents.errors import ModelUnknown, SettingsError

SETTING = "DAYBOOK_WHISPER_MODEL"

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """A model to load: a folder, or a name that the engine knows how to get (`folder` None).

    `languages` None means all that the model itself has names for.
    """

    name: str
    folder: Path | None
    languages: frozenset[str] | None = None


def choose_model(setting: str | None, bundled: ModelSource | None) -> ModelSource:
    """Return the configured model, else the bundled one, without reaching for any network.

    Raises:
        SettingsError: nothing is configured nor bundled, or the folder is missing or incomplete;
            names the setting, the path and what is missing.

    """
    if setting is None:
        return _checked_bundled(bundled)
    folder = Path(setting).expanduser()
    if not (folder.is_dir() or _looks_like_folder(setting)):
        return ModelSource(name=setting, folder=None)
    check_folder(folder, f"{SETTING}={setting!r}")
    if bundled is not None and bundled.folder is not None and folder.samefile(bundled.folder):
        return bundled
    return ModelSource(name=folder.resolve().name, folder=folder)


def _checked_bundled(bundled: ModelSource | None) -> ModelSource:
    if bundled is None or bundled.folder is None or not bundled.folder.is_dir():
        raise SettingsError(
            f"no speech model: set {SETTING} to a Whisper model's name, such as large-v3, "
            "or to a folder that holds a converted one"
        )
    check_folder(bundled.folder, "the bundled demo model")
    return bundled


def check_folder(folder: Path, where: str) -> None:
    """Make sure that *folder* holds a converted Whisper model.

    Raises:
        SettingsError: names *where* the folder was asked for and what is missing in it.

    """
    if not folder.is_dir():
        raise SettingsError(f"{where}: there is no folder {str(folder)!r}")
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in _VOCABULARIES):
        missing.append(" or ".join(_VOCABULARIES))
    if missing:
        raise SettingsError(
            f"{where}: the folder {str(folder)!r} is no Whisper model converted for CTranslate2; "
            f"missing: {', '.join(missing)}"
        )


def check_asked_model(asked: str | None, served: Iterable[str]) -> None:
    """Make sure that an event asks for no model but one *served* here; it names, never locates.

    Raises:
        ModelUnknown: names the models that are served.

    """
    names = list(served)
    if asked is not None and asked not in names:
        raise ModelUnknown(
            f"whisper_model {asked!r} is not served by this worker, which serves: "
            f"{', '.join(names)}; {SETTING} says which"
        )


def weights_sha256(folder: Path) -> str:
    """Return the sha256 of the weights in *folder*."""
    with (folder / "model.bin").open("rb") as weights:
        return hashlib.file_digest(weights, "sha256").hexdigest()


def _looks_like_folder(setting: str) -> bool:
    # A name of a model hub, such as Systran/faster-whisper-large-v3, has one slash inside.
    return setting.startswith(("/", ".", "~")) or setting.count("/") > 1
