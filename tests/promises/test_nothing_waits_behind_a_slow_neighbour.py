"""Records of one partition are worked on side by side and published as they finish.

A twenty-minute recording keeps the bundled model busy for longer than a test should last on a small
machine. The long one is therefore a recording whose work lasts until the test ends it
(`tests/support/held_transcriber.py`): however short the others are, it is still in work after them.
"""

import json
from collections import Counter
from typing import Any

from tests.promises.conftest import Site
from tests.support.pipeline import eventually
from tests.support.worker_processes import HELD

LONG = "twenty-minutes"
SHORT = [f"short-{number}" for number in range(40)]
"""More than a worker works on at once."""
WITHIN_S = 60.0


def standing(site: Site) -> dict[str, Any]:
    """Return where the group stands in the only partition, as an operator sees it."""
    asked = ("--group", "daybook.transcriber", "--topic", "audio.received", "--json")
    (place,) = json.loads(site.run.ok("offsets", "show", *asked))
    return {name: place[name] for name in ("committed", "beyond", "end")}


def await_begun(site: Site, times: int) -> None:
    site.outcomes.await_that(
        f"the long recording is begun {times} times",
        lambda: site.outcomes.times_begun(LONG) >= times,
        within_s=WITHIN_S,
    )


def test_short_recordings_come_out_while_a_long_one_before_them_is_in_work(site: Site) -> None:
    site.send(LONG)
    worker = site.run.start(HELD)
    await_begun(site, 1)
    for name in SHORT:
        site.send_heard(name)
    site.outcomes.await_keys(SHORT, within_s=WITHIN_S)
    assert site.outcomes.keys == Counter(SHORT)

    # The long one's offset is the committed one; that the others are done is said beside it.
    half_done = {"committed": 0, "beyond": len(SHORT), "end": len(SHORT) + 1}
    eventually(lambda: standing(site) == half_done or None, within_s=WITHIN_S, what="the commit")

    worker.kill()
    successor = site.run.start(HELD)
    await_begun(site, 2)
    site.outcomes.await_keys([site.send_heard("after")], within_s=WITHIN_S)
    assert site.outcomes.keys == Counter([*SHORT, "after"])

    site.run.give_bytes(b"sound", LONG)
    site.outcomes.await_keys([LONG], within_s=WITHIN_S)
    assert successor.stop() == 0  # whatever it would still have repeated is out now
    site.outcomes.read_to_end()
    assert site.outcomes.keys == Counter([*SHORT, "after", LONG])
    assert standing(site)["beyond"] == 0
