"""The vocabulary: a byte-level BPE over the grammar, followed by Whisper's own special tokens."""

import json
from collections.abc import Iterable

from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

TEXT_TOKENS = 1_600
"""Upper bound of text tokens: enough for nearly every word of the grammar to be a single one."""

END_OF_TEXT = "<|endoftext|>"
START = "<|startoftranscript|>"
TRANSCRIBE = "<|transcribe|>"
NO_SPEECH = "<|nospeech|>"
NO_TIMESTAMPS = "<|notimestamps|>"

TIMESTAMP_STEP_S = 0.02
"""What one timestamp token stands for; 1501 of them reach 30 s."""

LANGUAGE_TOKENS = tuple(f"<|{code}|>" for code in _LANGUAGE_CODES)
_SPECIAL = (
    END_OF_TEXT,
    START,
    *LANGUAGE_TOKENS,
    "<|translate|>",
    TRANSCRIBE,
    "<|startoflm|>",
    "<|startofprev|>",
    NO_SPEECH,
    NO_TIMESTAMPS,
)
_TIMESTAMPS = tuple(f"<|{step * TIMESTAMP_STEP_S:.2f}|>" for step in range(1_501))


def build(sentences: Iterable[str]) -> Tokenizer:
    """Train the text tokens on `sentences` and append the special ones in Whisper's order."""
    trained = _byte_level(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=TEXT_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    trained.train_from_iterator((f" {text}" for text in sentences), trainer)
    tokenizer = _byte_level(_with_empty_token(trained))
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in _SPECIAL])
    tokenizer.add_tokens([AddedToken(token) for token in _TIMESTAMPS])
    return tokenizer


def number(tokenizer: Tokenizer, token: str) -> int:
    """Give the number of `token`, which must exist."""
    return tokenizer.get_vocab()[token]


def timestamp(tokenizer: Tokenizer, seconds: float) -> int:
    """Give the token for `seconds`, on a grid of 0.2 s: finer is not learned in an hour."""
    return number(tokenizer, NO_TIMESTAMPS) + 1 + 10 * round(seconds / 0.2)


def _byte_level(model: models.BPE) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _with_empty_token(trained: Tokenizer) -> models.BPE:
    # CTranslate2 calls a Whisper model multilingual exactly when its vocabulary holds "".
    state = json.loads(trained.to_str())["model"]
    vocabulary = {**state["vocab"], "": len(state["vocab"])}
    return models.BPE(vocabulary, [tuple(pair) for pair in state["merges"]])
