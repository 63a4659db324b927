"""Ids are derived from what they name: the vectors here are those of docs/contract.md."""

from datetime import UTC, date, datetime

import pytest

from schemas import (
    AudioReceived,
    DailyDiary,
    DayReason,
    DayState,
    DayStats,
    Generator,
    Section,
    UserSettings,
    ids,
)
from schemas.forms import EPOCH

AT = datetime(2026, 3, 14, 8, 5, 30, 250_000, tzinfo=UTC)


def test_the_namespace_is_daybook_among_dns_names() -> None:
    assert str(ids.NAMESPACE) == "ab389f60-a143-5b93-9b27-6a4e2dc355e8"


def test_a_recording_without_an_id_is_named_by_its_uri_and_time() -> None:
    assert (
        ids.recording_id("default", "ana", "file:///é.wav", AT)
        == "59300285-753b-54f4-a330-aab9cf051760"
    )


def test_a_recording_without_a_time_is_named_by_its_uri() -> None:
    assert (
        ids.recording_id("default", "ana", "file:///é.wav", None)
        == "ce3deaa5-81d4-5678-9b64-a18390cd1d13"
    )


def test_a_transcript_is_named_by_what_it_was_made_of_and_by() -> None:
    recording = AudioReceived(user_id="ana", audio_uri="file:///a.wav", recording_id="r-1")
    made = ids.transcript_id(
        recording, content_sha256="ab12", engine="faster-whisper", model="small", params_hash="p1"
    )
    assert made == "4f8bf4d0-cdc9-5db9-97fb-c5010c39cfac"


def test_an_entry_is_named_by_its_transcript_and_writer() -> None:
    made = ids.entry_id("t-1", writer="extractive", model="extractive", prompt_version="1")
    assert made == "bf6caf57-c004-534b-a923-bde5de8bdeb4"


def test_a_day_is_named_by_tenant_user_and_date() -> None:
    assert ids.day_id("default", "ana", date(2026, 3, 14)) == "default/ana/2026-03-14"


def test_an_event_is_named_by_its_type_and_what_it_is_about() -> None:
    event = AudioReceived(user_id="ana", audio_uri="file:///a.wav", recording_id="r-1")
    assert ids.event_id(event) == "c3bfa52a-a1e1-59b1-96b1-a8438f8fb849"


def test_parts_that_read_alike_when_joined_give_different_ids() -> None:
    one = ids.recording_id("default", "ana", "x", EPOCH)
    other = ids.recording_id("default", "an", "ax", EPOCH)
    assert one != other


def test_an_action_item_keeps_its_id_when_only_case_and_spacing_change() -> None:
    one = ids.item_id("default", "ana", "r-1", "Call  the\nDentist ")
    assert one == ids.item_id("default", "ana", "r-1", "call the dentist")


def test_the_sources_of_a_day_hash_alike_in_any_order() -> None:
    sources = [("e-1", "s-1"), ("e-2", "s-2")]
    one = ids.sources_hash(sources, prompt_version="1")
    assert one == ids.sources_hash(reversed([*sources, sources[0]]), prompt_version="1")


@pytest.mark.parametrize(
    ("sources", "prompt_version"),
    [([("e-1", "s-1")], "2"), ([("e-1", "s-2")], "1"), ([("e-2", "s-1")], "1"), ([], "1")],
)
def test_other_sources_or_another_prompt_hash_differently(
    sources: list[tuple[str, str]], prompt_version: str
) -> None:
    one = ids.sources_hash([("e-1", "s-1")], prompt_version="1")
    assert one != ids.sources_hash(sources, prompt_version=prompt_version)


def test_a_page_of_the_same_sources_by_another_writer_is_another_event() -> None:
    assert ids.event_id(_a_page("extractive")) != ids.event_id(_a_page("anthropic"))


def _a_page(provider: str) -> DailyDiary:
    return DailyDiary(
        user_id="ana",
        day_id="default/ana/2026-03-14",
        diary_date=date(2026, 3, 14),
        time_zone="UTC",
        state=DayState.OPEN,
        reason=DayReason.NEW_CLIP,
        sources_hash="s",
        stats=DayStats(recordings=0, audio_ms=0, speech_ms=0, words=0),
        title="",
        narrative="",
        summary="",
        generator=Generator(
            provider=provider,
            model="m",
            prompt_version="1",
            fallback=False,
            input_tokens=0,
            output_tokens=0,
            cached_tokens=0,
            cache_hit=False,
            latency_ms=0,
        ),
    )


def test_the_same_wishes_say_the_same_whenever_they_are_told() -> None:
    wishes = UserSettings(user_id="ana")
    assert ids.event_id(wishes) == "dc24ac44-3ca8-57d5-b012-2a8a6dde778e"
    assert ids.event_id(UserSettings(user_id="ana", occurred_at=AT)) == ids.event_id(wishes)


def test_every_wish_counts_and_none_looks_like_another() -> None:
    different = [
        UserSettings(user_id="ana"),
        UserSettings(user_id="ana", language="de"),
        UserSettings(user_id="ana", prompt="de"),
        UserSettings(user_id="ana", sections=()),
        UserSettings(user_id="ana", sections=(Section.MOOD,)),
        UserSettings(user_id="ana", names=("MOOD",)),
        UserSettings(user_id="ana", names=("MOOD", "de")),
        UserSettings(user_id="ana", daily_cap_micros=0),
        UserSettings(user_id="ana", day_start="00:00"),
    ]
    assert len({ids.settings_hash(wishes) for wishes in different}) == len(different)
