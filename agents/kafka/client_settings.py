"""How each Kafka client is told where the brokers are and how to talk to them."""

import ssl
from typing import Any

import faust
from aiokafka.helpers import create_ssl_context

from agents.errors import SettingsError
from agents.settings import Settings

REQUEST_MAX_BYTES = 4 << 20
"""Largest request of our producers, in bytes."""
DAY_PAGE_MAX_BYTES = 8 << 20
"""Largest request of the producer of day pages, in bytes."""


def bootstrap_of(settings: Settings) -> str:
    """Return the brokers to begin with.

    Raises:
        SettingsError: none is configured.

    """
    if settings.kafka_bootstrap is None:
        raise SettingsError(
            "no broker is known: set DAYBOOK_KAFKA_BOOTSTRAP=host:port, or start a local one with "
            "`daybook broker start` or `daybook up`"
        )
    # Faust would take a blank after a comma for a part of the host's name.
    return ",".join(server.strip() for server in settings.kafka_bootstrap.split(","))


def librdkafka_settings(settings: Settings) -> dict[str, object]:
    """Return the settings that every confluent-kafka client shares."""
    result: dict[str, object] = {
        "bootstrap.servers": bootstrap_of(settings),
        "security.protocol": settings.kafka_security_protocol,
        "message.max.bytes": DAY_PAGE_MAX_BYTES,
        "log_level": 2,  # not that brokers do not answer: our own errors tell that, in words
    }
    if settings.kafka_security_protocol.startswith("SASL"):
        result |= {
            "sasl.mechanisms": settings.kafka_sasl_mechanism,
            "sasl.username": settings.kafka_sasl_username or "",
            "sasl.password": _password(settings),
        }
    if settings.kafka_ssl_ca is not None:
        result["ssl.ca.location"] = str(settings.kafka_ssl_ca)
    return result


def aiokafka_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that every aiokafka client shares."""
    result: dict[str, Any] = {
        "bootstrap_servers": bootstrap_of(settings),
        "security_protocol": settings.kafka_security_protocol,
    }
    if "SSL" in settings.kafka_security_protocol.split("_"):
        result["ssl_context"] = _ssl_context(settings)
    if settings.kafka_security_protocol.startswith("SASL"):
        result |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_sasl_username or "",
            "sasl_plain_password": _password(settings),
        }
    return result


def faust_credentials(settings: Settings) -> Any:
    """Return Faust's form of the same; None where nothing is secured."""
    secured = "SSL" in settings.kafka_security_protocol.split("_")
    if settings.kafka_security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=settings.kafka_sasl_username or "",
            password=_password(settings),
            mechanism=settings.kafka_sasl_mechanism,
            ssl_context=_ssl_context(settings) if secured else None,
        )
    return faust.SSLCredentials(context=_ssl_context(settings)) if secured else None


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    """Return what trusts the configured authorities, or those of the machine."""
    cafile = None if settings.kafka_ssl_ca is None else str(settings.kafka_ssl_ca)
    try:
        context: ssl.SSLContext = create_ssl_context(cafile=cafile)
    except OSError as error:
        raise SettingsError(f"DAYBOOK_KAFKA_SSL_CA={cafile!r} cannot be used: {error}") from error
    return context


def _password(settings: Settings) -> str:
    password = settings.kafka_sasl_password
    return "" if password is None else password.get_secret_value()
