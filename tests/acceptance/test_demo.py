"""The first minute: one command, from nothing to a day's page."""

from pathlib import Path

from agents import demo
from tests.support.pipeline import Pipeline

README = Path(__file__).parents[2] / "README.md"


def test_the_demo_prints_a_page_that_a_late_clip_opens_again_and_leaves_nothing_running(
    tmp_path: Path,
) -> None:
    pipeline = Pipeline(tmp_path)
    shown = pipeline.run("demo", timeout_s=300)
    assert shown.returncode == 0, shown.stderr
    late = next(one for one in demo.recordings() if one.late)
    first_page, _, added = shown.stdout.partition("\n+ ")
    on_time = [one for one in demo.recordings() if one.segments and not one.late]
    assert first_page.startswith("# ")
    assert all(one.segments[0] in first_page for one in on_time)
    assert late.segments[0] in added
    assert late.segments[0] not in first_page
    assert "LATE_CLIP" in shown.stderr
    assert shown.stderr.count("lag 0") == 3
    assert shown_in_readme() <= set(shown.stdout.splitlines())
    left = Pipeline(tmp_path / "left", state_dir=str(tmp_path / "state" / "demo"))
    assert left.run("broker", "status").stdout == "stopped\n"
    assert left.run("status").returncode == 1


def shown_in_readme() -> set[str]:
    """Return the lines of output that the README shows.

    Without the marks of what is left out, and without the footer: a slow machine may take two
    revisions to write what is one here.
    """
    text = README.read_text(encoding="utf-8")
    shown = text[text.index("and prints that day's page:") : text.index("The bundled model is")]
    blocks = shown.split("```")[1::2]
    assert len(blocks) == 2
    lines = {line for block in blocks for line in block.splitlines()}
    return {line for line in lines if not line.startswith("*11 recordings")} - {"", "[…]"}
