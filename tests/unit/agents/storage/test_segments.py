import json
from pathlib import Path

import pytest

from agents.errors import ArtefactDamaged
from agents.storage.artefacts import FolderArtefacts
from agents.storage.segments import keep_words, segments_of, with_segments
from tests.support.builders import a_segment, a_transcript


async def test_a_usual_transcript_carries_its_segments(tmp_path: Path) -> None:
    artefacts, said = FolderArtefacts(tmp_path), (a_segment("I met Anna."),)

    transcript = await with_segments(a_transcript(), said, artefacts)

    assert (transcript.segments, transcript.segments_uri) == (said, None)
    assert await segments_of(transcript, artefacts) == said


async def test_a_very_long_one_refers_to_them(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path)
    said = tuple(a_segment("words " * 100, index=index) for index in range(2_000))

    transcript = await with_segments(a_transcript(), said, artefacts)

    assert transcript.segments == ()
    assert transcript.segments_uri is not None
    assert await segments_of(transcript, artefacts) == said


@pytest.mark.parametrize("content", [b"not JSON", b"\xff", b"[1]", b"7", b'[{"words":[]}]'])
async def test_an_artefact_of_another_kind_holds_no_segments(
    tmp_path: Path, content: bytes
) -> None:
    artefacts = FolderArtefacts(tmp_path)
    transcript = a_transcript(segments_uri=await artefacts.put(content, ".words.json"))

    with pytest.raises(ArtefactDamaged, match="holds no segments"):
        await segments_of(transcript, artefacts)


async def test_words_are_kept_by_segment(tmp_path: Path) -> None:
    artefacts = FolderArtefacts(tmp_path)
    word = {"text": "Anna", "start_ms": 100, "end_ms": 400, "probability": 0.9}

    uri = await keep_words({0: [word], 1: []}, artefacts)

    assert uri is not None
    assert json.loads(await artefacts.get(uri)) == [{"segment": 0, "words": [word]}]


async def test_no_words_are_no_artefact(tmp_path: Path) -> None:
    assert await keep_words({}, FolderArtefacts(tmp_path)) is None
