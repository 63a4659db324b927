"""The network: a tiny Whisper from transformers' own modules, and its training loss."""

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import WhisperConfig, WhisperForConditionalGeneration

from scripts.demo_model import tokenizer as tokens
from scripts.demo_model.windows import IGNORED, Batch

CTC_WEIGHT = 0.4
"""Share of the CTC loss: without it the decoder needs hours to find where to listen."""


def build(tokenizer: Tokenizer) -> WhisperForConditionalGeneration:
    """Make the network with random weights: 1.6 million parameters."""
    end, start = (tokens.number(tokenizer, token) for token in (tokens.END_OF_TEXT, tokens.START))
    config = WhisperConfig(
        vocab_size=tokenizer.get_vocab_size(),
        num_mel_bins=80,
        d_model=128,
        encoder_layers=3,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=384,
        decoder_ffn_dim=384,
        dropout=0.0,
        pad_token_id=end,
        bos_token_id=end,
        eos_token_id=end,
        decoder_start_token_id=start,
        suppress_tokens=[],
        begin_suppress_tokens=[tokenizer.encode(" ").ids[0], end],
    )
    return WhisperForConditionalGeneration(config)


class TrainedNetwork(nn.Module):
    """The network with the CTC head that only training needs."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        super().__init__()
        self.whisper = build(tokenizer)
        used = sorted({t for text in texts for t in tokenizer.encode(f" {text}").ids})
        self._ctc_class = {token: number for number, token in enumerate(used, 1)}
        self.ctc = nn.Linear(self.whisper.config.d_model, len(used) + 1)

    def loss(self, batch: Batch) -> Tensor:
        """Give the training loss: cross entropy of the decoder plus CTC on the encoder."""
        with torch.autocast("cpu", torch.bfloat16):
            heard = encode(self.whisper, torch.from_numpy(batch.features))
            decoded = self.whisper.model.decoder(
                input_ids=torch.from_numpy(batch.inputs),
                encoder_hidden_states=heard,
                use_cache=False,
            ).last_hidden_state
            logits, classes = self.whisper.proj_out(decoded), self.ctc(heard)
        written = nn.functional.cross_entropy(
            logits.float().transpose(1, 2), torch.from_numpy(batch.targets), ignore_index=IGNORED
        )
        return written + CTC_WEIGHT * self._ctc_loss(classes.float(), batch.texts)

    def _ctc_loss(self, classes: Tensor, texts: Sequence[Sequence[int]]) -> Tensor:
        targets = [self._ctc_class[token] for text in texts for token in text]
        return nn.functional.ctc_loss(
            classes.log_softmax(-1).transpose(0, 1),
            torch.tensor(targets),
            torch.full((len(texts),), classes.shape[1]),
            torch.tensor([len(text) for text in texts]),
            zero_infinity=True,
        )


def encode(whisper: WhisperForConditionalGeneration, features: Tensor) -> Tensor:
    """Run the encoder on a window of any length; transformers' own insists on 30 s."""
    encoder = whisper.model.encoder
    hidden = nn.functional.gelu(encoder.conv1(features))
    hidden = nn.functional.gelu(encoder.conv2(hidden)).transpose(1, 2)
    hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
    for layer in encoder.layers:
        hidden = layer(hidden, None)
    return encoder.layer_norm(hidden)
