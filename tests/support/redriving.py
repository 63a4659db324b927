"""A redrive in a process of its own, so that it can be killed: BOOTSTRAP LETTERS REDRIVE RATE."""

import sys
from dataclasses import replace

from agents.delivery.letter import Selection
from agents.kafka.dead_letters import DeadLetterTopic
from agents.kafka.redrive import Pace, Redrive
from agents.settings import load_settings
from topics.catalogue import load


def main(bootstrap: str, letters: str, redrive: str, rate: str) -> None:
    """Hand everything back."""
    catalogue = load()
    topic = DeadLetterTopic(
        name=letters,
        group="daybook.transcriber",
        origin=catalogue.audio_received,
        redrive=replace(catalogue.redrive_topic("daybook.transcriber"), name=redrive),
    )
    with Redrive(load_settings(kafka_bootstrap=bootstrap), topic) as run:
        run.run(Selection(), Pace(rate_per_s=float(rate)))


if __name__ == "__main__":
    main(*sys.argv[1:])
