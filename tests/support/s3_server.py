"""A real server that speaks S3, and keeps its buckets in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

SOMEBODY = (
    "AWS4-HMAC-SHA256 Credential=somebody/20261126/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)
"""A login as whoever stored the other objects: the server asks for one, and checks none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """Knows its address, and puts objects there without any client of ours."""

    endpoint: str

    def put(self, path: str, content: bytes = b"") -> None:
        """Store an object at `bucket/key`, or make a `bucket`."""
        self._request("PUT", path, content)

    def _request(self, method: str, path: str, content: bytes) -> None:
        uri = f"{self.endpoint}/{quote(path)}"
        headers = {"Authorization": SOMEBODY, "Content-Type": "application/octet-stream"}
        request = Request(uri, content, headers, method=method)  # noqa: S310 - ours
        urlopen(request, timeout=10).close()  # noqa: S310 - same


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a server on a free port."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield S3Server(endpoint=f"http://{host}:{port}")
    finally:
        server.stop()


def use(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that every S3 client reads to *endpoint* and some credentials."""
    variables = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
