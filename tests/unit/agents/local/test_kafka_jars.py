"""The cache of Kafka's jars: whole or made again, and never trusted unseen."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agents.errors import DependencyUnavailable
from agents.local import kafka_jars
from agents.local.kafka_jars import JARS_VARIABLE, classpath, fetchers, jar_list, whole_cache
from agents.local.maven import Artefact


def an_artefact(name: str, content: bytes) -> Artefact:
    digest = hashlib.sha256(content).hexdigest()
    return Artefact.parse(f"org.example:{name}:1.0 {len(content)} {digest}")


WANTED = (an_artefact("one", b"first"), an_artefact("two", b"second"))


class Repository:
    """Hands out jars, and remembers what it was asked for."""

    def __init__(self, **contents: bytes) -> None:
        self.contents = contents
        self.asked: list[str] = []

    def fetch(self, artefacts: Sequence[Artefact], folder: Path) -> None:
        for artefact in artefacts:
            self.asked.append(artefact.name)
            if artefact.name not in self.contents:
                raise RuntimeError(f"404 {artefact.file_name}")
            (folder / artefact.file_name).write_bytes(self.contents[artefact.name])


@pytest.fixture(autouse=True)
def _no_maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    monkeypatch.delenv(JARS_VARIABLE, raising=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_jars_are_fetched_once(tmp_path: Path) -> None:
    repository = Repository(one=b"first", two=b"second")

    for _ in range(2):
        folder = whole_cache(tmp_path / "jars", WANTED, [("it", repository.fetch)])

    assert names(folder) == ["one-1.0.jar", "two-1.0.jar"]
    assert repository.asked == ["one", "two"]
    assert names(tmp_path) == ["jars", "jars.lock"]


def test_a_damaged_cache_is_made_again_from_what_is_good_in_it(tmp_path: Path) -> None:
    repository = Repository(one=b"first", two=b"second")
    folder = tmp_path / "jars"
    folder.mkdir()
    (folder / "one-1.0.jar").write_bytes(b"first")
    (folder / "two-1.0.jar").write_bytes(b"sec")

    whole_cache(folder, WANTED, [("it", repository.fetch)])

    assert (folder / "two-1.0.jar").read_bytes() == b"second"
    assert repository.asked == ["two"]


def test_mavens_own_store_is_used_first(tmp_path: Path) -> None:
    repository = Repository(two=b"second")
    stored = tmp_path / "m2" / "org" / "example" / "one" / "1.0" / "one-1.0.jar"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"first")

    whole_cache(tmp_path / "jars", WANTED, [("it", repository.fetch)])

    assert repository.asked == ["two"]


def test_the_second_way_gets_what_the_first_did_not(tmp_path: Path) -> None:
    first, second = Repository(one=b"first"), Repository(one=b"first", two=b"second")

    whole_cache(tmp_path / "jars", WANTED, [("1", first.fetch), ("2", second.fetch)])

    assert second.asked == ["two"]


def test_a_jar_with_other_bytes_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    forged = Repository(one=b"first", two=b"forged")

    with pytest.raises(DependencyUnavailable, match=r"org\.example:two:1\.0 .*other digests"):
        whole_cache(tmp_path / "jars", WANTED, [("it", forged.fetch)])

    assert names(tmp_path) == ["jars.lock"]


def test_without_a_net_the_error_says_what_was_tried_and_how_to_help(tmp_path: Path) -> None:
    empty = Repository()

    with pytest.raises(DependencyUnavailable) as caught:
        whole_cache(tmp_path / "jars", WANTED, [("jgo", empty.fetch), ("mvn", empty.fetch)])

    assert "jgo: 404 one-1.0.jar; mvn: 404 one-1.0.jar" in str(caught.value)
    assert JARS_VARIABLE in str(caught.value)


def test_two_at_once_fetch_once(tmp_path: Path) -> None:
    repository = Repository(one=b"first", two=b"second")

    def resolve(_: int) -> Path:
        return whole_cache(tmp_path / "jars", WANTED, [("it", repository.fetch)])

    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(resolve, range(4)))

    assert folders == {tmp_path / "jars"}
    assert repository.asked == ["one", "two"]


def test_a_persons_own_folder_is_taken_if_it_holds_kafka(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(JARS_VARIABLE, str(tmp_path))
    for artefact in jar_list():
        (tmp_path / artefact.file_name).touch()
    assert classpath().startswith(str(tmp_path))

    (tmp_path / "kafka-clients-4.3.1.jar").rename(tmp_path / "kafka-clients-3.9.1.jar")

    with pytest.raises(DependencyUnavailable, match=r"lacks kafka-clients-4\.3\.1\.jar$"):
        classpath()


def test_a_person_with_settings_for_maven_has_them_used_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    before = [name for name, _ in fetchers()]
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").touch()

    assert (before, [name for name, _ in fetchers()]) == (["jgo", "mvn"], ["mvn", "jgo"])


def test_the_list_names_kafka_itself_in_one_version() -> None:
    kafka = {a.version for a in jar_list() if a.group == "org.apache.kafka"}

    assert kafka == {kafka_jars.KAFKA_VERSION}
