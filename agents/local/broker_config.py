"""The configuration of the local broker: one node, one machine, one person's data."""

from collections.abc import Mapping
from pathlib import Path

JAVA_FLAGS = (
    "-Xms64m",
    "-Xmx512m",
    "-XX:MaxMetaspaceSize=192m",
    # A broker out of memory answers some requests and not others; one that ends is started again.
    "-XX:+ExitOnOutOfMemoryError",
)

MESSAGE_MAX_BYTES = 10 << 20
"""Largest record batch: the pages of `diaries.daily` may have 8 MiB, plus their headers."""

DEFAULTS: Mapping[str, str] = {
    "auto.create.topics.enable": "false",
    "message.max.bytes": str(MESSAGE_MAX_BYTES),
    "replica.fetch.max.bytes": str(MESSAGE_MAX_BYTES),
    # Longer than records live, so that a group that rests does not begin again from the start.
    "offsets.retention.minutes": str(90 * 24 * 60),
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    # A broker that was killed may come back only after the session of its former life has ended.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    # Sized for a small heap; each of these is taken whole at the start.
    "log.cleaner.dedupe.buffer.size": str(16 << 20),
    "log.index.size.max.bytes": str(2 << 20),
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "4",
}

LOG4J = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
# A warning that repeats without end must not fill the disk; errors always pass.
appender.out.filter.burst.type = BurstFilter
appender.out.filter.burst.level = WARN
appender.out.filter.burst.rate = 1
appender.out.filter.burst.maxBurst = 500
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
"""


def server_properties(
    *, data_dir: Path, port: int, controller_port: int, overrides: Mapping[str, str]
) -> str:
    """Render Kafka's `server.properties`; `overrides` win over everything but the addresses."""
    fixed = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data_dir),
    }
    merged = {**DEFAULTS, **overrides, **fixed}
    return "".join(f"{key}={_escaped(value)}\n" for key, value in merged.items())


def _escaped(value: str) -> str:
    """Write a value so that Java's Properties reads the same text, also outside of ASCII."""
    text = value.replace("\\", "\\\\").replace("\n", "\\n")
    return "".join(c if c.isascii() else _java_escape(c) for c in text)


def _java_escape(character: str) -> str:
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
