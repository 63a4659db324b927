"""`daybook send`: stores recordings and tells the pipeline of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from agents.cli.common import connected_settings, json_option, print_json
from agents.cli.following import Following
from agents.cli.local_time import checked_time_zone, local_time_zone, parse_time
from agents.cli.progress import RecordingProgress
from agents.cli.show_day import pages_of, print_page
from agents.errors import AudioError, SettingsError
from agents.kafka.audio_producer import AudioProducer
from agents.kafka.client_settings import librdkafka_settings
from agents.kafka.contract import schema_source
from agents.local.state_folder import open_state_folder
from agents.settings import Settings
from agents.storage.recordings import store_file
from agents.transcriber.decoding.decoder import DecodeLimits, DecodingState
from agents.transcriber.recorded_at import resolve_recorded_at
from schemas import AudioReceived, InvalidEvent, RecordedAtSource
from schemas.conversion import write
from schemas.forms import JSON

AUDIO_SUFFIXES = frozenset(
    {".3gp", ".aac", ".ac3", ".aif", ".aiff", ".amr", ".caf", ".flac", ".m4a", ".mka", ".mkv"}
    | {".mov", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".wav", ".weba", ".webm", ".wma"}
)
"""Files that are taken from a folder; a file named itself is sent whatever it is called."""


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE…"
)
@click.option("--user", help="Whose recordings these are. [DAYBOOK_USER]")
@click.option(
    "--recorded-at", help="When they were recorded, ISO 8601; else they or their names tell."
)
@click.option("--time-zone", help="Where, as an IANA zone; else this machine's.")
@click.option("--language", help="What is spoken, as an ISO 639 code; else it is detected.")
@click.option("--wait", is_flag=True, help="Show how far they come, and the diary at the end.")
@json_option
@click.pass_context
def send(  # noqa: PLR0913 - one parameter for each option
    ctx: click.Context,
    files: Sequence[Path],
    *,
    user: str | None,
    recorded_at: str | None,
    time_zone: str | None,
    language: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Store recordings, files or whole folders, and have them transcribed."""
    settings = connected_settings(user)
    zone = local_time_zone() if time_zone is None else checked_time_zone(time_zone)
    told_at = None if recorded_at is None else parse_time(recorded_at, zone)
    paths = list(recordings_in(files))
    open_state_folder(settings.state_dir)
    events = [recording_event(settings, path, told_at, zone, language) for path in paths]
    if not wait:
        _tell_sent(paths, publish(settings, events), as_json=as_json)
    elif not _send_and_wait(settings, paths, events, as_json=as_json):
        ctx.exit(1)


def _tell_sent(paths: Sequence[Path], sent: Sequence[AudioReceived], *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {"file": str(path), "recording_id": event.recording_id}
                for path, event in zip(paths, sent, strict=True)
            ]
        )
    else:
        click.echo(f"sent {len(sent)} recordings; `daybook diary show` has the diary", err=True)


def _send_and_wait(
    settings: Settings, paths: Sequence[Path], events: Sequence[AudioReceived], *, as_json: bool
) -> bool:
    """Publish *events*, show how far they come and their pages; tell whether all came through."""
    with closing(Following(settings)) as following:
        ids = [event.recording_id for event in publish(settings, events)]
        names = {one: path.name for one, path in zip(ids, paths, strict=True)}
        ended = following.until_finished(names, Console(stderr=True))
    pages = pages_of(settings, following.days())
    if as_json:
        recordings = [_facts(path, one, ended[one]) for path, one in zip(paths, ids, strict=True)]
        print_json({"recordings": recordings, "pages": [write(page, JSON) for page in pages]})
    else:
        for page in pages:
            print_page(page, Console())
    return not any(progress.reason for progress in ended.values())


def _facts(path: Path, recording_id: str, progress: RecordingProgress) -> dict[str, object]:
    return {
        "file": str(path),
        "recording_id": recording_id,
        "stage": progress.stage,
        "state": progress.state,
        "reason": progress.reason,
        "detail": progress.detail,
    }


def recordings_in(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files among *paths*, and the recordings in the folders among them, sorted.

    Raises:
        SettingsError: a folder has none.

    """
    for path in paths:
        if not path.is_dir():
            yield path
        elif found := sorted(inner for inner in path.rglob("*") if _is_recording(inner)):
            yield from found
        else:
            suffixes = " ".join(sorted(AUDIO_SUFFIXES))
            raise SettingsError(
                f"there is no recording in {str(path)!r}: of a folder, files count that end in "
                f"{suffixes}; a file named itself is sent whatever it is called"
            )


def _is_recording(path: Path) -> bool:
    """Tell recordings from other files; hidden ones are what other systems leave behind."""
    hidden = path.name.startswith(".")
    return path.suffix.lower() in AUDIO_SUFFIXES and not hidden and path.is_file()


def recording_event(
    settings: Settings,
    path: Path,
    recorded_at: datetime | None,
    time_zone: str,
    language: str | None = None,
) -> AudioReceived:
    """Store the recording at *path* and return the event that tells of it.

    Without *recorded_at* the recording itself tells, or else its name, which workers never see.
    """
    stored = store_file(path, settings.audio_dir)
    now = datetime.now(UTC)
    event = AudioReceived(
        tenant_id=settings.tenant,
        user_id=settings.user,
        audio_uri=stored.uri,
        content_sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        time_zone=time_zone,
        uploaded_at=now,
        language_hint=language,
    )
    if recorded_at is not None:
        return replace(event, recorded_at=recorded_at, recorded_at_source=RecordedAtSource.USER)
    told = resolve_recorded_at(
        event, time_tags=_time_tags(stored.path), name=path.stem, received_at=now
    )
    if told.source is RecordedAtSource.UPLOAD_TIME:
        return event
    return replace(event, recorded_at=told.at, recorded_at_source=told.source)


def _time_tags(path: Path) -> Mapping[str, str]:
    """Return what the recording at *path* says of its time; one that is damaged says nothing."""
    with path.open("rb") as file:
        decoding = DecodingState(file, DecodeLimits())
        try:
            next(iter(decoding))
        except (AudioError, OSError):
            return {}
        return decoding.info.time_tags


def publish(settings: Settings, events: Sequence[AudioReceived]) -> list[AudioReceived]:
    """Publish *events*; return them with their ids.

    Raises:
        SettingsError: a field that a person has given would be refused by every reader.
        DependencyUnavailable: the brokers do not take them.

    """
    schemas = schema_source(settings)
    with AudioProducer(
        librdkafka_settings(settings), source="daybook/cli", schemas=schemas
    ) as producer:
        try:
            return [producer.send(event) for event in events]
        except InvalidEvent as error:
            raise SettingsError(f"the recording cannot be sent: {error}") from error
