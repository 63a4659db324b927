"""The training loop: a curriculum from single sentences to 30 s windows."""

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from scripts.demo_model.network import TrainedNetwork
from scripts.demo_model.windows import Batch, Layout, WindowFactory

TIGHT = Layout(batch=32)
SINGLE = Layout(batch=32, window_s=(4.6, 5.4))
SEVERAL = Layout(batch=16, sentences=(1, 3), window_s=(8.0, 10.0))
FULL = Layout(batch=6, sentences=(1, 3), window_s=(30.0, 30.0))

PEAK_RATE = 1.5e-3
"""Highest learning rate."""

_WARM_UP_STEPS = 150
_CHECKPOINT_STEPS = 100
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the curriculum: the progress at which it ends, and how often each layout comes."""

    until: float
    shares: dict[Layout, float]


CURRICULUM = (
    Stage(until=0.10, shares={TIGHT: 0.9, SINGLE: 0.1}),
    Stage(until=0.60, shares={TIGHT: 0.62, SINGLE: 0.14, SEVERAL: 0.14, FULL: 0.10}),
    Stage(until=0.88, shares={TIGHT: 0.70, SEVERAL: 0.15, FULL: 0.15}),
    Stage(until=1.00, shares={TIGHT: 0.45, SEVERAL: 0.25, FULL: 0.30}),
)
"""Long windows come late: earlier they spoil single sentences."""


def train(
    network: TrainedNetwork, batches: Iterable[Batch], progress: Callable[[], float]
) -> Iterator[Mapping[str, Tensor]]:
    """Train `network` while there are `batches`; give its averaged weights from time to time."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, weight_decay=0.01)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    for step, batch in enumerate(batches, 1):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(progress()) * min(step / _WARM_UP_STEPS, 1)
        optimiser.zero_grad()
        loss = network.loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update_parameters(network)
        if step % _CHECKPOINT_STEPS == 0:
            _LOG.info("step %d, %.0f %%, loss %.3f", step, 100 * progress(), loss.item())
            yield average.module.state_dict()
    yield average.module.state_dict()


def learning_rate(progress: float) -> float:
    """Give the rate at `progress` in 0..1: half a cosine, down to a fiftieth of the peak."""
    return PEAK_RATE * (0.02 + 0.98 * (1 + math.cos(math.pi * min(progress, 1))) / 2)


def batches(factory: WindowFactory, progress: Callable[[], float], *, seed: int) -> Iterator[Batch]:
    """Make batches after the curriculum, each while the one before is trained on."""
    random = np.random.default_rng(seed)
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(factory.batch, TIGHT, random)
        while (done := progress()) < 1:
            ready = ahead.result()
            ahead = pool.submit(factory.batch, _layout(done, random), random)
            yield ready


def _layout(progress: float, random: np.random.Generator) -> Layout:
    stage = next(stage for stage in CURRICULUM if progress < stage.until)
    return list(stage.shares)[random.choice(len(stage.shares), p=list(stage.shares.values()))]
