"""What becomes of upgrades that nobody can make now."""

import pytest

from agents.delivery.stage import Forwarded, Job
from agents.diarist.upgrades import REST_S, upgraded
from agents.diarist.writer_choice import StrongRule
from agents.diarist.writers import Writers
from agents.errors import DependencyUnavailable
from schemas import TranscriptReady, UserSettings
from tests.support.builders import a_transcript
from tests.support.writers import ScriptedModel, a_chain, a_draft

ADA = UserSettings(user_id="ada")


async def ask(model: ScriptedModel, job: Job, *, has_room: bool) -> object:
    transcript, chain = a_transcript("Something said."), a_chain(model)

    async def load() -> TranscriptReady:
        return transcript

    writers = Writers(chain=chain, strong=chain, rule=StrongRule(), has_room=lambda _: has_room)
    request = Forwarded(transcript, "upgrades")
    made = await upgraded(request, job, writers=writers, wishes=ADA, load=load)
    return "put back" if made == [request] else [type(one).__name__ for one in made]


@pytest.mark.parametrize("may_park", [True, False])
async def test_a_request_without_room_waits_aside_or_goes_to_the_end(*, may_park: bool) -> None:
    model, rested = ScriptedModel(a_draft()), list[float]()

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    job = Job(attempt=1, report=lambda *_: None, beside=True, park=lambda: may_park, rest=rest)
    if may_park:
        with pytest.raises(DependencyUnavailable):
            await ask(model, job, has_room=False)
    else:
        assert await ask(model, job, has_room=False) == "put back"
    assert (rested, model.orders) == ([] if may_park else [REST_S], [])


async def test_with_room_the_better_entry_is_made() -> None:
    job = Job(attempt=1, report=lambda *_: None, beside=True)
    assert await ask(ScriptedModel(a_draft()), job, has_room=True) == ["DiaryReady"]
