"""Loads Whisper models in CTranslate2's format, on this machine's processor or GPU."""

import ctypes
from importlib.util import find_spec
from pathlib import Path

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.utils import download_model

from agents.errors import DependencyUnavailable, SettingsError
from agents.transcriber.models import SETTING, ModelSource, check_folder

BIG_MODEL_BYTES = 500 << 20
"""Weights larger than this are turned to int8 on a CPU; smaller ones stay as they are stored."""


def fetch_model(source: ModelSource) -> Path:
    """Return the folder of *source*, downloaded where it is a name. Blocking, for minutes.

    Raises:
        SettingsError: the name is unknown, or the folder no model; names the setting.
        DependencyUnavailable: it cannot be downloaded now.

    """
    if source.folder is not None:
        return source.folder
    try:
        folder = Path(download_model(source.hub_name))
    except ValueError as error:
        raise SettingsError(f"{SETTING}={source.hub_name!r}: {error}") from error
    except OSError as error:
        raise DependencyUnavailable(
            "model-hub",
            f"{SETTING}={source.hub_name!r} cannot be downloaded ({error}); "
            "a folder with a converted model needs no download",
        ) from error
    check_folder(folder, f"{SETTING}={source.hub_name!r}")
    return folder


def find_model(source: ModelSource) -> Path | None:
    """Return the folder of *source* if it is on this machine; reaches for no network.

    Raises:
        SettingsError: the name is unknown; names the setting.

    """
    if source.folder is not None:
        return source.folder
    try:
        return Path(download_model(source.hub_name, local_files_only=True))
    except ValueError as error:
        raise SettingsError(f"{SETTING}={source.hub_name!r}: {error}") from error
    except OSError:
        return None


def load_model(folder: Path, device: str) -> WhisperModel:
    """Load the model in *folder* to *device*: `cpu`, `cuda`, or `auto` for the better one.

    Raises:
        SettingsError: it cannot be loaded; names the setting and the folder.

    """
    _load_cublas()
    gpu = device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)
    big = (folder / "model.bin").stat().st_size > BIG_MODEL_BYTES
    compute_type = "float16" if gpu else "int8" if big else "default"
    try:
        return WhisperModel(
            str(folder),
            device="cuda" if gpu else "cpu",
            compute_type=compute_type,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise SettingsError(
            f"{SETTING}: the model in {str(folder)!r} cannot be loaded: {error}"
        ) from error


def _load_cublas() -> None:
    """Load the libraries of the extra `gpu`: CTranslate2 finds them by name once they are there."""
    package = find_spec("nvidia.cublas") if find_spec("nvidia") else None
    for folder in (package.submodule_search_locations or ()) if package else ():
        for library in ("libcublasLt.so.12", "libcublas.so.12"):
            path = Path(folder, "lib", library)
            if path.is_file():
                ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)
