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
    """A value that is not accepted, with the path of its field (`cites[2].segment`)."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__("invalid-field", f"{path or 'the record'} {problem}")
        self.path = path
        self.problem = problem

    def within(self, name: str) -> "InvalidField":
        """Return the same error seen from the record or list that holds the field."""
        joint = "." if self.path and not self.path.startswith("[") else ""
        return InvalidField(f"{name}{joint}{self.path}", self.problem)
