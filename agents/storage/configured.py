"""Builds the stores that the settings ask for."""

from pathlib import Path

from agents.errors import SettingsError
from agents.settings import Settings
from agents.storage.artefacts import ArtefactStore, FolderArtefacts
from agents.storage.audio import AudioFetcher
from agents.storage.file_audio import FileAudio
from agents.storage.host_check import HostCheck
from agents.storage.http_audio import HttpAudio, Pace
from agents.storage.obstore_client import check_s3
from agents.storage.s3_artefacts import S3Artefacts
from agents.storage.s3_audio import S3Audio


def open_artefacts(settings: Settings) -> ArtefactStore:
    """Return the store of artefacts.

    Raises:
        SettingsError: it is a bucket, and buckets cannot be worked with here.

    """
    if settings.store is None:
        return FolderArtefacts(settings.state_dir / "artefacts")
    if not settings.store.startswith("s3://"):
        return FolderArtefacts(Path(settings.store))
    _check_s3("DAYBOOK_STORE")
    return S3Artefacts(settings.store)


def audio_fetchers(settings: Settings, pace: Pace) -> dict[str, AudioFetcher]:
    """Return what fetches recordings, by scheme.

    Raises:
        SettingsError: there are buckets to read, and they cannot be worked with here.

    """
    http = HttpAudio(HostCheck(settings.audio_hosts), deadline_s=settings.fetch_deadline, pace=pace)
    fetchers: dict[str, AudioFetcher] = {
        "file": FileAudio(settings.readable_roots),
        "http": http,
        "https": http,
    }
    if settings.audio_buckets:
        _check_s3("DAYBOOK_AUDIO_BUCKETS")
        fetchers["s3"] = S3Audio(settings.audio_buckets)
    return fetchers


def _check_s3(setting: str) -> None:
    try:
        check_s3()
    except SettingsError as error:
        raise SettingsError(f"{setting}: {error}") from error
