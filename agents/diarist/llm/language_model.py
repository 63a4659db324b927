"""The seam behind which each provider's SDK stands: one question, one reply, what it used."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call as every provider takes it: instructions, a message of data, a form of answer."""

    instructions: str
    content: str
    schema_name: str
    schema: Mapping[str, Any]
    """JSON schema of the reply: small and flat; what a provider does not enforce, we judge."""
    max_tokens: int
    """Tokens that the reply may have, thinking included."""


class Stop(StrEnum):
    """Why a reply ended."""

    COMPLETE = "complete"
    MAX_TOKENS = "truncated"
    REFUSAL = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one call; *input_tokens* includes cached and cache-written ones."""

    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back; *usage* is None where the provider said nothing of it."""

    text: str
    stop: Stop
    usage: Usage | None


class Outcome(StrEnum):
    """How a call ended: stands in `GeneratorCall.outcome`, in metrics and in cost reports."""

    OK = "ok"
    CACHED = "cached"
    """Answered from memory: nothing was called."""
    UNUSABLE = "unusable"
    """Complete, but without what an entry needs."""
    TRUNCATED = "truncated"
    REFUSED = "refused"
    RATE_LIMITED = "rate-limited"
    OVERLOADED = "overloaded"
    """The provider has too much to do: 529, and 503."""
    SERVER_ERROR = "server-error"
    UNREADABLE = "unreadable"
    """Answered with 200, but not in the provider's own form: something stands in between."""
    TIMEOUT = "timeout"
    CUT = "cut"
    """The connection ended before the answer did."""
    UNREACHABLE = "unreachable"
    QUOTA = "quota"
    """The account has no credit left."""
    UNAUTHORIZED = "unauthorized"
    MODEL_UNKNOWN = "model-unknown"
    """No such model at this address, or none that this key may use."""
    BAD_REQUEST = "bad-request"
    TOO_LARGE = "too-large"
    """The prompt does not fit into the model."""
    LOST = "lost"
    """Given up, or its worker killed, while it was under way."""


class CallFailed(Exception):
    """A call ended without a reply.

    Never leaves the package: it is retried, another provider is asked, or an offline entry is made.
    """

    def __init__(
        self,
        outcome: Outcome,
        message: str,
        *,
        retry_after_s: float | None = None,
        perhaps_paid: bool = False,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.usage = usage
        """What an answer that is no reply says that it used."""
        self.retry_after_s = retry_after_s
        """How long the provider asked to be left alone."""
        self.perhaps_paid = perhaps_paid
        """Whether the provider may have done the work, and charge for it."""
        self.is_last = False
        """Whether so many calls may have been paid for that no other is to follow for now."""


class LanguageModel(Protocol):
    """One model of one provider. Makes no retries of its own and raises nothing but CallFailed."""

    provider: str
    """As in `Generator.provider`: anthropic, openai."""
    model: str

    async def ask(self, question: Question, *, timeout_s: float) -> Reply:
        """Return the reply, whole; *timeout_s* bounds everything, however it trickles in.

        Raises:
            CallFailed: there is none.

        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
