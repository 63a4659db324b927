"""A reply as it is kept, and the key that it is kept under."""

import hashlib
import hmac
import json
import zlib
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from agents.diarist.llm.language_model import Outcome, Stop
from schemas import GeneratorCall

REPLY_MAX_BYTES = 4 << 20
"""Most that a kept reply may unfold to, in bytes: many times what a model may write."""

Verdict = Literal[Outcome.OK, Outcome.UNUSABLE, Outcome.TRUNCATED, Outcome.REFUSED]


class Damaged(Exception):
    """What was kept is no reply of ours.

    Never leaves the cache: it is a miss.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReply:
    """What a model said, what we made of it, and who paid for it."""

    text: str
    stop: Stop
    verdict: Verdict
    made_for: str
    """The entry, or upgrade, that pays for it, as in `Order.payer`."""
    calls: tuple[GeneratorCall, ...]
    """All calls that were made for it; the last one brought it."""

    def to_bytes(self) -> bytes:
        """Return it as it is kept; text with half a surrogate pair will be found damaged."""
        return zlib.compress(json.dumps(asdict(self)).encode())

    @staticmethod
    def from_bytes(kept: bytes) -> "KeptReply":
        """Return what `to_bytes` was called on.

        Raises:
            Damaged: these are no bytes of ours.

        """
        unfolding = zlib.decompressobj()
        try:
            text = unfolding.decompress(kept, REPLY_MAX_BYTES)
            if not unfolding.eof or unfolding.unused_data:
                raise Damaged("it does not end where it should")
            return _REPLY.validate_json(text, strict=True)
        except (zlib.error, ValidationError) as error:
            raise Damaged(type(error).__name__) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLog:
    """Calls of a question that no published entry tells of yet; none where one tells of all."""

    made_for: str
    calls: tuple[GeneratorCall, ...]

    def to_bytes(self) -> bytes:
        """Return it as it is kept."""
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_bytes(kept: bytes) -> "CallLog":
        """Return what `to_bytes` was called on.

        Raises:
            Damaged: these are no bytes of ours.

        """
        try:
            return _LOG.validate_json(kept, strict=True)
        except ValidationError as error:
            raise Damaged(type(error).__name__) from error


_REPLY = TypeAdapter(KeptReply)
_LOG = TypeAdapter(CallLog)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that a reply follows from; two that are equal are one call."""

    tenant_id: str
    provider: str
    model: str
    prompt_version: str
    schema_version: str
    max_tokens: int
    attempt: int
    """0 for the first: asking again because a reply was of no use is another question."""
    content: str
    """What the model is told, in its canonical form."""

    def key(self, salt: bytes) -> str:
        """Return 64 characters that say nothing of it, nor whether two tenants asked the same.

        *salt* is the secret of the installation.
        """
        of_tenant = hmac.digest(salt, self.tenant_id.encode(), "sha256")
        parts = (
            of_tenant,
            self.provider.encode(),
            self.model.encode(),
            self.prompt_version.encode(),
            self.schema_version.encode(),
            b"%d" % self.max_tokens,
            b"%d" % self.attempt,
            self.content.encode(errors="surrogatepass"),
        )
        # Each with its length, so that no two lists of parts are the same bytes.
        joined = b"".join(b"%d:%b," % (len(part), part) for part in parts)
        return hashlib.sha256(joined).hexdigest()
