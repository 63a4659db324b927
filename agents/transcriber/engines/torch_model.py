"""A Whisper model in transformers' format, on a GPU of any make or on the processor."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from transformers import (
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)
from transformers.utils.logging import disable_progress_bar

from agents.errors import SettingsError
from agents.transcriber.engines.torch_decoding import (
    MAX_LENGTH,
    Decoding,
    SpokenState,
)
from agents.transcriber.engines.torch_rules import TokenRules
from agents.transcriber.engines.whisper_alignment import Attention
from agents.transcriber.engines.whisper_rows import Features
from agents.transcriber.engines.whisper_vocabulary import WhisperVocabulary
from agents.transcriber.models import SETTING
from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples

_FRAME_SAMPLES, _FFT_SAMPLES = 160, 400


def choose_device(asked: str) -> str:
    """Return the device that is *asked* for; `auto` is the best that this machine has.

    Raises:
        SettingsError: torch does not have the device here.

    """
    present = {
        "cuda": torch.cuda.is_available(),  # AMD's ROCm goes by this name as well
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if asked == "auto":
        return next(name for name, here in present.items() if here)
    if not present.get(asked.partition(":")[0], False):
        raise SettingsError(f"torch has no device {asked!r} on this machine")
    return asked


class TorchWhisper:
    """The parts of a loaded model that an engine calls; all rows of a call are one batch."""

    def __init__(self, folder: Path, device: str) -> None:
        self.device = choose_device(device)
        self._dtype = torch.float32 if self.device == "cpu" else torch.float16
        disable_progress_bar()
        try:
            self._model = WhisperForConditionalGeneration.from_pretrained(
                folder, dtype=self._dtype, local_files_only=True, use_safetensors=True
            )
            self._extractor = WhisperFeatureExtractor.from_pretrained(folder, local_files_only=True)
            self.vocabulary = WhisperVocabulary(folder / "tokenizer.json")
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise SettingsError(
                f"{SETTING}: the model in {str(folder)!r} cannot be loaded: {error}"
            ) from error
        self._model.to(self.device).eval()
        self._heads = self._alignment_heads()
        self._rules = TokenRules(
            self.vocabulary,
            self._model.model.decoder.embed_tokens.weight[:, 0],
            banned=self._configured("suppress_tokens"),
            banned_first=self._configured("begin_suppress_tokens"),
        )

    def _alignment_heads(self) -> list[tuple[int, int]]:
        """Return (layer, head) of those that follow the sound, else of all in the upper half."""
        if named := self._configured("alignment_heads"):
            return [(layer, head) for layer, head in named]
        config = self._model.config
        heads = range(config.decoder_attention_heads)
        upper = range(config.decoder_layers // 2, config.decoder_layers)
        return [(layer, head) for layer in upper for head in heads]

    def _configured(self, name: str) -> list[Any]:
        return list(getattr(self._model.generation_config, name, None) or ())

    def features(self, samples: Samples) -> Features:
        """Return the log-mel features of *samples*: one frame more than there is sound for."""
        count = len(samples) // _FRAME_SAMPLES + 1
        missing = max(_FRAME_SAMPLES, _FFT_SAMPLES - len(samples))
        padded = np.pad(samples, (0, missing))
        [features] = self._extractor(
            padded,
            sampling_rate=SAMPLE_RATE_HZ,
            padding="longest",
            truncation=False,
            return_tensors="np",
        )["input_features"]
        return np.asarray(features[:, :count], np.float32)

    def encode(self, windows: Sequence[Features]) -> torch.Tensor:
        """Return what the encoder makes of *windows*: (windows, frames of 20 ms, width)."""
        with torch.inference_mode():
            stacked = torch.from_numpy(np.stack(windows)).to(self.device, self._dtype)
            return self._model.model.encoder(stacked).last_hidden_state

    def language_shares(self, encoded: torch.Tensor, tokens: Sequence[int]) -> list[list[float]]:
        """Return the probability of each language token of *tokens* for every row."""
        start = torch.full((len(encoded), 1), self.vocabulary.start, device=self.device)
        with torch.inference_mode():
            logits = self._model(
                encoder_outputs=(encoded,), decoder_input_ids=start, use_cache=False
            ).logits
            shares: list[list[float]] = logits[:, 0, list(tokens)].float().softmax(-1).tolist()
        return shares

    def generate(
        self, encoded: torch.Tensor, prompts: Sequence[Sequence[int]], how: Decoding
    ) -> list[SpokenState]:
        """Let the decoder speak about *encoded* rows; each has a prompt, all of one length.

        With several candidates the likeliest of each row is returned.
        """
        with torch.inference_mode():
            spoken = self._speak(
                encoded.repeat_interleave(how.candidates, 0),
                torch.tensor(prompts, device=self.device).repeat_interleave(how.candidates, 0),
                how,
            )
        rows = range(0, len(spoken), how.candidates)
        return [
            max(spoken[at : at + how.candidates], key=lambda one: one.avg_logprob) for at in rows
        ]

    def _speak(
        self, encoded: torch.Tensor, inputs: torch.Tensor, how: Decoding
    ) -> list[SpokenState]:
        """Decode token by token; rows that have ended leave the batch."""
        spoken: list[SpokenState] = []
        live: list[SpokenState] = []
        said, cache = inputs[:, :0], None
        for _ in range(min(MAX_LENGTH // 2, MAX_LENGTH - inputs.shape[1])):
            output = self._model(
                encoder_outputs=(encoded,),
                decoder_input_ids=inputs,
                past_key_values=cache,
                use_cache=True,
            )
            if cache is None:
                spoken = live = self._unspoken(inputs, output.logits)
            cache = output.past_key_values
            chosen, logprobs = self._rules.choose(said, output.logits[:, -1].float(), how)
            going = self._add(live, chosen.tolist(), logprobs.tolist())
            if not going:
                break
            if len(going) < len(live):
                kept = torch.tensor(going, device=self.device)
                cache.batch_select_indices(kept)
                encoded, said, chosen = encoded[kept], said[kept], chosen[kept]
                live = [live[at] for at in going]
            inputs = chosen[:, None]
            said = torch.cat([said, inputs], dim=1)
        return spoken

    def _unspoken(self, prompts: torch.Tensor, logits: torch.Tensor) -> list[SpokenState]:
        """Return what is known before a word is said: from the place where a transcript starts."""
        starts = (prompts == self.vocabulary.start).int().argmax(-1)
        at_start = logits[torch.arange(len(prompts), device=self.device), starts].float()
        none = self.vocabulary.no_speech
        silence = (
            at_start.softmax(-1)[:, none].tolist() if none is not None else [0.0] * len(starts)
        )
        return [SpokenState(no_speech_prob=share, tokens=[]) for share in silence]

    def _add(
        self, live: Sequence[SpokenState], tokens: Sequence[int], logprobs: Sequence[float]
    ) -> list[int]:
        """Add a token to each of *live*; return the places of those that go on."""
        for one, token, logprob in zip(live, tokens, logprobs, strict=True):
            one.logprob += logprob
            if token != self.vocabulary.end:
                one.tokens.append(token)
        return [at for at, token in enumerate(tokens) if token != self.vocabulary.end]

    def attend(
        self,
        encoded: torch.Tensor,
        prompts: Sequence[Sequence[int]],
        texts: Sequence[Sequence[int]],
    ) -> list[tuple[Attention, list[float]]]:
        """Return where the decoder looks while it writes *texts*, and how sure it is of each token.

        The attention has a row for each token of a text and one for its end.
        """
        before = len(prompts[0])
        rows = [[*prompt, *text] for prompt, text in zip(prompts, texts, strict=True)]
        longest = max(map(len, rows))
        # A decoder never looks ahead, so that what fills up a row changes nothing before it.
        filled = [[*row, *[self.vocabulary.end] * (longest - len(row))] for row in rows]
        with torch.inference_mode(), self._visible_attention():
            output = self._model(
                encoder_outputs=(encoded,),
                decoder_input_ids=torch.tensor(filled, device=self.device),
                use_cache=False,
                output_attentions=True,
            )
        looks = torch.stack(
            [output.cross_attentions[layer][:, head] for layer, head in self._heads]
        )
        shares = output.logits.float().softmax(-1)
        return [
            (
                looks[:, at, before - 1 : before + len(text)].float().cpu().numpy(),
                [float(shares[at, before - 1 + place, token]) for place, token in enumerate(text)],
            )
            for at, text in enumerate(texts)
        ]

    @contextmanager
    def _visible_attention(self) -> Iterator[None]:
        """Use the slower attention for a while: the fused one does not say where it looks."""
        decoder = self._model.model.decoder
        decoder.set_attn_implementation("eager")
        try:
            yield
        finally:
            decoder.set_attn_implementation("sdpa")

    def close(self) -> None:
        """Give the model's memory back."""
        del self._model
        if self.device.startswith("cuda"):
            torch.cuda.empty_cache()
