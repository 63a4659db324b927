"""Command line: `python -m scripts.two_voices`."""

import argparse
import logging
from pathlib import Path

from faster_whisper import WhisperModel

from scripts.two_voices import dialogues

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]


def main() -> None:
    """Make the recordings anew, each heard exactly by the bundled model."""
    argparse.ArgumentParser(prog="make_two_voices", description=__doc__).parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    model = WhisperModel(str(_ROOT / "agents/demo/model"), device="cpu", compute_type="int8")
    dialogues.make(model, _HERE / "dialogues.toml", _ROOT / "tests/data/two_voices")


if __name__ == "__main__":
    main()
