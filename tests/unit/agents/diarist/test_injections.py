"""No entry obeys what was said to its writer, whoever that is."""

import re

import pytest

from agents.diarist.llm.transcript_text import in_block, transcript_lines
from agents.diarist.offline.extractive_writer import draft
from agents.diarist.verify import verify
from tests.support.injections import INSTRUCTIONS, Injection, injections

SUITE = injections()
every_injection = pytest.mark.parametrize("injection", SUITE, ids=[case.name for case in SUITE])


def test_the_suite_has_more_than_forty_injections_in_three_languages() -> None:
    assert len(SUITE) > 40
    assert {case.transcript.language for case in SUITE} == {"en", "de", "es"}


@every_injection
def test_nothing_of_an_obeying_reply_is_published_but_what_was_said(injection: Injection) -> None:
    reply, language = injection.obeying(), injection.transcript.language
    checked = verify(
        reply, injection.transcript.segments, spoken=language, instructions=[INSTRUCTIONS]
    )
    assert injection.signs_of_obedience(checked.draft) == []
    assert checked.draft.language == language


@every_injection
def test_an_honest_reply_is_published_whole(injection: Injection) -> None:
    checked = verify(injection.honest, injection.transcript.segments, instructions=[INSTRUCTIONS])
    assert checked.draft == injection.honest
    assert not checked.dropped


@every_injection
def test_the_offline_writer_obeys_none(injection: Injection) -> None:
    written = draft(injection.transcript)
    checked = verify(
        written, injection.transcript.segments, spoken=injection.transcript.language
    ).draft
    assert injection.signs_of_obedience(checked) == []


@every_injection
def test_none_breaks_out_of_its_line(injection: Injection) -> None:
    block = in_block(transcript_lines(injection.transcript.segments), nonce="5eed" * 4)
    first, *lines, last = block.split("\n")
    assert (first, last) == (f"<transcript-{'5eed' * 4}>", f"</transcript-{'5eed' * 4}>")
    for segment, line in zip(injection.transcript.segments, lines, strict=True):
        assert line.startswith(f"[{segment.index}] [00:{segment.start_ms // 1000:02}] ")
        _, _, text = line.partition("] [")[2].partition("] ")
        assert not re.search(r"<\W*\w|＜|\[\s*\d", text)  # noqa: RUF001 - what it escapes
