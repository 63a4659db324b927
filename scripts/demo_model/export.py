"""Writes the trained network down: for CTranslate2 in 8 bits, for transformers in 16."""

import json
from copy import deepcopy
from pathlib import Path

import torch
from ctranslate2.converters.transformers import WhisperLoader
from ctranslate2.specs import WhisperSpec
from tokenizers import Tokenizer
from transformers import GenerationConfig, WhisperForConditionalGeneration

from scripts.demo_model import network
from scripts.demo_model import tokenizer as tokens

CHUNKING = {"max_s": 9.0, "silence_ms": 250, "pad_ms": 150, "merge": False}
"""How a recording must be cut for this model: it heard at most three sentences in one window."""

_PREPROCESSOR = {
    "chunk_length": 30,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "n_samples": 480_000,
    "nb_max_frames": 3_000,
    "padding_side": "right",
    "padding_value": 0.0,
    "processor_class": "WhisperProcessor",
    "return_attention_mask": False,
    "sampling_rate": 16_000,
}
_ALIGNMENT_HEADS = [[1, head] for head in range(4)]


def load(checkpoint: Path, tokenizer: Tokenizer) -> WhisperForConditionalGeneration:
    """Read the network from the trainer's checkpoint."""
    whisper = network.build(tokenizer)
    weights = torch.load(checkpoint, weights_only=True)["weights"]
    prefix = "whisper."
    whisper.load_state_dict(
        {name.removeprefix(prefix): w for name, w in weights.items() if name.startswith(prefix)}
    )
    return whisper.eval()


def write_int8(
    whisper: WhisperForConditionalGeneration, tokenizer: Tokenizer, folder: Path
) -> None:
    """Write the folder that faster-whisper loads."""
    # Quantisation writes into the very weights that the spec was made from.
    spec = WhisperLoader().get_model_spec(deepcopy(whisper))
    spec.register_vocabulary([tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())])
    _configure(spec, tokenizer)
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _write_companions(tokenizer, folder)
    _write_json(folder / "daybook.json", {"chunk": CHUNKING, "prompts": False})


def write_fp16(
    whisper: WhisperForConditionalGeneration, tokenizer: Tokenizer, folder: Path
) -> None:
    """Write the folder that transformers loads; `whisper` is in half precision afterwards."""
    whisper.generation_config = _generation(whisper, tokenizer)
    whisper.half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    _write_companions(tokenizer, folder)
    end = tokens.END_OF_TEXT
    special = {f"{kind}_token": end for kind in ("bos", "eos", "pad", "unk")}
    _write_json(
        folder / "tokenizer_config.json", {"tokenizer_class": "WhisperTokenizer", **special}
    )


def _configure(spec: WhisperSpec, tokenizer: Tokenizer) -> None:
    spec.config.suppress_ids = _suppressed(tokenizer)
    spec.config.suppress_ids_begin = [
        tokenizer.encode(" ").ids[0],
        tokens.number(tokenizer, tokens.END_OF_TEXT),
    ]
    spec.config.lang_ids = [tokens.number(tokenizer, token) for token in tokens.LANGUAGE_TOKENS]
    spec.config.alignment_heads = _ALIGNMENT_HEADS


def _generation(whisper: WhisperForConditionalGeneration, tokenizer: Tokenizer) -> GenerationConfig:
    number = tokenizer.get_vocab()
    return GenerationConfig(
        alignment_heads=_ALIGNMENT_HEADS,
        begin_suppress_tokens=whisper.config.begin_suppress_tokens,
        bos_token_id=whisper.config.bos_token_id,
        decoder_start_token_id=whisper.config.decoder_start_token_id,
        eos_token_id=whisper.config.eos_token_id,
        is_multilingual=True,
        lang_to_id={token: number[token] for token in tokens.LANGUAGE_TOKENS},
        max_initial_timestamp_index=50,
        max_length=448,
        no_timestamps_token_id=number[tokens.NO_TIMESTAMPS],
        pad_token_id=whisper.config.pad_token_id,
        prev_sot_token_id=number["<|startofprev|>"],
        return_timestamps=False,
        suppress_tokens=_suppressed(tokenizer),
        task_to_id={"transcribe": number[tokens.TRANSCRIBE], "translate": number["<|translate|>"]},
    )


def _suppressed(tokenizer: Tokenizer) -> list[int]:
    never_text = (
        tokens.START,
        "<|translate|>",
        tokens.TRANSCRIBE,
        "<|startoflm|>",
        "<|startofprev|>",
        tokens.NO_SPEECH,
    )
    return [tokens.number(tokenizer, token) for token in never_text]


def _write_companions(tokenizer: Tokenizer, folder: Path) -> None:
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(folder / "preprocessor_config.json", _PREPROCESSOR)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", "utf-8")
