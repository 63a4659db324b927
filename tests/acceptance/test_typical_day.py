"""A person's day, from clips to the page."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from agents import demo
from agents.demo import DemoRecording
from tests.support.foreign import ForeignConsumer, ForeignProducer, event_of
from tests.support.pipeline import Pipeline, eventually

USER = "typical"


@pytest.fixture(scope="module")
def heard(bootstrap: str, pipeline: Pipeline) -> Iterator[dict[str, dict[str, Any]]]:
    """Publish the bundled day, the late clip last; return the transcripts by their file's name."""
    producer = ForeignProducer(bootstrap)
    with ForeignConsumer(bootstrap, ["transcripts.ready"]) as consumer:
        sent = {
            publish(producer, pipeline, one): one.path.name
            for one in sorted(demo.recordings(), key=lambda one: one.late)
        }
        transcripts = consumer.wait_for(
            lambda one: one.key().decode() in sent, within_s=120, count=len(sent)
        )
        yield {sent[one.key().decode()]: event_of(one) for one in transcripts}


@pytest.fixture(scope="module")
def page(pipeline: Pipeline, heard: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Wait until the page of the day has every clip."""

    def look() -> dict[str, Any] | None:
        shown = pipeline.run("diary", "show", str(demo.day().date), "--user", USER, "--json")
        if shown.returncode:
            return None
        page: dict[str, Any] = json.loads(shown.stdout)
        return page if len(page["entries"]) == len(heard) else None

    return eventually(look, within_s=60, what=f"a page of {len(heard)} recordings")


def publish(producer: ForeignProducer, pipeline: Pipeline, one: DemoRecording) -> str:
    return producer.send_avro(
        user_id=USER,
        audio_uri=pipeline.give(one.path),
        recorded_at=one.recorded_at,
        time_zone=str(demo.day().time_zone),
    )


@pytest.mark.parametrize("one", demo.recordings(), ids=lambda one: one.path.stem)
def test_every_clip_becomes_its_exact_text(
    heard: dict[str, dict[str, Any]], one: DemoRecording
) -> None:
    transcript = heard[one.path.name]
    assert [part["text"] for part in transcript["segments"]] == list(one.segments)
    assert transcript["language"] == one.language
    assert transcript["status"] == ("OK" if one.text else "EMPTY")


def test_all_clips_belong_to_one_day(heard: dict[str, dict[str, Any]]) -> None:
    assert {transcript["diary_date"] for transcript in heard.values()} == {demo.day().date}


def test_the_page_of_the_day_holds_every_clip(
    page: dict[str, Any], heard: dict[str, dict[str, Any]]
) -> None:
    assert {entry["recording_id"] for entry in page["entries"]} == {
        transcript["recording_id"] for transcript in heard.values()
    }
    assert page["stats"]["recordings"] == len(heard)


def test_every_cite_of_the_page_names_a_segment(
    page: dict[str, Any], heard: dict[str, dict[str, Any]]
) -> None:
    known = {
        (transcript["recording_id"], part["index"], part["start_ms"])
        for transcript in heard.values()
        for part in transcript["segments"]
    }
    cites = [cite for item in page["narrative_cites"] for cite in item["cites"]]
    assert cites
    assert {(one["recording_id"], one["segment"], one["start_ms"]) for one in cites} <= known


@pytest.mark.usefixtures("page")
def test_the_page_reads_as_markdown(pipeline: Pipeline) -> None:
    text = pipeline.ok("diary", "show", str(demo.day().date), "--user", USER)
    assert text.startswith("# ")
    first = next(one for one in demo.recordings() if one.segments)
    assert first.segments[0] in text
