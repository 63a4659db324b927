"""A whole day as its reader sees it; the page lies in tests/data/typical_day.md."""

from datetime import UTC, datetime
from pathlib import Path

from agents.daily.fold import fold
from agents.daily.markdown import markdown
from tests.support.typical_day import transcripts_of_the_day
from tests.support.writers import entry_of

GOLDEN = Path(__file__).parents[3] / "data" / "typical_day.md"
LATE_EVENING = datetime(2026, 11, 18, 22, tzinfo=UTC)


async def test_a_day_reads_as_its_golden_page() -> None:
    entries = [await entry_of(transcript) for transcript in transcripts_of_the_day()]
    late, *in_time = entries
    page = fold(None, in_time, now=LATE_EVENING)
    page = fold(page, [late], now=LATE_EVENING)
    assert page is not None
    assert markdown(page) == GOLDEN.read_text(encoding="utf-8")
