"""The speech engine on another machine: any server that speaks OpenAI's transcription API."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import openai

from agents.errors import DependencyUnavailable, EngineFailed, SettingsError
from agents.transcriber.chunk_policy import ChunkPolicy, parse_chunk_policy
from agents.transcriber.engine import (
    Chunk,
    ChunkText,
    PartlyTranscribed,
    ServedModel,
)
from agents.transcriber.engines.openai_answer import read_answer
from agents.transcriber.engines.openai_client import (
    ADDRESS_SETTING,
    KEY_SETTING,
    connect,
    whole_answer,
)
from agents.transcriber.engines.openai_request import FORMS, FormsState, wav
from agents.transcriber.engines.whisper_languages import LANGUAGES
from agents.transcriber.models import SETTING, ModelSource
from agents.transcriber.samples import SAMPLE_RATE_HZ

NAME = "openai"

DEPENDENCY = "speech-server"
"""What the server is called where it does not answer."""

ROWS = 8
"""Chunks that are with the server at once: enough for one that gathers them into batches."""

PAUSE_S = 1.0
"""Time before a chunk is asked for again, in seconds."""

FAILURES_MAX = 3
"""Failures with one chunk, each while the server answered for another one, after which they are
taken for the chunk's own."""

LAST_RESORT_TEMPERATURE = 0.6
"""In the middle of the temperatures that Whisper's own fallback goes through."""

_OF_THE_AUDIO = frozenset({400, 413, 415, 422})
"""Statuses that speak of this request; all others are the server's or the operator's matter."""

_NEVER_OF_THE_CHUNK = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)

_OF_THE_FORM = frozenset({400, 422})
_MODEL = "model"
_LONGEST_REASON = 300


class _FailedWithChunk(DependencyUnavailable):
    """The server failed: it may be down, or this chunk may be too much for it."""


