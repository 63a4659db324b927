"""A chaos run among diarists: `python -m benchmarks.chaos_diarist.run --memory redis --seed 1`."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.chaos.cluster import seeded
from benchmarks.chaos.result import told
from benchmarks.chaos_diarist import result as results
from benchmarks.chaos_diarist.trial import Trial


def main() -> int:
    """Run, print and write what came of it; 1 if anything is not as promised."""
    arguments = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="daybook-chaos-diarist-") as temporary:
        result = Trial(
            seed=seeded(arguments.seed),
            faults=arguments.faults,
            recordings=arguments.recordings,
            workers=arguments.workers,
            gap_s=arguments.gap_s,
            memory=arguments.memory,
            sabotage=arguments.sabotage,
            folder=arguments.folder or Path(temporary),
        ).run()
    return told(results.write(result, arguments.results), result.problems)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", choices=("redis", "sqlite"), default="redis")
    parser.add_argument("--sabotage", choices=("forgetful",))
    parser.add_argument("--faults", type=int, default=40)
    parser.add_argument("--recordings", type=int, default=500)
    parser.add_argument("--seed", type=int, help="one of chance if left out")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--gap-s", type=float, default=5.0, help="mean time between faults")
    parser.add_argument("--folder", type=Path, help="where broker and logs live, to keep them")
    parser.add_argument("--results", type=Path, default=results.RESULTS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
