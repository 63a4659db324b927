"""Settings: where they come from, and what is said about wrong ones."""

import os
from datetime import time
from pathlib import Path

import pytest

from agents.errors import SettingsError
from agents.settings import load_settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's own settings out."""
    for name in [name for name in os.environ if name.startswith("DAYBOOK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_without_anything_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.kafka_bootstrap is None
    assert (settings.session_timeout_s, settings.heartbeat_s) == (10.0, 1.0)
    assert (settings.day_start, settings.user, settings.tenant) == (time(4), "me", "default")


def test_the_environment_goes_before_the_file_before_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("daybook.toml").write_text('user = "from-file"\ntenant = "from-file"\n')
    monkeypatch.setenv("DAYBOOK_USER", "from-environment")
    settings = load_settings()
    assert (settings.user, settings.tenant, settings.in_flight) == (
        "from-environment",
        "from-file",
        16,
    )


def test_an_argument_goes_before_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_USER", "from-environment")
    assert load_settings(user="told").user == "told"


def test_an_empty_variable_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "")
    monkeypatch.setenv("DAYBOOK_USER", "")
    assert (load_settings().kafka_bootstrap, load_settings().user) == (None, "me")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DAYBOOK_IN_FLIGHT", "none", "integer"),
        ("DAYBOOK_IN_FLIGHT", "0", "greater than or equal to 1"),
        ("DAYBOOK_SESSION_TIMEOUT_S", "nan", "less than or equal to 300"),
        ("DAYBOOK_HEALTH_PORT", "70000", "less than or equal to 65535"),
        ("DAYBOOK_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("DAYBOOK_DAY_START", "dawn", "time"),
        ("DAYBOOK_USER", "a/b", "1 to 200 characters of A-Z"),
        ("DAYBOOK_TENANT", "Zoë", "1 to 200 characters of A-Z"),
        ("DAYBOOK_FETCH_DEADLINE", "0", "greater than 0"),
        ("DAYBOOK_STORE", "gs://kept", "s3://bucket/prefix"),
        ("DAYBOOK_STORE", "s3://kept/{user}", "artefacts are everybody's"),
        ("DAYBOOK_STORE", "s3://kept/a/../b", "s3://bucket/prefix"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    said = refusal()
    assert said.startswith(f"{name}={value!r}: ")
    assert allowed in said


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_IN_FLIGHT", "0")
    monkeypatch.setenv("DAYBOOK_HEARTBEAT_S", "-1")
    names = sorted(line.partition("=")[0] for line in refusal().splitlines())
    assert names == ["DAYBOOK_HEARTBEAT_S", "DAYBOOK_IN_FLIGHT"]


def test_an_unknown_key_in_the_file_is_named() -> None:
    Path("daybook.toml").write_text('usr = "ada"\n')
    expected = "'usr' in daybook.toml is no setting; `daybook settings` lists them all"
    assert refusal() == expected


def test_a_file_that_is_no_toml_is_named() -> None:
    Path("daybook.toml").write_text("user = ada")
    assert refusal().startswith("daybook.toml: ")
    assert "line 1" in refusal()


def test_a_wrong_secret_is_not_shown() -> None:
    Path("daybook.toml").write_text("kafka_sasl_password = [20261118]\n")
    said = refusal()
    assert said.startswith("DAYBOOK_KAFKA_SASL_PASSWORD=***: ")
    assert "20261118" not in said


def test_a_secret_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_KAFKA_SASL_PASSWORD", "hunter2")
    settings = load_settings()
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert settings.kafka_sasl_password is not None
    assert settings.kafka_sasl_password.get_secret_value() == "hunter2"


def test_folders_are_separated_by_colons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_AUDIO_ROOTS", "/a::/b c:")
    monkeypatch.setenv("DAYBOOK_STATE_DIR", "/state")
    settings = load_settings()
    assert settings.audio_roots == (Path("/a"), Path("/b c"))
    assert settings.readable_roots == (Path("/state/audio"), Path("/a"), Path("/b c"))


def test_folders_are_an_array_in_the_file() -> None:
    Path("daybook.toml").write_text('audio_roots = ["/a", "/b"]\n')
    assert load_settings().audio_roots == (Path("/a"), Path("/b"))


def test_hosts_and_buckets_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_AUDIO_HOSTS", "Memos.example, 10.0.0.1:8080,[::1]:80,")
    monkeypatch.setenv("DAYBOOK_AUDIO_BUCKETS", "s3://memos/{tenant}/x/{user}/, s3://shared")
    settings = load_settings()
    assert settings.audio_hosts == ("memos.example", "10.0.0.1:8080", "[::1]:80")
    assert settings.audio_buckets == ("s3://memos/{tenant}/x/{user}", "s3://shared")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAYBOOK_AUDIO_HOSTS", "http://memos.example"),
        ("DAYBOOK_AUDIO_HOSTS", "memos.example/x"),
        ("DAYBOOK_AUDIO_HOSTS", "10.0.0.0/8"),
        ("DAYBOOK_AUDIO_HOSTS", "*.example"),
        ("DAYBOOK_AUDIO_HOSTS", "::1"),
        ("DAYBOOK_AUDIO_HOSTS", "memos.example:http"),
        ("DAYBOOK_AUDIO_BUCKETS", "memos"),
        ("DAYBOOK_AUDIO_BUCKETS", "gs://memos"),
        ("DAYBOOK_AUDIO_BUCKETS", "s3://"),
        ("DAYBOOK_AUDIO_BUCKETS", "s3://{tenant}"),
        ("DAYBOOK_AUDIO_BUCKETS", "s3://memos/{tenant}-{user}"),
        ("DAYBOOK_AUDIO_BUCKETS", "s3://memos/x{user}"),
        ("DAYBOOK_AUDIO_BUCKETS", "s3://memos/{other}"),
        ("DAYBOOK_AUDIO_BUCKETS", "s3://memos//x"),
        ("DAYBOOK_AUDIO_BUCKETS", "s3://memos/../x"),
        ("DAYBOOK_AUDIO_BUCKETS", "s3://memos?x"),
    ],
)
def test_a_wrong_host_or_bucket_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, f"good.example,{value}" if "HOST" in name else f"s3://good,{value}")
    said = refusal()
    assert said.startswith(name)
    assert repr(value) in said


