"""Bad input ends as a dead letter and stops nobody; a dependency that fails is waited for."""

import json
from collections import Counter

from agents.demo import recordings
from agents.local.broker import LocalBroker
from agents.local.processes import free_port
from tests.promises.conftest import OpenRun, Site
from tests.support.worker_processes import HELD, PRODUCT

SOON_S = 20.0
"""Within this a dead letter is there, on a loaded machine too."""
WITHIN_S = 90.0
CLIP = recordings()[0]


def send_bad(site: Site) -> dict[str, str]:
    """Publish records that are wrong in different ways; return the reason that each deserves."""
    site.run.give_bytes(b"these are words, not sound" * 100, "words.mp3")
    site.send("words", "words.mp3")
    site.send("nowhere")
    site.producer.send_bytes(b"\x00\x00\x00\x00\x01\xff", key="cut")
    site.producer.send_bytes(None, key="nothing")
    event = {"user_id": "ada", "recording_id": "secret", "audio_uri": "file:///etc/passwd"}
    site.producer.send_bytes(json.dumps(event).encode(), key="secret")
    return {
        "words": "audio-undecodable",
        "nowhere": "audio-missing",
        "cut": "undecodable",
        "nothing": "empty",
        "secret": "uri-forbidden",
    }


def test_bad_input_is_a_dead_letter_within_seconds_and_its_neighbours_go_on(site: Site) -> None:
    site.run.give(CLIP.path)
    worker = site.run.start(PRODUCT)
    worker.await_ready()
    site.send("before", CLIP.path.name)
    reasons = send_bad(site)
    site.send("behind", CLIP.path.name)
    site.outcomes.await_that(
        "all dead letters", lambda: site.outcomes.reasons == reasons, within_s=SOON_S
    )
    site.outcomes.await_keys(["before", "behind"], within_s=WITHIN_S)
    answer = worker.probe()
    assert answer is not None
    assert (answer.status, worker.stop()) == (200, 0)
    site.outcomes.read_to_end()
    assert site.outcomes.keys == Counter(["before", "behind", *reasons])


def test_a_folder_of_recordings_that_is_away_is_waited_for(site: Site) -> None:
    site.run.give(CLIP.path)
    away = site.run.audio_dir.rename(site.run.audio_dir.with_name("away"))
    worker = site.run.start(PRODUCT)
    names = [site.send(f"clip-{number}", CLIP.path.name) for number in range(3)]
    assert worker.await_waiting_for("audio-root").status == 503

    away.rename(site.run.audio_dir)
    site.outcomes.await_keys(names, within_s=WITHIN_S)
    worker.await_ready()
    assert worker.stop() == 0
    site.outcomes.read_to_end()
    assert Counter(one.key for one in site.outcomes.transcripts) == Counter(names)
    assert site.outcomes.letters == []


def test_a_broker_that_is_away_is_waited_for_by_who_works_and_by_who_begins(
    site: Site, broker: LocalBroker
) -> None:
    worker = site.run.start(HELD)
    names = [site.send(f"clip-{number}") for number in range(3)]
    site.outcomes.await_that(
        "all in work", lambda: all(map(site.outcomes.times_begun, names)), within_s=WITHIN_S
    )
    broker.kill()
    for name in names:
        site.run.give_bytes(b"sound", name)
    beginner = site.run.start(HELD)
    for waiting in (beginner, worker):
        assert waiting.await_waiting_for("kafka").status == 503
        alive = waiting.probe("/livez")
        assert alive is not None
        assert (alive.status, alive.waiting_for) == (200, ["kafka"])

    broker.start()
    site.outcomes.await_keys(names, within_s=WITHIN_S)
    for waiting in (beginner, worker):
        waiting.await_ready()
    assert worker.stop() == 0
    site.outcomes.await_keys([site.send_heard("after")], within_s=WITHIN_S)
    assert beginner.stop() == 0
    site.outcomes.read_to_end()
    assert Counter(one.key for one in site.outcomes.transcripts) == Counter([*names, "after"])
    assert site.outcomes.letters == []


def test_a_worker_that_waits_for_the_broker_ends_when_it_is_told_to(open_run: OpenRun) -> None:
    worker = open_run(f"127.0.0.1:{free_port()}").start(PRODUCT)
    assert worker.await_waiting_for("kafka").status == 503
    assert worker.stop() == 0


def test_a_worker_with_nothing_to_do_says_that_its_broker_is_away(
    site: Site, broker: LocalBroker
) -> None:
    worker = site.run.start(HELD)
    worker.await_ready()
    broker.kill()
    assert worker.await_waiting_for("kafka").status == 503
    broker.start()
    worker.await_ready()
    site.send_heard("afterwards")
    site.outcomes.await_keys(["afterwards"], within_s=WITHIN_S)
    assert worker.stop() == 0
