"""A tiny Whisper model of random weights: its text is noise, its way through the code is real."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

LANGUAGES = ("en", "de", "es")
_WIDTH, _HEADS, _FFN, _MELS = 32, 2, 64, 80
_WORDS = ("morning", "coffee", "train", "garden", "letter", "music", "rain", "friend")


def build(folder: Path, seed: int = 0) -> Path:
    """Write a model directory to *folder* and return it; the same *seed* gives the same model."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    names = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    ids = dict(names)
    spec = _spec(len(names), ids["<|endoftext|>"], np.random.default_rng(seed))
    spec.register_vocabulary([name for name, _ in names])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [ids["<|endoftext|>"]]
    spec.config.lang_ids = [ids[f"<|{language}|>"] for language in LANGUAGES]
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"feature_size": _MELS, "chunk_length": 30, "n_fft": 400, "hop_length": 160})
    )
    return folder


def _tokenizer() -> Tokenizer:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    # The empty string is what makes CTranslate2 take a model for a multilingual one.
    texts = ["", *letters, *(f"Ġ{word}" for word in _WORDS)]
    tokenizer = Tokenizer(models.BPE(vocab={text: n for n, text in enumerate(texts)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    marks = ["endoftext", "startoftranscript", *LANGUAGES, "translate", "transcribe"]
    marks += ["startoflm", "startofprev", "nospeech", "notimestamps"]
    marks += [f"{step * 0.02:.2f}" for step in range(1501)]
    tokenizer.add_special_tokens([AddedToken(f"<|{mark}|>", special=True) for mark in marks])
    return tokenizer


def _spec(vocabulary: int, end_of_text: int, random: np.random.Generator) -> WhisperSpec:
    spec = WhisperSpec(1, _HEADS, 1, _HEADS)
    encoder, decoder = spec.encoder, spec.decoder
    _fill(encoder.conv1, (_WIDTH, _MELS, 3), random)
    _fill(encoder.conv2, (_WIDTH, _WIDTH, 3), random)
    encoder.position_encodings.encodings = _matrix((1500, _WIDTH), random)
    decoder.position_encodings.encodings = _matrix((448, _WIDTH), random)
    decoder.embeddings.weight = _matrix((vocabulary, _WIDTH), random, scale=1.0)
    # Louder time stamps and end of text: short segments, and windows that are not read to the end.
    decoder.embeddings.weight[-1501:] *= 1.4
    decoder.embeddings.weight[end_of_text] *= 2
    decoder.projection.weight = decoder.embeddings.weight
    for norm in (encoder.layer_norm, decoder.layer_norm):
        _norm(norm)
    for layer in (*encoder.layer, *decoder.layer):
        _attention(layer.self_attention, (3 * _WIDTH, _WIDTH), random)
        _fill(layer.ffn.linear_0, (_FFN, _WIDTH), random)
        _fill(layer.ffn.linear_1, (_WIDTH, _FFN), random)
        _norm(layer.ffn.layer_norm)
    for layer in decoder.layer:
        _attention(layer.attention, (_WIDTH, 2 * _WIDTH, _WIDTH), random)
    return spec


def _attention(attention: Any, rows: tuple[int, ...], random: np.random.Generator) -> None:
    _norm(attention.layer_norm)
    for linear, count in zip(attention.linear, rows, strict=True):
        _fill(linear, (count, _WIDTH), random)


def _fill(layer: Any, shape: tuple[int, ...], random: np.random.Generator) -> None:
    layer.weight = _matrix(shape, random)
    layer.bias = np.zeros(shape[0], np.float32)


def _norm(norm: Any) -> None:
    norm.gamma = np.ones(_WIDTH, np.float32)
    norm.beta = np.zeros(_WIDTH, np.float32)


def _matrix(shape: tuple[int, ...], random: np.random.Generator, scale: float = 0.5) -> Any:
    return random.normal(0, scale, shape).astype(np.float32)
