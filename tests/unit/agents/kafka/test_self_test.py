"""A worker refuses to start on libraries that lack what it needs."""

import pytest
from aiokafka import codec

from agents.errors import SettingsError
from agents.kafka import self_test as self_test_module
from agents.kafka.self_test import self_test


def test_the_libraries_that_are_pinned_have_everything() -> None:
    self_test()


def test_a_codec_without_its_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "has_zstd", lambda: False)
    monkeypatch.setattr(codec, "has_lz4", lambda: False)
    with pytest.raises(SettingsError, match="lz4, zstd cannot be read: install cramjam"):
        self_test()


@pytest.mark.parametrize(
    "name", ["aiokafka.gone:Fetcher", "aiokafka:Gone.seek", "aiokafka:AIOKafkaConsumer._gone"]
)
def test_an_internal_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(self_test_module, "INTERNALS", (("aiokafka", name),))
    with pytest.raises(SettingsError, match=rf"has no {name}.*install aiokafka==\d"):
        self_test()


def test_internals_are_listed_once_and_in_order() -> None:
    names = [(package, name.split(":")) for package, name in self_test_module.INTERNALS]
    assert names == sorted(names)
    assert len(set(self_test_module.INTERNALS)) == len(names)
