"""For every accepted record there is exactly one output or one dead letter, whatever is killed.

Delivery, broker and signals are real. The work is a pause in place of a model: of random length, or
for some recordings until the last kill is over, so that each kill meets work in its middle.
"""

from collections import Counter
from collections.abc import Sequence

from agents.local.broker import LocalBroker
from tests.promises.conftest import Site
from tests.support.worker_processes import HELD

ROUNDS = range(3)
QUICK, HELD_BACK, HOPELESS, GARBAGE = 12, 3, 3, 3
"""Recordings of a round that are soon done, that are not, that have no sound, and no events."""
MORE = 4
"""Outcomes of a round before its kill."""
WITHIN_S = 90.0


def send_round(site: Site, number: int) -> None:
    """Publish a round of everything."""
    for name in named("held", number, HELD_BACK):
        site.send(name)
    for name in named("quick", number, QUICK):
        site.send_heard(name)
    for name in named("hopeless", number, HOPELESS):
        site.run.give_bytes(b"", name)
        site.send(name)
    for name in named("garbage", number, GARBAGE):
        site.producer.send_bytes(b"no event", key=name)


def named(kind: str, number: int, count: int) -> Sequence[str]:
    return [f"{kind}-{number}-{each}" for each in range(count)]


def await_some_and_others_in_work(site: Site, number: int) -> None:
    """Wait until some of a round came out, while what is held of it is in work."""
    held = named("held", number, HELD_BACK)
    before = site.outcomes.keys.total()
    site.outcomes.await_that(
        "some outcomes, and others in work",
        lambda: (
            site.outcomes.keys.total() >= before + MORE
            and all(map(site.outcomes.times_begun, held))
        ),
        within_s=WITHIN_S,
    )


def test_for_every_accepted_record_there_is_exactly_one_output_or_one_dead_letter(
    site: Site, broker: LocalBroker
) -> None:
    for number in ROUNDS[:-1]:
        worker = site.run.start(HELD)
        send_round(site, number)
        await_some_and_others_in_work(site, number)
        worker.kill()
    survivor = site.run.start(HELD)
    send_round(site, ROUNDS[-1])
    await_some_and_others_in_work(site, ROUNDS[-1])
    broker.kill()
    held = [name for number in ROUNDS for name in named("held", number, HELD_BACK)]
    for name in held:
        site.run.give_bytes(b"sound", name)
    broker.start()

    kinds = {"quick": QUICK, "held": HELD_BACK, "hopeless": HOPELESS, "garbage": GARBAGE}
    sent = [name for kind, count in kinds.items() for n in ROUNDS for name in named(kind, n, count)]
    site.outcomes.await_keys(sent, within_s=WITHIN_S)
    assert survivor.stop() == 0  # whatever it would still have repeated is out now
    site.outcomes.read_to_end()
    assert site.outcomes.keys == Counter(sent)
    assert Counter(name.partition("-")[0] for name in site.outcomes.reasons) == {
        "hopeless": HOPELESS * len(ROUNDS),
        "garbage": GARBAGE * len(ROUNDS),
    }
