"""How each client is told to reach the brokers, for every way of securing them."""

import ssl
from pathlib import Path
from typing import Any

import certifi
import faust
import pytest
from pydantic import SecretStr

from agents.errors import SettingsError
from agents.kafka.client_settings import (
    aiokafka_settings,
    bootstrap_of,
    faust_credentials,
    librdkafka_settings,
)
from tests.support.kafka_settings import kafka_settings

CA = Path(certifi.where())
LOGIN: dict[str, Any] = {
    "kafka_sasl_mechanism": "SCRAM-SHA-512",
    "kafka_sasl_username": "ada",
    "kafka_sasl_password": SecretStr("hunter2"),
}


def secured(protocol: str) -> Any:
    return kafka_settings(
        kafka_bootstrap="a:1,b:2", kafka_security_protocol=protocol, kafka_ssl_ca=CA, **LOGIN
    )


def test_blanks_between_brokers_are_no_part_of_their_names() -> None:
    assert bootstrap_of(kafka_settings(kafka_bootstrap=" a:1, b:2 ")) == "a:1,b:2"


def test_without_a_broker_the_error_says_how_to_get_one() -> None:
    with pytest.raises(SettingsError, match="set DAYBOOK_KAFKA_BOOTSTRAP=host:port"):
        bootstrap_of(kafka_settings(kafka_bootstrap=None))


def test_unsecured_clients_are_told_no_secrets() -> None:
    settings = kafka_settings(kafka_bootstrap="a:1", **LOGIN)
    assert librdkafka_settings(settings) == {
        "bootstrap.servers": "a:1",
        "security.protocol": "PLAINTEXT",
        "message.max.bytes": 8 << 20,
        "log_level": 2,
    }
    assert aiokafka_settings(settings) == {
        "bootstrap_servers": "a:1",
        "security_protocol": "PLAINTEXT",
    }
    assert faust_credentials(settings) is None


@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
def test_who_logs_in_says_who_it_is(protocol: str) -> None:
    settings = secured(protocol)
    told = librdkafka_settings(settings)
    assert (told["sasl.mechanisms"], told["sasl.username"], told["sasl.password"]) == (
        "SCRAM-SHA-512",
        "ada",
        "hunter2",
    )
    told = aiokafka_settings(settings)
    assert told["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (told["sasl_plain_username"], told["sasl_plain_password"]) == ("ada", "hunter2")


@pytest.mark.parametrize("protocol", ["SSL", "SASL_SSL"])
def test_encrypted_clients_trust_the_authorities_named(protocol: str) -> None:
    settings = secured(protocol)
    told = aiokafka_settings(settings)
    assert isinstance(told["ssl_context"], ssl.SSLContext)
    assert told["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert librdkafka_settings(settings)["ssl.ca.location"] == str(CA)
    assert "sasl_mechanism" not in aiokafka_settings(secured("SSL"))


@pytest.mark.parametrize(
    ("protocol", "kind", "encrypted"),
    [
        ("SSL", faust.SSLCredentials, True),
        ("SASL_PLAINTEXT", faust.SASLCredentials, False),
        ("SASL_SSL", faust.SASLCredentials, True),
    ],
)
def test_faust_is_told_the_same_in_its_own_words(
    protocol: str, kind: Any, *, encrypted: bool
) -> None:
    credentials = faust_credentials(secured(protocol))
    assert type(credentials) is kind
    assert credentials.protocol.value == protocol
    context = getattr(credentials, "context", None) or credentials.ssl_context
    assert isinstance(context, ssl.SSLContext) is encrypted


def test_faust_logs_in_as_the_same_person() -> None:
    credentials = faust_credentials(secured("SASL_SSL"))
    assert (credentials.username, credentials.password) == ("ada", "hunter2")
    assert credentials.mechanism.value == "SCRAM-SHA-512"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_authorities_that_cannot_be_read_are_a_wrong_setting(
    tmp_path: Path, content: str | None
) -> None:
    authorities = tmp_path / "ca.pem"
    if content is not None:
        authorities.write_text(content)
    settings = kafka_settings(kafka_security_protocol="SSL", kafka_ssl_ca=authorities)
    with pytest.raises(SettingsError, match="DAYBOOK_KAFKA_SSL_CA="):
        aiokafka_settings(settings)


def test_without_authorities_named_the_machines_own_are_trusted() -> None:
    context = aiokafka_settings(kafka_settings(kafka_security_protocol="SSL"))["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_login_without_a_password_is_an_empty_one() -> None:
    settings = kafka_settings(kafka_security_protocol="SASL_PLAINTEXT")
    told = librdkafka_settings(settings)
    assert (told["sasl.username"], told["sasl.password"]) == ("", "")
