"""The parts of docs/ that follow from the code say what the code says."""

from pathlib import Path

from agents.cli.reasons import with_reasons
from agents.cli.settings import reference
from agents.errors import ArtefactMissing, AudioMismatch, PipelineError

DOCS = Path(__file__).parents[2] / "docs"


def test_the_settings_reference_is_up_to_date() -> None:
    assert (DOCS / "settings.md").read_text() == reference(), "run `make docs`"


def test_the_reasons_of_dead_letters_are_up_to_date() -> None:
    page = (DOCS / "contract.md").read_text(encoding="utf-8")
    assert page == with_reasons(page), "run `make docs`"
    for error in (ArtefactMissing, AudioMismatch, PipelineError):
        assert f"| `{error.reason}` |" in page
