"""Two ways to get jars from a Maven repository: the resolver `jgo`, and the person's own `mvn`."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

DOWNLOADS = 8
"""Jars downloaded at the same time: most are small, so that latency counts, not bandwidth."""

MVN_TIMEOUT_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """One jar: its Maven coordinates, and the bytes it must have."""

    group: str
    name: str
    version: str
    size_bytes: int
    sha256: str

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read `group:name:version size sha256`."""
        coordinates, size, sha256 = line.split()
        group, name, version = coordinates.split(":")
        return cls(group=group, name=name, version=version, size_bytes=int(size), sha256=sha256)

    @property
    def file_name(self) -> str:
        """The jar's name in any repository."""
        return f"{self.name}-{self.version}.jar"

    @property
    def repository_path(self) -> Path:
        """Where the jar lies in a repository's folder tree."""
        return Path(*self.group.split("."), self.name, self.version, self.file_name)


def fetch_by_jgo(artefacts: Sequence[Artefact], folder: Path) -> None:
    """Download jars into `folder`, from the repositories of jgo's settings, else Maven Central.

    Only jgo's download is used, not its resolver: that one takes older versions than Maven does
    (kafka-clients 3.9.1 for Kafka 4.3.1), wants a JDK, and downloads one where it finds none.

    Raises:
        OSError, RuntimeError: a jar could not be had.

    """
    # Here, because it takes a third of a second, which every command would wait for.
    from jgo.config import GlobalSettings  # noqa: PLC0415
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=folder) as repository:
        context = MavenContext(
            resolver=PythonResolver(), repo_cache=Path(repository), local_repos=[], timeout=20
        )
        context.remote_repos = {**GlobalSettings.load().repositories, **context.remote_repos}

        def download(artefact: Artefact) -> None:
            component = context.project(artefact.group, artefact.name).at_version(artefact.version)
            shutil.move(component.artifact().resolve(), folder / artefact.file_name)

        pool = ThreadPoolExecutor(DOWNLOADS, thread_name_prefix="jars")
        try:
            list(pool.map(download, artefacts))
        finally:
            pool.shutdown(cancel_futures=True)


def fetch_by_mvn(artefacts: Sequence[Artefact], folder: Path) -> None:
    """Copy jars into `folder` by the `mvn` in PATH, with the person's mirrors and proxies.

    Raises:
        RuntimeError: there is no mvn, or it failed; the message holds the end of what it said.
        OSError, subprocess.SubprocessError: it could not be run.

    """
    mvn = shutil.which("mvn")
    if mvn is None:
        raise RuntimeError("no program mvn in PATH")
    with tempfile.TemporaryDirectory() as project:
        pom = Path(project) / "pom.xml"
        pom.write_text(_pom(artefacts))
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
        done = subprocess.run(
            [mvn, "-q", "-B", "-f", pom, *goal],
            capture_output=True,
            text=True,
            timeout=MVN_TIMEOUT_S,
            check=False,
        )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise RuntimeError(" / ".join(said[:3]) or f"exit code {done.returncode}")


def _pom(artefacts: Sequence[Artefact]) -> str:
    """Name each jar itself, and nothing that they depend on: the list is complete."""
    dependencies = "".join(
        f"<dependency><groupId>{a.group}</groupId><artifactId>{a.name}</artifactId>"
        f"<version>{a.version}</version><exclusions><exclusion><groupId>*</groupId>"
        "<artifactId>*</artifactId></exclusion></exclusions></dependency>"
        for a in artefacts
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>daybook</groupId><artifactId>kafka-jars</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>"
    )
