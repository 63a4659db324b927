"""Recordings that are somewhere else: on a web server or in a bucket, and results in a bucket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from agents.demo import RECORDINGS_DIR, recordings
from tests.support.foreign import ForeignConsumer, ForeignProducer, headers_of
from tests.support.pipeline import running_pipeline
from tests.support.s3_server import s3_server, use

MEMO = next(one for one in recordings() if len(one.segments) > 1)
TRANSCRIPTS, LETTERS = "transcripts.ready", "dlq.daybook.transcriber.audio.received"
ANAS = "s3://memos/default/ana/memo.opus"
BOBS = "s3://memos/default/bob/memo.opus"


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def web_server() -> Iterator[int]:
    """Serve the demo recordings on a free port."""
    handler = partial(QuietHandler, directory=str(RECORDINGS_DIR))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def test_recordings_are_read_from_where_they_may_be_and_from_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server() as s3, web_server() as allowed, web_server() as forbidden:
        use(s3.endpoint, monkeypatch)
        for path in ("memos", "results"):
            s3.put(path)
        for uri in (ANAS, BOBS):
            s3.put(uri.removeprefix("s3://"), MEMO.path.read_bytes())
        settings = {
            "audio_hosts": f"127.0.0.1:{allowed}",
            "audio_buckets": "s3://memos/{tenant}/{user}",
            "store": "s3://results/daybook",
        }
        with running_pipeline(tmp_path, **settings) as pipeline:
            sent = {
                f"http://127.0.0.1:{allowed}/{MEMO.path.name}": MEMO.text,
                ANAS: MEMO.text,
                BOBS: "uri-forbidden",
                f"http://127.0.0.1:{forbidden}/{MEMO.path.name}": "uri-forbidden",
                f"http://localhost:{forbidden}/{MEMO.path.name}": "uri-forbidden",
                f"http://127.0.0.1:{allowed}/nothing.opus": "audio-missing",
                "http://169.254.169.254/latest/meta-data/": "uri-forbidden",
                "ftp://127.0.0.1/memo.opus": "uri-scheme",
            }
            assert ended(str(pipeline.facts()["bootstrap"]), list(sent)) == sent


def ended(bootstrap: str, uris: list[str]) -> dict[str, str]:
    """Send all *uris* as Ana's; return each one's text, or the reason of its dead letter."""
    producer = ForeignProducer(bootstrap)
    with ForeignConsumer(bootstrap, [TRANSCRIPTS, LETTERS]) as consumer:
        ids = {producer.send_json(user_id="ana", audio_uri=uri): uri for uri in uris}
        return {uri: end_of(consumer, recording_id) for recording_id, uri in ids.items()}


def end_of(consumer: ForeignConsumer, recording_id: str) -> str:
    key = recording_id.encode()
    [record] = consumer.wait_for(lambda one: one.key() == key, within_s=90)
    if record.topic() == LETTERS:
        return headers_of(record)["daybook.error.reason"]
    transcript = consumer.wait_for_event(TRANSCRIPTS, recording_id)
    return " ".join(part["text"] for part in transcript["segments"])
