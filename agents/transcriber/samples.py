"""The one form of sound inside the transcriber: mono float32 at 16 kHz, within -1 and 1."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
"""What Whisper and Silero were trained with."""

SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000
