"""The parts of docs/ that follow from the code say what the code says."""

from pathlib import Path

from agents.cli.settings import reference

DOCS = Path(__file__).parents[2] / "docs"


def test_the_settings_reference_is_up_to_date() -> None:
    assert (DOCS / "settings.md").read_text() == reference(), "run `make docs`"
