"""What is wrong with a record that no reader of ours accepts."""

from typing import Literal

Reason = Literal[
    "empty",
    "undecodable",
    "unknown-schema",
    "unsupported-content-type",
    "invalid-json",
    "unknown-field",
    "invalid-field",
]


class InvalidEvent(ValueError):
    """A record whose own content is at fault: retrying cannot help."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason: Reason = reason


class InvalidField(InvalidEvent):
    """A field, named by its path, whose value is outside of what is accepted."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__("invalid-field", f"{field or 'the record'} {problem}")
        self.field = field
