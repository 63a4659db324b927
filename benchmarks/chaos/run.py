"""A chaos run: `python -m benchmarks.chaos.run --mode mixed --faults 300 --seed 1`."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.chaos import result as results
from benchmarks.chaos.cluster import seeded
from benchmarks.chaos.recordings import STAGES
from benchmarks.chaos.sabotage import SABOTAGES
from benchmarks.chaos.schedule import MODES
from benchmarks.chaos.trial import Trial


def main() -> int:
    """Run, print and write what came of it; 1 if anything is not as promised."""
    arguments = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="daybook-chaos-") as temporary:
        folder = arguments.folder or Path(temporary)
        trial = Trial(
            mode=arguments.mode,
            seed=seeded(arguments.seed),
            faults=arguments.faults,
            stages=tuple(arguments.stages),
            workers=arguments.workers,
            partitions=arguments.partitions,
            gap_s=arguments.gap_s,
            rate=arguments.rate,
            patience_s=arguments.patience_s,
            sabotage=arguments.sabotage,
            brokers=arguments.brokers,
            folder=folder,
        )
        result = trial.run()
    return results.told(results.write(result, arguments.results), result.problems)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=list(MODES), default="mixed")
    parser.add_argument("--sabotage", choices=list(SABOTAGES))
    parser.add_argument("--faults", type=int, default=300)
    parser.add_argument("--seed", type=int, help="one of chance if left out")
    parser.add_argument("--stages", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--workers", type=int, default=2, help="of each stage, to begin with")
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--gap-s", type=float, default=2.0, help="mean time between faults")
    parser.add_argument("--rate", type=float, default=15.0, help="recordings per second")
    parser.add_argument(
        "--patience-s", type=float, default=60.0, help="longest wait without progress at the end"
    )
    parser.add_argument("--folder", type=Path, help="where brokers and logs live, to keep them")
    parser.add_argument("--results", type=Path, default=results.RESULTS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
