"""Which Whisper model this worker serves, and whether its folder is complete."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from agents.errors import ModelUnknown, SettingsError
from agents.transcriber.chunk_policy import POLICY_FILE
from agents.transcriber.engine import ServedModel

SETTING, SETTING_FOR_SEVERAL = "DAYBOOK_WHISPER_MODEL", "DAYBOOK_WHISPER_MODELS"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFormat:
    """What the folder of a model holds: of each of *needed* one, *weights* in one file or more."""

    description: str
    needed: tuple[tuple[str, ...], ...]
    weights: str


CTRANSLATE2 = ModelFormat(
    description="Whisper model converted for CTranslate2",
    needed=(
        ("model.bin",),
        ("config.json",),
        ("tokenizer.json",),
        ("vocabulary.json", "vocabulary.txt"),
    ),
    weights="model.bin",
)
TRANSFORMERS = ModelFormat(
    description="Whisper model in transformers' format",
    needed=(
        ("model.safetensors", "model.safetensors.index.json"),
        ("config.json",),
        ("generation_config.json",),
        ("preprocessor_config.json",),
        ("tokenizer.json",),
    ),
    weights="*.safetensors",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """A model to load: a folder, or what the engine's hub calls it (`folder` None).

    `languages` None means all that the model itself has names for.
    """

    name: str
    """What events call it."""
    folder: Path | None
    languages: frozenset[str] | None = None
    on_hub: str = ""
    """What its hub calls it; empty: the same."""

    is_bundled: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it is known to understand the bundled recording: not any folder need do so."""
        return self.is_bundled or self.folder is None

    @property
    def hub_name(self) -> str:
        """What to ask the hub for."""
        return self.on_hub or self.name


def choose_models(
    several: str | None,
    default: str | None,
    bundled: ModelSource | None,
    form: ModelFormat = CTRANSLATE2,
) -> tuple[ModelSource, ...]:
    """Return the models to serve, the default one first.

    *several* is the text of DAYBOOK_WHISPER_MODELS, `name=path-or-name,…`; *default*, that of
    DAYBOOK_WHISPER_MODEL, is one of those names, or one more model.

    Raises:
        SettingsError: a part of either is wrong; names the setting.

    """
    parts = [part.strip() for part in (several or "").split(",") if part]
    named = [_named_model(part, bundled, form) for part in parts]
    names = [source.name for source in named]
    if len(set(names)) < len(names):
        raise SettingsError(f"{SETTING_FOR_SEVERAL}={several!r} gives a name twice")
    if default in names:
        return tuple(sorted(named, key=lambda source: source.name != default))
    if named and default is None:
        return tuple(named)
    first = choose_model(default, bundled, form)
    return (first, *(source for source in named if source.name != first.name))


def _named_model(text: str, bundled: ModelSource | None, form: ModelFormat) -> ModelSource:
    name, _, where = text.rpartition("=")
    if not where or (not name and "=" in text):
        raise SettingsError(
            f"{SETTING_FOR_SEVERAL}: {text!r} is not name=path-or-name, such as big=large-v3"
        )
    source = choose_model(where, bundled, form)
    return replace(source, name=name, on_hub=where) if name else source


def choose_model(
    setting: str | None, bundled: ModelSource | None, form: ModelFormat = CTRANSLATE2
) -> ModelSource:
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
    check_folder(folder, f"{SETTING}={setting!r}", form)
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


def check_folder(folder: Path, where: str, form: ModelFormat = CTRANSLATE2) -> None:
    """Make sure that *folder* holds a model in this format.

    Raises:
        SettingsError: names *where* the folder was asked for and what is missing in it.

    """
    if not folder.is_dir():
        raise SettingsError(f"{where}: there is no folder {str(folder)!r}")
    missing = [
        " or ".join(names)
        for names in form.needed
        if not any((folder / name).is_file() for name in names)
    ]
    if missing:
        raise SettingsError(
            f"{where}: the folder {str(folder)!r} is no {form.description}; "
            f"missing: {', '.join(missing)}"
        )


def choose_served(asked: str | None, served: Mapping[str, ServedModel]) -> ServedModel:
    """Return the model that an event asks for, else the first; it names one, it never locates it.

    Raises:
        ModelUnknown: names the models that are served.

    """
    name = next(iter(served)) if asked is None else asked
    if name not in served:
        raise ModelUnknown(
            f"whisper_model {asked!r} is not served by this worker, which serves: "
            f"{', '.join(served)}; {SETTING} says which"
        )
    return served[name]


def weights_sha256(folder: Path, form: ModelFormat = CTRANSLATE2) -> str:
    """Return the sha256 of the weights in *folder*; of all parts in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(form.weights)):
        with path.open("rb") as part:
            hashlib.file_digest(part, lambda: digest)
    return digest.hexdigest()


def takes_prompts(folder: Path) -> bool:
    """Tell whether the model in *folder* goes on from a prompt; its `daybook.json` says if not.

    Raises:
        SettingsError: the file is there and wrong.

    """
    path = folder / POLICY_FILE
    if not path.is_file():
        return True
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("prompts", True) is not False
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(f"{path} is not a model's description: {error}") from error


def _looks_like_folder(setting: str) -> bool:
    # A name of a model hub, such as Systran/faster-whisper-large-v3, has one slash inside.
    return setting.startswith(("/", ".", "~")) or setting.count("/") > 1
