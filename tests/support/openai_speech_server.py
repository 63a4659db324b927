"""A speech server on this machine that speaks OpenAI's wire format, well or badly as asked."""

import io
import threading
import wave
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler

import numpy as np

from agents.transcriber.engine import Chunk, ChunkText, EngineOptions, TranscriptionEngine
from agents.transcriber.engines.whisper_languages import LANGUAGES
from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples
from tests.support.threaded_server import Reply, ThreadedServer, as_json

PATH = "/v1/audio/transcriptions"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechRequest:
    """A request: form fields, the sound of its file, and its headers by lower-case name."""

    path: str
    fields: Mapping[str, tuple[str, ...]]
    samples: Samples
    headers: Mapping[str, str]

    def one(self, name: str) -> str | None:
        return self.fields.get(name, (None,))[0]

    @property
    def granularities(self) -> tuple[str, ...]:
        return self.fields.get("timestamp_granularities[]", ())


def refusal(status: int, message: str = "no", **fields: str | None) -> Reply:
    return as_json({"error": {"message": message, "type": "error", **fields}}, status)


Answerer = Callable[[SpeechRequest], Reply]


class SpeechServer(ThreadedServer[SpeechRequest]):
    """Keeps what it was asked; `answer` can be changed at any time."""

    def __init__(self, answer: Answerer) -> None:
        super().__init__(_read, answer)


@contextmanager
def speech_server(answer: Answerer) -> Iterator[SpeechServer]:
    with SpeechServer(answer) as server:
        yield server


def _read(handler: BaseHTTPRequestHandler) -> SpeechRequest:
    body = handler.rfile.read(int(handler.headers["content-length"]))
    head = f"content-type: {handler.headers['content-type']}\r\n\r\n".encode()
    fields: dict[str, tuple[str, ...]] = {}
    samples: Samples = np.empty(0, np.float32)
    for part in message_from_bytes(head + body, policy=policy.HTTP).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if name == "file":
            samples = _sound(content)
        else:
            fields[name] = (*fields.get(name, ()), content.decode())
    headers = {name.lower(): value for name, value in handler.headers.items()}
    return SpeechRequest(path=handler.path, fields=fields, samples=samples, headers=headers)


def _sound(content: bytes) -> Samples:
    with wave.open(io.BytesIO(content)) as file:
        kind = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        assert kind == (1, 2, SAMPLE_RATE_HZ)
        frames = file.readframes(file.getnframes())
    return np.frombuffer(frames, "<i2").astype(np.float32) / np.float32(32_767)


def heard_by(engine: TranscriptionEngine) -> Answerer:
    """Answer with what *engine* hears, as OpenAI does: words without spaces and punctuation."""
    one_at_a_time = threading.Lock()

    def answer(request: SpeechRequest) -> Reply:
        if request.path != PATH or request.one("model") != engine.served.name:
            return refusal(404, "no such model")
        options = EngineOptions(
            prior=request.one("language"),
            initial_prompt=request.one("prompt"),
            word_timestamps="word" in request.granularities,
            last_resort=float(request.one("temperature") or 0) > 0,
        )
        chunk = Chunk(samples=request.samples, start_ms=0, speech_ms=0, options=options)
        with one_at_a_time:
            [text] = engine.transcribe([chunk])
        return as_json(verbose(text) if request.one("response_format") != "json" else brief(text))

    return answer


def brief(text: ChunkText) -> dict[str, object]:
    return {"text": "".join(segment.text for segment in text.segments).strip()}


def verbose(text: ChunkText) -> dict[str, object]:
    words = [word for segment in text.segments for word in segment.words]
    return {
        "task": "transcribe",
        "language": LANGUAGES[text.language],
        "duration": 1.0,
        **brief(text),
        "segments": [
            {
                "id": number,
                "seek": 0,
                "start": segment.start_s,
                "end": segment.end_s,
                "text": segment.text,
                "tokens": [],
                "temperature": 0.6 if segment.sampled else 0.0,
                "avg_logprob": segment.avg_logprob,
                "compression_ratio": segment.compression_ratio,
                "no_speech_prob": segment.no_speech_prob,
            }
            for number, segment in enumerate(text.segments)
        ],
        "words": [
            {"word": word.text.strip(" .,?!"), "start": word.start_s, "end": word.end_s}
            for word in words
        ]
        or None,
    }
