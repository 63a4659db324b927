"""Which GPU it is, as NVIDIA's own program says."""

import os
import shutil
import subprocess
from typing import Any

import ctranslate2

PEAK_TFLOPS = {
    "H200": 989.0,
    "H100 PCIe": 756.0,
    "H100 NVL": 835.0,
    "H100": 989.0,
    "A100": 312.0,
    "L40S": 362.0,
    "L4": 121.0,
    "A10G": 70.0,
    "A10": 125.0,
    "RTX 4090": 165.0,
    "RTX 3090": 71.0,
    "T4": 65.0,
}
"""Dense float16 with sums in float32, from NVIDIA's data sheets; the first name that fits."""


def gpus() -> int:
    """Return how many GPUs CTranslate2 can use."""
    return int(ctranslate2.get_cuda_device_count())


def describe(device: str) -> dict[str, Any]:
    """Return the name, driver and memory of the GPU, and the most that it can do."""
    if device == "cpu":
        return {"device": "cpu", "name": None, "driver": None, "memory": None, "peak_tflops": None}
    name, driver, memory = _asked()
    return {
        "device": "cuda",
        "name": name,
        "driver": driver,
        "memory": memory,
        "peak_tflops": peak_tflops(name or ""),
    }


def peak_tflops(name: str) -> float | None:
    """Return the peak of the GPU of this *name*; None where it is not known."""
    words = name.replace("-", " ").split()
    fits = (peak for known, peak in PEAK_TFLOPS.items() if _within(known.split(), words))
    return next(fits, None)


def _within(known: list[str], words: list[str]) -> bool:
    return all(word in words for word in known)


def _asked() -> tuple[str | None, str | None, str | None]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return None, None, None
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip() or "0"
    done = subprocess.run(
        [
            program,
            "--query-gpu=name,driver_version,memory.total",
            "--format=csv,noheader",
            f"--id={first}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    parts = [part.strip() for part in done.stdout.strip().split(",")]
    if done.returncode != 0 or len(parts) != 3:  # noqa: PLR2004 - the three asked for
        return None, None, None
    return parts[0], parts[1], parts[2]
