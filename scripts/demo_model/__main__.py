"""Command line: `python -m scripts.demo_model WORK [STEP...]`."""

import argparse
import logging
from pathlib import Path

from scripts.demo_model.steps import STEPS


def main() -> None:
    """Run the asked steps."""
    parser = argparse.ArgumentParser(prog="train_demo_model", description=__doc__)
    parser.add_argument("work", type=Path, help="folder for what is not committed")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"none: all of {' '.join(STEPS)}")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    arguments.work.mkdir(parents=True, exist_ok=True)
    for name in arguments.steps or STEPS:
        STEPS[name](arguments.work)


if __name__ == "__main__":
    main()
