"""The model that comes with Daybook."""

from agents.demo import MODEL_DIR, MODEL_LANGUAGES
from agents.transcriber.models import ModelSource

DEMO_MODEL = ModelSource(
    name="demo", folder=MODEL_DIR, languages=frozenset(MODEL_LANGUAGES), is_bundled=True
)
"""It has names for all of Whisper's languages, but was taught only these."""
