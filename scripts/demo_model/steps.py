"""The steps from nothing to the committed model and recordings, by name and in their order."""

import time
from collections.abc import Callable
from pathlib import Path

import torch
from faster_whisper import WhisperModel
from tokenizers import Tokenizer

from scripts.demo_model import (
    corpus,
    export,
    grammar,
    measure,
    network,
    recordings,
    tokenizer,
    train,
    voices,
)
from scripts.demo_model.windows import WindowFactory

_HERE = Path(__file__).parent
_DAY = _HERE / "day.toml"
_DEMO = _HERE.parents[1] / "agents/demo"
_MODEL = _DEMO / "model"
_TEST_DATA = _HERE.parents[1] / "tests/data"

SEED = 20_261_119
"""Seed of everything drawn; bf16 and threads still keep two runs from being equal bit for bit."""

MINUTES = 60
"""Training time: some 8,000 steps on two cores with nothing else to do."""


def speak(work: Path) -> None:
    """Synthesise the training corpus."""
    sentences = corpus.draw_sentences(keep=_committed(), seed=SEED)
    corpus.save(corpus.synthesise(sentences, voices.TRAINED_VARIANTS, seed=SEED), _clips(work))
    everything = [text for code in grammar.LANGUAGES for text in grammar.load(code).sentences]
    tokenizer.build(everything).save(str(_tokenizer(work)))


def teach(work: Path) -> None:
    """Train the network for `MINUTES`; an interrupted run goes on from its checkpoint."""
    clips = corpus.load(_clips(work))
    vocabulary = Tokenizer.from_file(str(_tokenizer(work)))
    torch.manual_seed(SEED)
    trained = network.TrainedNetwork(vocabulary, [clip.text for clip in clips])
    done = 0.0
    if _checkpoint(work).exists():
        saved = torch.load(_checkpoint(work), weights_only=True)
        trained.load_state_dict(saved["weights"])
        done = saved["progress"]
    started_s = time.monotonic()

    def progress() -> float:
        return done + (time.monotonic() - started_s) / (60 * MINUTES)

    batches = train.batches(WindowFactory(clips, vocabulary), progress, seed=SEED)
    for weights in train.train(trained, batches, progress):
        torch.save({"weights": weights, "progress": progress()}, _checkpoint(work))


def write(work: Path) -> None:
    """Write the model down in both formats."""
    vocabulary = Tokenizer.from_file(str(_tokenizer(work)))
    whisper = export.load(_checkpoint(work), vocabulary)
    export.write_int8(whisper, vocabulary, _MODEL)
    export.write_fp16(whisper, vocabulary, _TEST_DATA / "demo_model_fp16")


def measure_exactness(work: Path) -> None:
    """Measure the written model on held-out sentences and voices."""
    rows = measure.table(_model(), keep=_committed(), seed=SEED)
    lines = [f"| {name} | {exact} of {clips} |" for name, exact, clips in rows]
    (work / "exactness.md").write_text("\n".join(lines) + "\n", "utf-8")


def record(_work: Path) -> None:
    """Make the bundled day and the test recordings, each heard exactly by the written model."""
    recordings.make(_model(), _DAY, _DEMO / "recordings", _DEMO / "recordings.json")
    folder = _TEST_DATA / "recordings"
    recordings.make(_model(), _HERE / "tests.toml", folder, folder / "recordings.json")
    source, text = folder / "en-walk.opus", "I decided to walk to work."
    recordings.make_formats(_model(), source, text, folder / "formats")


def _committed() -> frozenset[str]:
    return frozenset(s for script in recordings.read_scripts(_DAY) for s in script.sentences)


def _model() -> WhisperModel:
    return WhisperModel(str(_MODEL), device="cpu", compute_type="int8")


def _clips(work: Path) -> Path:
    return work / "clips.npz"


def _tokenizer(work: Path) -> Path:
    return work / "tokenizer.json"


def _checkpoint(work: Path) -> Path:
    return work / "checkpoint.pt"


STEPS: dict[str, Callable[[Path], None]] = {
    "speak": speak,
    "teach": teach,
    "write": write,
    "measure": measure_exactness,
    "record": record,
}
"""The steps by name, in their order; each takes the folder for what is not committed."""
