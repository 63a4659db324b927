"""The openai engine and a server that says what it should, something else, or nothing."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np
import openai
import pytest

from agents.demo import recordings
from agents.errors import DependencyUnavailable, EngineFailed, SettingsError
from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.engine import Chunk, ChunkText, EngineOptions, PartlyTranscribed
from agents.transcriber.engines import faster_whisper_engine, openai_client, openai_engine
from agents.transcriber.engines.openai_engine import OpenAIEngine, open_engine
from agents.transcriber.models import ModelSource
from agents.transcriber.samples import Samples
from tests.support.audio import silence, tone
from tests.support.openai_speech_server import (
    SpeechRequest,
    SpeechServer,
    heard_by,
    refusal,
    speech_server,
)
from tests.support.speech import chunks_of
from tests.support.threaded_server import Reply, as_json

SOURCE = ModelSource(name="whisper-large", folder=None)


def hello(_: SpeechRequest) -> Reply:
    return as_json({"text": "Hello."})


def chunk(seconds: float = 0.5, **options: object) -> Chunk:
    asked = EngineOptions(**options)  # type: ignore[arg-type]  # a test's shorthand
    return Chunk(samples=tone(seconds), start_ms=0, speech_ms=500, options=asked)


@pytest.fixture
def server() -> Iterator[SpeechServer]:
    with speech_server(hello) as server:
        yield server


@pytest.fixture
def engine(server: SpeechServer) -> Iterator[OpenAIEngine]:
    with opened(server.url) as engine:
        yield engine


def opened(url: str | None, name: str = SOURCE.name) -> AbstractContextManager[OpenAIEngine]:
    return open_engine(ModelSource(name=name, folder=None), base_url=url)


def said(texts: list[ChunkText]) -> list[str]:
    return ["".join(segment.text for segment in text.segments) for text in texts]


def test_hears_through_a_server_what_its_engine_hears() -> None:
    paths = [recording.path for recording in recordings()[:3]]
    heard_chunks = [chunk for path in paths for chunk in chunks_of(path, word_timestamps=True)]
    chunks = [replace(chunk, samples=in_16_bits(chunk.samples)) for chunk in heard_chunks]
    with (
        faster_whisper_engine.open_engine(DEMO_MODEL, device="cpu") as local,
        speech_server(heard_by(local)) as server,
        opened(server.url, "demo") as engine,
    ):
        heard, expected = engine.transcribe(chunks), local.transcribe(chunks)

    assert [(text.language, plain(text)) for text in heard] == [
        (text.language, plain(text)) for text in expected
    ]
    assert {text.language for text in heard} == {"en", "de"}


def in_16_bits(samples: Samples) -> Samples:
    return np.rint(samples * 32_767).astype(np.float32) / np.float32(32_767)


def plain(text: ChunkText) -> list[tuple[str, float, list[tuple[str, float, float]]]]:
    """Return the text of all segments and words with their times, which are those in the sound."""
    return [
        (part.text, round(part.start_s, 2), [(w.text, w.start_s, w.end_s) for w in part.words])
        for part in text.segments
    ]


def test_answers_come_in_the_order_of_the_chunks(
    server: SpeechServer, engine: OpenAIEngine
) -> None:
    """Both are with the server at once, and the first waits for the second to be answered."""
    second_came = threading.Event()

    def answer(request: SpeechRequest) -> Reply:
        if len(request.samples) > 10_000:
            second_came.set()
            return as_json({"text": "second"})
        assert second_came.wait(10)
        return as_json({"text": "first"})

    server.answer = answer
    assert said(engine.transcribe([chunk(0.5), chunk(1.0)])) == ["first", "second"]


def test_sends_the_sound_and_what_was_asked(server: SpeechServer, engine: OpenAIEngine) -> None:
    asked = chunk(prior="de", initial_prompt="Anna, Ben", word_timestamps=True)

    engine.transcribe([asked])

    [request] = server.requests
    assert request.path == "/v1/audio/transcriptions"
    assert dict(request.fields) == {
        "model": ("whisper-large",),
        "language": ("de",),
        "prompt": ("Anna, Ben",),
        "response_format": ("verbose_json",),
        "temperature": ("0.0",),
        "timestamp_granularities[]": ("segment", "word"),
    }
    np.testing.assert_allclose(request.samples, asked.samples, atol=1e-4)


def test_asks_for_no_more_than_is_wanted(server: SpeechServer, engine: OpenAIEngine) -> None:
    engine.transcribe([chunk(last_resort=True, prior="und")])

    [request] = server.requests
    assert dict(request.fields) == {
        "model": ("whisper-large",),
        "response_format": ("verbose_json",),
        "temperature": ("0.6",),
        "timestamp_granularities[]": ("segment",),
    }


@pytest.mark.parametrize("seconds", [0, 0.01])
def test_sound_too_short_for_a_server_is_filled_up(
    seconds: float, server: SpeechServer, engine: OpenAIEngine
) -> None:
    engine.transcribe([Chunk(samples=silence(seconds), start_ms=0, speech_ms=0)])

    assert len(server.requests[0].samples) == 1600


def refusing(*formats: str) -> Callable[[SpeechRequest], Reply]:
    """Refuse the granularity, or the response format, of these names."""

    def answer(request: SpeechRequest) -> Reply:
        asked = {*request.granularities, request.one("response_format")}
        return refusal(400, "not supported") if asked & set(formats) else hello(request)

    return answer


@pytest.mark.parametrize(
    ("unknown", "asked"),
    [
        ("word", [("segment", "word"), ("segment",), ("segment",)]),
        ("verbose_json", [("segment", "word"), ("segment",), (), ()]),
    ],
)
def test_a_form_that_the_server_refuses_is_asked_for_once(
    unknown: str, asked: list[tuple[str, ...]], server: SpeechServer, engine: OpenAIEngine
) -> None:
    server.answer = refusing(unknown)

    for _ in range(2):
        assert said(engine.transcribe([chunk(word_timestamps=True)])) == ["Hello."]

    assert [request.granularities for request in server.requests] == asked


def test_sound_that_is_refused_in_every_form_says_nothing_about_forms(
    server: SpeechServer, engine: OpenAIEngine
) -> None:
    server.answer = lambda _: refusal(400, "unreadable")
    with pytest.raises(EngineFailed, match="unreadable"):
        engine.transcribe([chunk()])

    server.answer = hello
    engine.transcribe([chunk()])

    assert server.requests[-1].one("response_format") == "verbose_json"


def test_a_form_that_worked_is_not_given_up_for_one_bad_sound(
    server: SpeechServer, engine: OpenAIEngine
) -> None:
    engine.transcribe([chunk()])

    server.answer = lambda _: refusal(400, "unreadable")
    with pytest.raises(EngineFailed):
        engine.transcribe([chunk()])

    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_refused_chunk_is_the_chunks_fault(
    status: int, server: SpeechServer, engine: OpenAIEngine
) -> None:
    server.answer = lambda _: refusal(status, "too strange")

    with pytest.raises(EngineFailed, match=f"{status}: .*too strange") as failed:
        engine.transcribe([chunk()])

    assert not failed.value.out_of_memory


@pytest.mark.parametrize(
    ("reply", "cure"),
    [
        (refusal(401), "OPENAI_API_KEY"),
        (refusal(403), "OPENAI_API_KEY"),
        (refusal(404), "'whisper-large'; DAYBOOK_WHISPER_MODEL"),
        (refusal(400, param="model"), "'whisper-large'; DAYBOOK_WHISPER_MODEL"),
        (refusal(408), "cannot work now"),
        (refusal(429), "cannot work now"),
        (refusal(500), "cannot work now"),
        (refusal(503), "cannot work now"),
        (Reply(status=307, headers={"location": "http://127.0.0.1:9/"}), "cannot work now"),
        (Reply(body=b"<html>Welcome!</html>"), "DAYBOOK_SPEECH_URL"),
        (as_json(["Hello."]), "DAYBOOK_SPEECH_URL"),
        (as_json({"text": "Hello.", "segments": [{"start": 0}]}), "DAYBOOK_SPEECH_URL"),
        (as_json({"text": "Hello.", "segments": [7]}), "DAYBOOK_SPEECH_URL"),
        (Reply(body=b'{"text": "Hello."}', cut=True), "DAYBOOK_SPEECH_URL"),
    ],
)
def test_anything_else_is_waited_for_and_names_the_cure(
    reply: Reply, cure: str, server: SpeechServer, engine: OpenAIEngine
) -> None:
    server.answer = lambda _: reply

    with pytest.raises(DependencyUnavailable, match=cure) as waited:
        engine.transcribe([chunk()])

    assert waited.value.dependency == "speech-server"
    assert len(server.requests) == 1


def test_a_server_that_is_not_there_is_waited_for() -> None:
    with speech_server(hello) as gone:
        url = gone.url

    with opened(url) as engine, pytest.raises(DependencyUnavailable, match="DAYBOOK_SPEECH_URL"):
        engine.transcribe([chunk()])


def test_a_server_that_says_nothing_is_waited_for(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(request: SpeechRequest) -> Reply:
        server.stopping.wait(10)
        return hello(request)

    server.answer = answer
    monkeypatch.setattr(openai_client, "TIMEOUT", openai.Timeout(0.2))
    with opened(server.url) as engine, pytest.raises(DependencyUnavailable, match="timed out"):
        engine.transcribe([chunk()])


@pytest.mark.parametrize(
    ("limit", "most"), [("ANSWER_S", 0.2), ("ANSWER_BYTES_MAX", 5)], ids=["time", "bytes"]
)
def test_an_answer_that_never_ends_is_not_waited_for(
    limit: str, most: float, server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = lambda _: Reply(trickles=0.02)
    monkeypatch.setattr(openai_client, limit, most)

    with opened(server.url) as engine, pytest.raises(DependencyUnavailable, match="timed out"):
        engine.transcribe([chunk()])


@pytest.mark.parametrize(
    ("reply", "kind"), [(refusal(415), EngineFailed), (refusal(503), DependencyUnavailable)]
)
def test_one_failure_leaves_the_others_their_answers(
    reply: Reply, kind: type[Exception], server: SpeechServer, engine: OpenAIEngine
) -> None:
    server.answer = lambda request: hello(request) if len(request.samples) > 9000 else reply

    with pytest.raises(PartlyTranscribed) as partly:
        engine.transcribe([chunk(1), chunk(0.5), chunk(1)])

    assert [type(end) for end in partly.value.outcomes] == [ChunkText, kind, ChunkText]


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_engine, "PAUSE_S", 0.0)


@pytest.mark.usefixtures("no_pause")
def test_a_chunk_that_fails_again_while_others_are_answered_is_to_blame(
    server: SpeechServer, engine: OpenAIEngine
) -> None:
    server.answer = lambda request: hello(request) if len(request.samples) < 9000 else refusal(500)
    engine.transcribe([chunk(0.5)])

    with pytest.raises(EngineFailed, match="answers for other speech"):
        engine.transcribe([chunk(1)])

    sent = [len(request.samples) for request in server.requests]
    assert sent == [8_000, *[16_000, 8_000] * 3]


@pytest.mark.parametrize("reply", [refusal(502), refusal(504), Reply(body=b"{}", cut=True)])
def test_a_gateway_without_its_server_is_no_chunks_fault(
    reply: Reply, server: SpeechServer, engine: OpenAIEngine
) -> None:
    server.answer = lambda request: hello(request) if len(request.samples) < 9000 else reply
    engine.transcribe([chunk(0.5)])

    with pytest.raises(DependencyUnavailable):
        engine.transcribe([chunk(1)])


def test_a_server_that_fails_on_what_it_answered_before_is_waited_for(
    server: SpeechServer, engine: OpenAIEngine
) -> None:
    engine.transcribe([chunk(0.5)])
    server.answer = lambda request: hello(request) if not request.samples.any() else refusal(500)

    with pytest.raises(DependencyUnavailable):
        engine.transcribe([chunk(1), chunk(1)])


@pytest.mark.usefixtures("no_pause")
def test_a_failure_that_passes_is_no_chunks_fault(
    server: SpeechServer, engine: OpenAIEngine
) -> None:
    engine.transcribe([chunk(0.5)])
    server.answer = lambda _: hello(_) if len(server.requests) > 2 else refusal(500)

    assert said(engine.transcribe([chunk(1)])) == ["Hello."]


def test_proxies_of_the_environment_are_not_used(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    with opened(server.url) as engine:
        assert said(engine.transcribe([chunk()])) == ["Hello."]


def test_address_and_key_are_the_environments_where_none_is_given(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "secret")

    with opened(None) as engine:
        engine.transcribe([chunk()])

    assert server.requests[0].headers["authorization"] == "Bearer secret"


def test_openai_itself_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SettingsError, match="OPENAI_API_KEY"), opened(None):
        pass


@pytest.mark.parametrize("url", ["127.0.0.1:8000/v1", "ftp://host/v1", "http://"])
def test_an_address_that_is_none_names_the_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_SPEECH_URL"), opened(url):
        pass


def test_a_folder_is_no_model_of_a_server() -> None:
    with pytest.raises(SettingsError, match="takes the name"), open_engine(DEMO_MODEL):
        pass


def test_the_model_is_known_by_its_address_and_name(server: SpeechServer) -> None:
    with opened(server.url) as engine:
        digest = hashlib.sha256(f"{server.url}/ whisper-large".encode()).hexdigest()

        assert engine.served.weights_sha256 == digest
        assert len(engine.served.languages) == 100
