"""Says how likely speech is, window by window: Silero's model, fed as a stream."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime

from agents.errors import EngineFailed
from agents.transcriber.samples import Samples
from agents.transcriber.speech import WINDOW_SAMPLES

CONTEXT_SAMPLES = 64
"""Samples of the window before that Silero's model wants in front of each window."""

_STATE_SHAPE = (1, 1, 128)


class VoiceActivity:
    """Silero's model, loaded once; its streams may run in several threads at the same time."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            str(_model_file()), providers=["CPUExecutionProvider"], sess_options=options
        )

    def stream(self) -> "VoiceStreamState":
        """Begin a recording."""
        return VoiceStreamState(self._session)


class VoiceStreamState:
    """One recording's way through the model: what it remembers is carried over the blocks."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._h = np.zeros(_STATE_SHAPE, np.float32)
        self._c = np.zeros(_STATE_SHAPE, np.float32)
        self._context = np.zeros(CONTEXT_SAMPLES, np.float32)
        self._rest: Samples = np.empty(0, np.float32)

    def push(self, samples: Samples) -> list[float]:
        """Return the probabilities of the windows of 512 samples that *samples* completes."""
        sound = np.concatenate((self._rest, samples))
        whole = len(sound) - len(sound) % WINDOW_SAMPLES
        self._rest = sound[whole:]
        return self._run(sound[:whole]) if whole else []

    def finish(self) -> list[float]:
        """Return the probability of the last, unfinished window, filled up with silence."""
        return self._run(np.pad(self._rest, (0, WINDOW_SAMPLES - len(self._rest))))

    def _run(self, sound: Samples) -> list[float]:
        windows = sound.reshape(-1, WINDOW_SAMPLES)
        tails = windows[:, -CONTEXT_SAMPLES:]
        contexts = np.concatenate((self._context[None], tails[:-1]))
        self._context = tails[-1].copy()
        rows = np.concatenate((contexts, windows), axis=1)
        outputs, self._h, self._c = self._session.run(
            None, {"input": rows, "h": self._h, "c": self._c}
        )
        return [float(probability) for probability in outputs.reshape(-1)]


def _model_file() -> Path:
    """Return the model that comes with faster-whisper, without importing that package."""
    package = find_spec("faster_whisper")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        for path in Path(folder, "assets").glob("silero_vad_*.onnx"):
            return path
    raise EngineFailed("faster-whisper comes without Silero's model; reinstall faster-whisper")
