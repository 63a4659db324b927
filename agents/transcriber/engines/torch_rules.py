"""Which tokens Whisper's decoder may say next."""

from collections.abc import Sequence

import torch
from transformers import (
    GenerationConfig,
    NoRepeatNGramLogitsProcessor,
    WhisperTimeStampLogitsProcessor,
)

from agents.transcriber.engines.torch_decoding import MAX_FIRST_STAMP, Decoding
from agents.transcriber.engines.whisper_vocabulary import WhisperVocabulary

_NEVER = float("-inf")


class TokenRules:
    """The rules of one model, on its device: *banned* and *banned_first* are the model's own."""

    def __init__(
        self,
        vocabulary: WhisperVocabulary,
        like: torch.Tensor,
        *,
        banned: Sequence[int],
        banned_first: Sequence[int],
    ) -> None:
        self._banned = torch.zeros_like(like, dtype=torch.bool)
        self._banned[[*banned, *vocabulary.never_said]] = True
        self._banned_first = self._banned.clone()
        self._banned_first[list(banned_first)] = True
        self._stamps = torch.arange(len(like), device=like.device) >= vocabulary.timestamp_begin
        self._stamp_rules = WhisperTimeStampLogitsProcessor(
            GenerationConfig(
                eos_token_id=vocabulary.end,
                no_timestamps_token_id=vocabulary.no_timestamps,
                max_initial_timestamp_index=MAX_FIRST_STAMP,
            ),
            begin_index=0,  # it is shown what was said, without the prompt
        )

    def choose(
        self, said: torch.Tensor, scores: torch.Tensor, how: Decoding
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return each row's next token, and its log probability among those that may come."""
        scores = self._allowed(said, scores, how)
        if how.temperature:
            shares = (scores / how.temperature).softmax(-1)
            chosen = torch.multinomial(shares, 1)[:, 0]
        else:
            chosen = scores.argmax(-1)
        return chosen, scores.log_softmax(-1).gather(-1, chosen[:, None])[:, 0]

    def _allowed(self, said: torch.Tensor, scores: torch.Tensor, how: Decoding) -> torch.Tensor:
        banned = self._banned if said.shape[1] else self._banned_first
        scores = scores.masked_fill(banned, _NEVER)
        if how.timestamps:
            scores = self._stamp_rules(said, scores)
        else:
            scores = scores.masked_fill(self._stamps, _NEVER)
        if how.no_repeat_ngram:
            scores = NoRepeatNGramLogitsProcessor(how.no_repeat_ngram)(said, scores)
        return scores
