"""What every speech engine promises, over each engine and its fake; torch's is in tests/torch."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.engine import TranscriptionEngine
from agents.transcriber.engines import openai_engine
from agents.transcriber.engines.faster_whisper_engine import open_engine
from agents.transcriber.models import ModelSource
from tests.support import random_whisper
from tests.support.engine import FakeEngine
from tests.support.engine_contract import EngineContract
from tests.support.openai_speech_server import SpeechServer, heard_by, speech_server


@pytest.fixture(scope="module", params=["fake", "random", "demo", "openai"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TranscriptionEngine]:
    if request.param == "fake":
        yield FakeEngine()
        return
    source = DEMO_MODEL
    if request.param == "random":
        folder = random_whisper.build(tmp_path_factory.mktemp("whisper"), seed=2)
        source = ModelSource(name="random", folder=folder)
    with open_engine(source, device="cpu") as loaded:
        if request.param != "openai":
            yield loaded
            return
        with speech_server(heard_by(loaded)) as server, served_by(server) as client:
            yield client


def served_by(server: SpeechServer) -> AbstractContextManager[TranscriptionEngine]:
    source = ModelSource(name="demo", folder=None, languages=DEMO_MODEL.languages)
    return openai_engine.open_engine(source, base_url=server.url)


class TestEveryEngine(EngineContract):
    """Over each of them."""
