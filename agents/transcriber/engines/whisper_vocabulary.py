"""Whisper's tokens: text, and the special ones that tell the decoder what to do."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

from agents.transcriber.engines.whisper_languages import LANGUAGES

MAX_HISTORY = 223
"""Tokens of what was said before that a prompt may hold: half of the decoder's length, less one."""


class WhisperVocabulary:
    """The tokens of one model, from its `tokenizer.json`.

    Raises:
        ValueError: the file is no tokenizer, or lacks a token that Whisper cannot do without.

    """

    def __init__(self, path: Path) -> None:
        self._tokenizer: Tokenizer = Tokenizer.from_str(_checked(path))
        self.start = self._number("<|startoftranscript|>")
        self.end = self._number("<|endoftext|>")
        self.no_timestamps = self._number("<|notimestamps|>")
        self._previous = self._number("<|startofprev|>")

    @property
    def timestamp_begin(self) -> int:
        """The time stamp of 0 s; those of every 20 ms follow it."""
        return self.no_timestamps + 1

    @cached_property
    def languages(self) -> Mapping[str, int]:
        """The languages that the model has a token for; none where it knows English only."""
        tokens = {code: self._tokenizer.token_to_id(f"<|{code}|>") for code in LANGUAGES}
        return {code: token for code, token in tokens.items() if token is not None}

    @cached_property
    def no_speech(self) -> int | None:
        """The token that says that there is no speech; older models call it otherwise."""
        number = self._tokenizer.token_to_id
        return next(filter(None, map(number, ("<|nospeech|>", "<|nocaptions|>"))), None)

    @cached_property
    def never_said(self) -> frozenset[int]:
        """Special tokens that are no part of what the decoder may say."""
        names = ("<|translate|>", "<|transcribe|>", "<|startoflm|>")
        tasks = map(self._tokenizer.token_to_id, names)
        known = filter(None, [self.start, self._previous, *tasks, self.no_speech])
        return frozenset(known)

    def prompt(self, language: str, history: Sequence[int]) -> list[int]:
        """Return what asks for a transcript in *language* after *history*, with time stamps."""
        before = [self._previous, *history[-MAX_HISTORY:]] if history else []
        if not self.languages:
            return [*before, self.start]
        return [*before, self.start, self.languages[language], self._number("<|transcribe|>")]

    def spell(self, text: str) -> list[int]:
        """Return the tokens of *text*."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def read(self, tokens: Sequence[int]) -> str:
        """Return the text of *tokens*, special ones left out."""
        return str(self._tokenizer.decode([token for token in tokens if token < self.end]))

    def _number(self, name: str) -> int:
        number = self._tokenizer.token_to_id(name)
        if number is None:
            raise ValueError(f"the tokenizer has no {name}: it is not Whisper's")
        return int(number)


def _checked(path: Path) -> str:
    """Return the text of a tokenizer's file; its reader itself raises bare exceptions only."""
    text = path.read_text("utf-8")
    content = json.loads(text or "null")
    if not isinstance(content, dict) or "model" not in content:
        raise ValueError(f"{path} is no tokenizer")
    return text