def test_a_store_is_a_folder_or_a_bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    found = []
    for value in ("~/kept", "/kept", "kept", "s3://kept/daybook/"):
        monkeypatch.setenv("DAYBOOK_STORE", value)
        found.append(load_settings().store)
    assert found == ["/home/ada/kept", "/kept", str(tmp_path / "kept"), "s3://kept/daybook"]


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("DAYBOOK_AUDIO_ROOTS", "/a:~/recordings")
    Path("daybook.toml").write_text('state_dir = "~/state"\nkafka_ssl_ca = "~/ca.pem"\n')
    settings = load_settings()
    assert settings.audio_roots == (Path("/a"), Path("/home/ada/recordings"))
    assert settings.state_dir == Path("/home/ada/state")
    assert settings.kafka_ssl_ca == Path("/home/ada/ca.pem")


def test_the_home_of_nobody_is_a_wrong_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_STATE_DIR", "~no-such-person/state")
    assert refusal().startswith("DAYBOOK_STATE_DIR='~no-such-person/state': ")


def test_another_file_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Path("daybook.toml").write_text('user = "here"\n')
    (tmp_path / "other.toml").write_text('user = "there"\n')
    monkeypatch.setenv("DAYBOOK_CONFIG", str(tmp_path / "other.toml"))
    assert load_settings().user == "there"


@pytest.mark.parametrize("named", ["missing.toml", "."])
def test_a_named_file_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("DAYBOOK_CONFIG", named)
    assert refusal() == f"DAYBOOK_CONFIG={named!r}: there is no such file"


@pytest.mark.parametrize("named", ["", os.devnull])
def test_no_file_at_all_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("DAYBOOK_CONFIG", named)
    assert load_settings().user == "me"


@pytest.mark.parametrize(
    "url", ["redis://", "http://:s3cret@redis", "redis://:s3/cret@redis", "redis://:s3cret@a:b"]
)
def test_a_wrong_address_of_redis_is_not_shown(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DAYBOOK_REDIS_URL", url)
    said = refusal()
    assert said.startswith("DAYBOOK_REDIS_URL=***: ")
    assert "rediss://…" in said
    assert not any(part in said for part in ("s3cret", "cret@", "s3/"))


@pytest.mark.parametrize(
    "url", ["redis://redis", "rediss://a:s3cret@redis:6380/2", "unix:///run/redis.sock"]
)
def test_the_address_of_redis_is_kept_from_view(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DAYBOOK_REDIS_URL", url)
    settings = load_settings()
    assert settings.redis_url is not None
    assert settings.redis_url.get_secret_value() == url
    assert url not in repr(settings)
