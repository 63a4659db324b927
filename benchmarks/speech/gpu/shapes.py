"""Whisper models of the shapes that people use, with random weights: as fast, and as empty."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from ctranslate2.specs import WhisperSpec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from agents.transcriber.engines.whisper_languages import LANGUAGES

POOL = 1 << 22
"""Random numbers drawn once; every weight is a piece of them, repeated from a place of its own.
Never zeros: a GPU multiplies these faster than it does real weights."""

_TEXT_LOGIT, _OTHER_LOGIT = 8.0, 0.1
"""Standard deviations of what the decoder says of text tokens and of all others: the best text
token is ahead of the end of text, and of all time stamps together, by a wide margin."""

_DECODER_LENGTH = 448
_TIME_STAMPS = 1501


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShape:
    """The sizes of a Whisper model."""

    name: str
    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    mels: int
    text_tokens: int
    languages: tuple[str, ...] = tuple(LANGUAGES)
    stored: Literal["float16", "int8"] = "float16"
    encoder_tflop: float | None = None
    """Work of the encoder for one window, where it is known."""


SHAPES = {
    shape.name: shape
    for shape in (
        ModelShape(
            name="large-v3",
            width=1280,
            heads=20,
            encoder_layers=32,
            decoder_layers=32,
            mels=128,
            text_tokens=50_257,
            encoder_tflop=2.3,
        ),
        ModelShape(
            name="turbo",
            width=1280,
            heads=20,
            encoder_layers=32,
            decoder_layers=4,
            mels=128,
            text_tokens=50_257,
            encoder_tflop=2.3,
        ),
        ModelShape(
            name="tiny",
            width=64,
            heads=2,
            encoder_layers=2,
            decoder_layers=2,
            mels=80,
            text_tokens=2_000,
            languages=("en", "de", "es", "fr"),
            stored="int8",
        ),
    )
}


def build(shape: ModelShape, folder: Path) -> Path:
    """Write the model of *shape* to *folder*, unless it is there, and return that."""
    if (folder / "preprocessor_config.json").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(shape)
    tokenizer.save(str(folder / "tokenizer.json"))
    ids = tokenizer.get_vocab()
    spec = _Weights(shape).spec(len(ids))
    spec.register_vocabulary(sorted(ids, key=ids.__getitem__))
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [ids["<|endoftext|>"]]
    spec.config.lang_ids = [ids[f"<|{language}|>"] for language in shape.languages]
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    if shape.stored == "int8":
        spec.optimize(quantization="int8")
    else:  # what `optimize` would come to, without its comparing every weight to every other
        spec.decoder.projection.weight = "decoder/embeddings/weight"
    spec.save(str(folder))
    (folder / "preprocessor_config.json").write_text(
        json.dumps(
            {"feature_size": shape.mels, "chunk_length": 30, "n_fft": 400, "hop_length": 160}
        )
    )
    return folder


def _tokenizer(shape: ModelShape) -> Tokenizer:
    # The empty string is what makes CTranslate2 take a model for a multilingual one.
    texts = ["", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    texts += [f"Ġ{_word(number)}" for number in range(shape.text_tokens - len(texts))]
    tokenizer = Tokenizer(models.BPE(vocab={text: n for n, text in enumerate(texts)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    marks = ["endoftext", "startoftranscript", *shape.languages, "translate", "transcribe"]
    marks += ["startoflm", "startofprev", "nospeech", "notimestamps"]
    marks += [f"{step * 0.02:.2f}" for step in range(_TIME_STAMPS)]
    tokenizer.add_special_tokens([AddedToken(f"<|{mark}|>", special=True) for mark in marks])
    return tokenizer


def _word(number: int) -> str:
    """Return the *number*-th word of a language that nobody speaks."""
    syllables = [number // 2_500 % 50, number // 50 % 50, number % 50]
    return "".join("bdfgklmnrs"[at // 5] + "aeiou"[at % 5] for at in syllables)


class _Weights:
    """Fills in the weights of one model."""

    def __init__(self, shape: ModelShape) -> None:
        self._shape = shape
        self._random = np.random.default_rng(0)
        self._pool = self._random.standard_normal(POOL, dtype=np.float32)
        self._dtype = np.float32 if shape.stored == "int8" else np.float16

    def spec(self, vocabulary: int) -> WhisperSpec:
        """Return the model with all its weights."""
        shape, width = self._shape, self._shape.width
        spec = WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
        encoder, decoder = spec.encoder, spec.decoder
        self._fill(encoder.conv1, (width, shape.mels, 3))
        self._fill(encoder.conv2, (width, width, 3))
        encoder.position_encodings.encodings = self._piece((1_500, width), 0.5)
        decoder.position_encodings.encodings = self._piece((_DECODER_LENGTH, width), 0.5)
        decoder.embeddings.weight = self._embeddings(vocabulary)
        decoder.projection.weight = decoder.embeddings.weight
        self._norm(encoder.layer_norm)
        self._norm(decoder.layer_norm)
        for layer in (*encoder.layer, *decoder.layer):
            self._attention(layer.self_attention, (3 * width, width))
            self._fill(layer.ffn.linear_0, (4 * width, width))
            self._fill(layer.ffn.linear_1, (width, 4 * width))
            self._norm(layer.ffn.layer_norm)
        for layer in decoder.layer:
            self._attention(layer.attention, (width, 2 * width, width))
        return spec

    def _embeddings(self, vocabulary: int) -> Any:
        """Return embeddings that are all different, those of text tokens by far the largest."""
        drawn = self._random.standard_normal((vocabulary, self._shape.width), dtype=np.float32)
        # Text tokens come first. What the decoder says of a token is its embedding times a normed
        # vector of this width.
        drawn[: self._shape.text_tokens] *= _TEXT_LOGIT / self._shape.width**0.5
        drawn[self._shape.text_tokens :] *= _OTHER_LOGIT / self._shape.width**0.5
        return drawn.astype(self._dtype)

    def _attention(self, attention: Any, rows: tuple[int, ...]) -> None:
        self._norm(attention.layer_norm)
        for linear, count in zip(attention.linear, rows, strict=True):
            self._fill(linear, (count, self._shape.width))

    def _fill(self, layer: Any, size: tuple[int, ...]) -> None:
        layer.weight = self._piece(size, float(np.prod(size[1:])) ** -0.5)
        layer.bias = self._piece(size[:1], 0.02)

    def _norm(self, norm: Any) -> None:
        norm.gamma = np.ones(self._shape.width, self._dtype)
        norm.beta = self._piece((self._shape.width,), 0.02)

    def _piece(self, size: tuple[int, ...], scale: float) -> Any:
        begin = self._random.integers(POOL // 2)
        return (np.resize(self._pool[begin:], size) * np.float32(scale)).astype(self._dtype)
