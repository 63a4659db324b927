"""What brokers answer is told apart: not now, no, or what the caller expects."""

import pytest
from confluent_kafka import KafkaError, KafkaException

from agents.errors import DependencyUnavailable, SettingsError
from agents.kafka.topic_admin import RESTARTING, asked


def answer(code: int) -> None:
    raise KafkaException(KafkaError(code))


@pytest.mark.parametrize("code", sorted({KafkaError._TRANSPORT, *RESTARTING}))
def test_brokers_that_restart_do_not_refuse(code: int) -> None:
    with pytest.raises(DependencyUnavailable):
        asked(lambda: answer(code))


def test_a_refusal_is_one_unless_it_was_expected() -> None:
    denied = KafkaError.TOPIC_AUTHORIZATION_FAILED
    with pytest.raises(SettingsError):
        asked(lambda: answer(denied))
    assert asked(lambda: answer(denied), KafkaError.UNKNOWN_TOPIC_OR_PART, denied) is None
