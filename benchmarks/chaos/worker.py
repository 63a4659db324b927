"""One worker under test: `python -m benchmarks.chaos.worker STAGE [--sabotage NAME]`."""

import argparse
import asyncio

from agents import wiring
from agents.health import Health
from agents.logs import start_logging
from agents.settings import load_settings
from benchmarks.chaos.recordings import STAGES
from benchmarks.chaos.sabotage import SABOTAGES
from benchmarks.chaos.steps import diarist_worker, transcriber_worker


def main() -> None:
    """Run the worker as the product does, with other work for those that need a model."""
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--sabotage", choices=list(SABOTAGES))
    arguments = parser.parse_args()
    if arguments.sabotage:
        SABOTAGES[arguments.sabotage]()
    wiring.WORKERS.update(transcriber=transcriber_worker, diarist=diarist_worker)
    settings = load_settings()
    start_logging(settings.log_level)
    asyncio.run(wiring.run_worker(arguments.stage, settings, Health()))


if __name__ == "__main__":
    main()
