"""What every speech engine promises, over each engine and its fake; torch's is in tests/torch."""

from collections.abc import Iterator

import pytest

from agents.transcriber.engine import TranscriptionEngine
from agents.transcriber.faster_whisper_engine import open_engine
from agents.transcriber.models import ModelSource
from agents.transcriber.workbench import DEMO_MODEL
from tests.support import random_whisper
from tests.support.engine import FakeEngine
from tests.support.engine_contract import EngineContract


@pytest.fixture(scope="module", params=["fake", "random", "demo"])
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
        yield loaded


class TestEveryEngine(EngineContract):
    """Over each of them."""
