"""The jars of Apache Kafka: resolved once per person, checked byte for byte against a list."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

from agents.errors import DependencyUnavailable
from agents.local.files import locked
from agents.local.maven import Artefact, fetch_by_jgo, fetch_by_mvn

KAFKA_VERSION = "4.3.1"

JARS_VARIABLE = "DAYBOOK_KAFKA_JARS"
"""Names a folder with Kafka's jars, such as `libs/` of its download, for machines without a net."""

LOCK_TIMEOUT_S = 600
"""How long to wait for another process that is downloading the jars."""

Fetch = Callable[[Sequence[Artefact], Path], None]


def classpath() -> str:
    """Return the class path of Kafka's broker and tools, downloading what is missing.

    Raises:
        DependencyUnavailable: the jars cannot be had; the message says where to put them by hand.

    """
    given = os.environ.get(JARS_VARIABLE)
    folder = _checked(Path(given)) if given else whole_cache(cache_folder(), jar_list(), fetchers())
    return os.pathsep.join(str(jar) for jar in sorted(folder.glob("*.jar")))


def whole_cache(
    folder: Path, wanted: Sequence[Artefact], ways: Sequence[tuple[str, Fetch]]
) -> Path:
    """Return `folder` with every wanted jar in it; two processes never fill it at once.

    Raises:
        DependencyUnavailable: the jars cannot be had in any of the ways.

    """
    if _is_whole(folder, wanted):
        return folder
    try:
        with locked(folder.with_name(f"{folder.name}.lock"), timeout_s=LOCK_TIMEOUT_S):
            if not _is_whole(folder, wanted):
                _fill(folder, wanted, ways)
    except OSError as error:
        raise DependencyUnavailable("Kafka's jars", f"{folder}: {error}") from error
    return folder


def cache_folder() -> Path:
    """Return where this person's jars of this version lie."""
    return user_cache_path("daybook") / f"kafka-{KAFKA_VERSION}"


def jar_list() -> tuple[Artefact, ...]:
    """Return every jar that the broker and the tools need."""
    lines = Path(__file__).with_name("kafka_jars.lock").read_text().splitlines()
    return tuple(Artefact.parse(line) for line in lines if not line.startswith("#"))


def fetchers() -> Sequence[tuple[str, Fetch]]:
    """Order the ways to get jars: who has settings for Maven has a mirror or a proxy in them."""
    jgo, mvn = ("jgo", fetch_by_jgo), ("mvn", fetch_by_mvn)
    return (mvn, jgo) if (Path.home() / ".m2" / "settings.xml").exists() else (jgo, mvn)


def _checked(folder: Path) -> Path:
    """Accept a person's own folder if Kafka's own jars of this version are in it."""
    kafka = [a.file_name for a in jar_list() if a.group == "org.apache.kafka"]
    missing = [name for name in kafka if not (folder / name).is_file()]
    if missing:
        raise DependencyUnavailable(
            "Kafka's jars", f"{JARS_VARIABLE}={str(folder)!r} lacks {', '.join(missing)}"
        )
    return folder


def _is_whole(folder: Path, wanted: Sequence[Artefact]) -> bool:
    """Compare names and sizes: the digests were compared before the folder got its name."""
    try:
        sizes = {entry.name: entry.stat().st_size for entry in os.scandir(folder)}
    except OSError:
        return False
    return all(sizes.get(artefact.file_name) == artefact.size_bytes for artefact in wanted)


def _fill(folder: Path, wanted: Sequence[Artefact], ways: Sequence[tuple[str, Fetch]]) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        # The inner folder has usual permissions, so that it can be shared after it is renamed.
        filling = Path(temporary) / "jars"
        filling.mkdir()
        _take_known(folder, filling, wanted)
        _fetch_missing(filling, wanted, ways)
        if folder.exists():
            folder.rename(Path(temporary) / "incomplete")
        filling.rename(folder)


def _take_known(old: Path, filling: Path, wanted: Sequence[Artefact]) -> None:
    """Copy what lies on this machine already: in a damaged cache, or in Maven's own."""
    maven = Path(os.environ.get("M2_REPO", Path.home() / ".m2" / "repository"))
    for artefact in wanted:
        for jar in (old / artefact.file_name, maven / artefact.repository_path):
            if _is_genuine(jar, artefact):
                shutil.copyfile(jar, filling / artefact.file_name)
                break


def _fetch_missing(
    filling: Path, wanted: Sequence[Artefact], ways: Sequence[tuple[str, Fetch]]
) -> None:
    failures = []
    for name, fetch in ways:
        missing = _missing(filling, wanted)
        if not missing:
            return
        try:
            fetch(missing, filling)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            failures.append(f"{name}: {error}")
    if missing := _missing(filling, wanted):
        raise DependencyUnavailable("Kafka's jars", _how_to_help(missing, failures))


def _missing(filling: Path, wanted: Sequence[Artefact]) -> list[Artefact]:
    return [a for a in wanted if not _is_genuine(filling / a.file_name, a)]


def _is_genuine(jar: Path, artefact: Artefact) -> bool:
    with suppress(OSError), jar.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == artefact.sha256
    return False


def _how_to_help(missing: Sequence[Artefact], failures: Sequence[str]) -> str:
    tried = "; ".join(failures) or "what was downloaded has other digests than the list"
    return (
        f"{len(missing)} jars of Kafka {KAFKA_VERSION} could not be had, the first is "
        f"{missing[0].group}:{missing[0].name}:{missing[0].version} ({tried}). Either put the jars "
        f"named in {Path(__file__).with_name('kafka_jars.lock')} into {cache_folder()}, or unpack "
        f"kafka_2.13-{KAFKA_VERSION}.tgz and set {JARS_VARIABLE} to its folder libs."
    )
