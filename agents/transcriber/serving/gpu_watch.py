"""Asks NVIDIA's management library how busy the engine's GPU is; nothing where there is none."""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from agents.transcriber.serving.messages import GpuUse


class GpuWatch:
    """The first GPU that this process may use."""

    def __init__(self) -> None:
        self._library: Any = None
        self._device: Any = None
        if find_spec("pynvml") is None:
            return
        library = import_module("pynvml")
        try:
            library.nvmlInit()
            self._device = _first_visible(library)
        except library.NVMLError:
            return
        self._library = library

    def use(self) -> GpuUse | None:
        """Return how much of it is in use now; None without one."""
        if self._library is None:
            return None
        try:
            memory = self._library.nvmlDeviceGetMemoryInfo(self._device)
            rates = self._library.nvmlDeviceGetUtilizationRates(self._device)
        except self._library.NVMLError:
            return None
        return GpuUse(memory_bytes=int(memory.used), utilisation=rates.gpu / 100)


def _first_visible(library: Any) -> Any:
    """Return the device that CUDA calls 0: the first of those that the environment leaves us."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip() or "0"
    if visible.isdecimal():
        return library.nvmlDeviceGetHandleByIndex(int(visible))
    return library.nvmlDeviceGetHandleByUUID(visible)
