"""Runs the programs in Kafka's jars: the broker, and its own command line tools."""

import subprocess
from collections.abc import Sequence

from agents.local.java import find_java
from agents.local.kafka_jars import classpath

CONSUMER_GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
"""What Kafka's download calls `kafka-consumer-groups.sh`."""

TOPICS = "org.apache.kafka.tools.TopicCommand"
"""What Kafka's download calls `kafka-topics.sh`."""

STORAGE = "kafka.tools.StorageTool"
"""What Kafka's download calls `kafka-storage.sh`."""

BROKER = "kafka.Kafka"

JAVA_FLAGS = (
    "-Djava.awt.headless=true",
    # One broker on one machine starts sooner and eats less with these; more threads gain nothing.
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
)


def java_command(main_class: str, *args: str, java_flags: Sequence[str] = ()) -> list[str]:
    """Return the command that runs a class of Kafka.

    Raises:
        DependencyUnavailable: there is no Java, or the jars cannot be had.

    """
    return [str(find_java()), *JAVA_FLAGS, *java_flags, "-cp", classpath(), main_class, *args]


def run_tool(
    main_class: str, *args: str, timeout_s: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """Run one of Kafka's own command line tools and return its exit code and all that it said.

    Raises:
        DependencyUnavailable: there is no Java, or the jars cannot be had.
        subprocess.TimeoutExpired: it did not end in time and was killed.

    """
    return subprocess.run(
        java_command(main_class, *args, java_flags=("-Xmx256m",)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
