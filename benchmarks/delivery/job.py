"""What a contender is told: where to read, where to write. Only the standard library is needed."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Move every record of one topic to another, until SIGTERM."""

    bootstrap: str
    group: str
    """Consumer group, of this run alone."""
    source: str
    target: str
    status: str
    """Topic for what a contender tells beside its results."""
    options: Mapping[str, int] = field(default_factory=dict)

    def as_argument(self) -> str:
        """Return the job as one word of a command line."""
        return json.dumps(asdict(self))


def job_of_arguments() -> Job:
    """Read the job of this process."""
    return Job(**json.loads(sys.argv[1]))
