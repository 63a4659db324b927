"""Every id is derived from what it names: a replay and a redrive publish the same ids again."""

from collections import Counter

from agents.demo import recordings
from tests.promises.conftest import Site
from tests.support.worker_processes import PRODUCT

GROUP, TOPIC = "daybook.transcriber", "audio.received"
CLIPS = [recording.path for recording in recordings()[:3]]
LATE = CLIPS[-1].name
"""Announced before its file is there."""
WITHIN_S = 90.0


def await_transcripts(site: Site, count: int) -> None:
    site.outcomes.await_that(
        f"{count} transcripts", lambda: len(site.outcomes.transcripts) >= count, within_s=WITHIN_S
    )


def test_a_redrive_and_a_replay_publish_the_same_ids_again(site: Site) -> None:
    for clip in CLIPS:
        if clip.name != LATE:
            site.run.give(clip)
        site.send(clip.name)
    worker = site.run.start(PRODUCT)
    names = [clip.name for clip in CLIPS]
    site.outcomes.await_keys(names, within_s=WITHIN_S)
    assert site.outcomes.reasons == {LATE: "audio-missing"}

    site.run.give(CLIPS[-1])
    site.run.ok("dlq", "redrive", "--topic", site.outcomes.letters[0].topic, "--yes")
    await_transcripts(site, 3)
    assert worker.stop() == 0

    first = site.outcomes.transcript_ids
    assert sorted(first) == sorted(names)
    site.run.ok("offsets", "reset", "--group", GROUP, "--topic", TOPIC, "--to-earliest", "--yes")
    worker = site.run.start(PRODUCT)
    await_transcripts(site, 6)
    assert worker.stop() == 0

    site.outcomes.read_to_end()
    assert site.outcomes.transcript_ids == first
    assert set(Counter(one.headers["ce_id"] for one in site.outcomes.transcripts).values()) == {2}