class OpenAIEngine:
    """A model that an OpenAI-compatible server has: speaches, vLLM, OpenAI itself.

    A row is one request, so that its text cannot depend on neighbours. Whether words come, and
    how sure the model is, depends on the server; none says how sure it is of the language.
    """

    def __init__(self, client: openai.OpenAI, source: ModelSource, policy: ChunkPolicy) -> None:
        self._client = client
        self._pool = ThreadPoolExecutor(ROWS, thread_name_prefix=DEPENDENCY)
        self._forms = FormsState()
        self._answered: Chunk | None = None
        address = str(client.base_url)
        self.served = ServedModel(
            engine=NAME,
            name=source.name,
            weights_sha256=hashlib.sha256(f"{address} {source.name}".encode()).hexdigest(),
            parameters={"temperature": 0.0, "last_resort_temperature": LAST_RESORT_TEMPERATURE},
            chunk_policy=policy,
            languages=source.languages or frozenset(LANGUAGES),
            device=address,
            batch_rows=ROWS,
        )

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*."""
        asked = [self._pool.submit(self._outcome, chunk) for chunk in batch]
        try:
            outcomes = [answer.result() for answer in asked]
        finally:
            for answer in asked:
                answer.cancel()
            wait(asked)
        failures = [outcome for outcome in outcomes if not isinstance(outcome, ChunkText)]
        if failures and len(failures) == len(batch):
            raise min(failures, key=lambda failure: isinstance(failure, EngineFailed))
        if failures:
            raise PartlyTranscribed(outcomes)
        return [outcome for outcome in outcomes if isinstance(outcome, ChunkText)]

    def close(self) -> None:
        """Let go of the server."""
        self._pool.shutdown()
        self._client.close()

    def _outcome(self, chunk: Chunk) -> ChunkText | EngineFailed | DependencyUnavailable:
        """Ask for one chunk; what fails with it alone, and not once only, is its own fault."""
        said = ""
        for failures in range(FAILURES_MAX):
            time.sleep(PAUSE_S if failures else 0)
            try:
                text = self._ask(chunk)
            except _FailedWithChunk as error:
                if not self._answers_for_others():
                    return error
                said = str(error)
            except (EngineFailed, DependencyUnavailable) as error:
                return error
            else:
                self._answered = chunk
                return text
        return EngineFailed(f"{said}; it answers for other speech")

    def _answers_for_others(self) -> bool:
        """Ask once more for a chunk that had an answer; the self-test's, if there is none since."""
        if self._answered is None:
            return False
        try:
            self._request(self._answered, FORMS[-1])
        except openai.APIError:
            return False
        return True

    def _ask(self, chunk: Chunk) -> ChunkText:
        """Ask for one chunk, in the fullest form that the server is not known to refuse."""
        tried: list[int] = []
        for form in self._forms.to_try(words=chunk.options.word_timestamps):
            try:
                answer = self._request(chunk, FORMS[form])
            except openai.APIStatusError as error:
                tried.append(form)
                of_the_form = error.status_code in _OF_THE_FORM and error.param != _MODEL
                if not of_the_form or self._forms.is_last_word(form):
                    raise self._judged(error) from error
            except openai.APIError as error:
                raise self._judged(error) from error
            else:
                self._forms.learn(refused=tried, works=form)
                return self._read(answer, chunk)
        raise AssertionError("the last form is the last word")

    def _request(self, chunk: Chunk, form: Mapping[str, Any]) -> str:
        options = chunk.options
        known = options.prior in LANGUAGES
        asked = self._client.audio.transcriptions.with_streaming_response.create(
            file=("chunk.wav", wav(chunk.samples), "audio/wav"),
            model=self.served.name,
            language=options.prior if known and options.prior else openai.omit,
            prompt=options.prompt or openai.omit,
            temperature=LAST_RESORT_TEMPERATURE if options.last_resort else 0.0,
            **form,
        )
        with asked as response:
            return whole_answer(response)

    def _read(self, answer: str, chunk: Chunk) -> ChunkText:
        try:
            return read_answer(
                json.loads(answer),
                duration_s=len(chunk.samples) / SAMPLE_RATE_HZ,
                language=chunk.options.prior,
                sampled=chunk.options.last_resort,
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise DependencyUnavailable(
                DEPENDENCY,
                f"{self._client.base_url} does not answer as a speech server does "
                f"({type(error).__name__}); {ADDRESS_SETTING} says where it is",
            ) from error

    def _judged(self, error: openai.APIError) -> EngineFailed | DependencyUnavailable:
        """Return whose fault *error* is: this chunk's, the operator's, or the server's."""
        where = f"the speech server {self._client.base_url}"
        if not isinstance(error, openai.APIStatusError):
            late = isinstance(error, openai.APITimeoutError)
            return (_FailedWithChunk if late else DependencyUnavailable)(
                DEPENDENCY, f"{where} does not answer: {error}; {ADDRESS_SETTING} says where it is"
            )
        status = error.status_code
        if error.param == _MODEL or status == HTTPStatus.NOT_FOUND:
            cure = f"it has no model {self.served.name!r}; {SETTING} says which"
        elif status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            cure = f"it does not let us in; {KEY_SETTING} is the key"
        elif status in _OF_THE_AUDIO:
            return EngineFailed(f"{where} refused a chunk with {status}: {_reason(error)}")
        elif status in _NEVER_OF_THE_CHUNK or status < HTTPStatus.INTERNAL_SERVER_ERROR:
            cure = "it cannot work now"
        else:
            return _FailedWithChunk(DEPENDENCY, f"{where} answered {status}: it cannot work now")
        return DependencyUnavailable(DEPENDENCY, f"{where} answered {status}: {cure}")


def _reason(error: openai.APIStatusError) -> str:
    return error.message[:_LONGEST_REASON]


@contextmanager
def open_engine(
    source: ModelSource, *, base_url: str | None = None, chunk: str | None = None
) -> Iterator[OpenAIEngine]:
    """Give an engine whose model, the name of *source*, is on the server at *base_url*.

    Where no address is given, OPENAI_BASE_URL says it, else it is OpenAI itself. *chunk* is the
    text of DAYBOOK_CHUNK. The server is not asked yet. Proxies of the environment are not used,
    redirections not followed, so that recordings go to this address and to no other.

    Raises:
        SettingsError: the address is none, or OpenAI itself is to be used without a key.

    """
    if source.folder is not None:
        raise SettingsError(
            f"{SETTING}={source.name!r} is a folder here; a speech server takes the name of a "
            "model that it has"
        )
    policy = ChunkPolicy() if chunk is None else parse_chunk_policy(chunk, ChunkPolicy())
    engine = OpenAIEngine(connect(base_url), source, policy)
    try:
        yield engine
    finally:
        engine.close()
