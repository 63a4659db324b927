"""Asks language models in the order of the settings, and the offline writer where none answers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from agents.delivery.clock import Clock
from agents.diarist.draft import Draft
from agents.diarist.llm.asking import Rejected
from agents.diarist.llm.availability import Availability
from agents.diarist.llm.bill import billed
from agents.diarist.llm.language_model import CallFailed, Outcome
from agents.diarist.llm.spending import OverBudget
from agents.diarist.llm.transcript_text import tellable
from agents.diarist.offload import computed
from agents.diarist.writer import (
    Accounting,
    Order,
    QuestionState,
    Writer,
    nothing_to_account,
)
from agents.errors import DependencyUnavailable
from schemas import Segment, TranscriptReady

BUDGET = "budget"
"""What an upgrade waits for where a cap is reached."""

OTHERS = "an answer to others"
"""What it waits for once it may have been paid for often, and nobody is known to be answered."""

PAID_IN_VAIN_MAX = 9
"""Calls of an upgrade without a reply that may each have been paid for, after which others are to
try first: it may be the cause itself."""

ROUND_S = 0.5
LONGEST_ROUND_S = 8.0
"""Pauses between two rounds through the models, the first and the longest, in seconds."""

FINAL = "-final"
"""Ends the version of an offline entry that an upgrade in vain leaves: it is another entry than the
one that stood in, and has ids of its own."""

PATIENCE_MAX_S = 300.0
"""Longest patience of an upgrade, in seconds: nobody waits for it, and a model may be slow."""

FAILURES_MAX = 3
"""Failures with one transcript, while providers answer for others, after which its upgrade is given
up: each may have been paid for."""

_PERHAPS_ITS_OWN = frozenset(
    {Outcome.TIMEOUT, Outcome.CUT, Outcome.UNREADABLE, Outcome.SERVER_ERROR}
)
"""Failures that may have to do with what was asked, where others are answered."""

_PERHAPS_PAID = _PERHAPS_ITS_OWN | {Outcome.LOST}

_OF_THIS_ENTRY = frozenset({Outcome.BAD_REQUEST, Outcome.TOO_LARGE})
"""Failures that the next try of the same model would meet again."""


class ModelLike(Writer, Protocol):
    """A writer that asks a model."""

    @property
    def name(self) -> str:
        """Provider and model."""
        ...

    @property
    def availability(self) -> Availability:
        """Of its provider."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A draft, and whether a better one may be had later."""

    draft: Draft
    upgradable: bool = False
    account: Accounting = nothing_to_account
    """To be done once the entry is published: it has paid for its calls."""


class WriterChain:
    """Models in order, and what stands in for them."""

    def __init__(
        self,
        models: Sequence[ModelLike],
        offline: Writer,
        *,
        fallback_after_s: float,
        clock: Clock,
    ) -> None:
        self._models = tuple(models)
        self._offline = offline
        self._fallback_after_s = fallback_after_s
        self._clock = clock
        self._upgrades: defaultdict[str, _UpgradeState] = defaultdict(_UpgradeState)

    @property
    def answering(self) -> bool:
        """Whether some provider of the chain is known to answer."""
        return any(model.availability.answering for model in self._models)

    @property
    def has_models(self) -> bool:
        """Whether there is any model to ask."""
        return bool(self._models)

    async def write(self, order: Order) -> Written:
        """Return a model's draft, or the offline writer's, marked as a fallback.

        Where nothing was said that a model may be shown, none is asked, and it is no fallback.
        It stands in once the providers have not answered for so long as the settings say, at once
        where they have been silent for that long before, where a cap is reached, and where every
        model has answered without use: then alone nothing better is to be had later.
        """
        if self._models:
            order = replace(order, tellable=await _tellable(order.transcript))
        if not order.tellable:
            return Written(draft=await self._offline.write(order))
        asked = await self._ask(order, self._fallback_after_s)
        if isinstance(asked, Draft):
            return Written(draft=asked, account=order.account)
        draft = _billed(await self._offline.write(order), order, fallback=True)
        return Written(draft=draft, upgradable=asked is not None, account=order.account)

    async def upgrade(self, order: Order) -> Written | None:
        """Return a model's draft; where there will be none, None or an offline one with a bill.

        There will be none where every model has answered without use, and where this transcript has
        failed several times while the providers answered for others. The offline draft then tells
        of the calls that were paid for that, and is no fallback any more. Each try has twice the
        patience of the one before.

        Raises:
            DependencyUnavailable: no provider answers, or a cap is reached (`BUDGET`), or others
                are to try first (`OTHERS`).

        """
        transcript_id = order.transcript.transcript_id
        state, shown = self._upgrades[transcript_id], await _tellable(order.transcript)
        order = replace(order, questions=state.questions, tellable=shown)
        if not self.answering and _paid_in_vain(order) >= PAID_IN_VAIN_MAX:
            raise DependencyUnavailable(OTHERS, "it may have been paid for often enough")
        patience_s = self._fallback_after_s * 2.0 ** min(state.tries, 16)
        state.tries += 1
        asked = await self._ask(order, max(self._fallback_after_s, min(PATIENCE_MAX_S, patience_s)))
        if isinstance(asked, OverBudget):
            raise DependencyUnavailable(BUDGET, "no room under a cap for what may be spent today")
        if isinstance(asked, CallFailed):
            state.failures += self.answering and asked.outcome in _PERHAPS_ITS_OWN
            if state.failures < FAILURES_MAX:
                raise DependencyUnavailable(self._models[0].name, str(asked)) from asked
            asked = None
        # A second record may have asked for the same upgrade meanwhile.
        self._upgrades.pop(transcript_id, None)
        if asked is None:
            if all(call.cost_micros == 0 for call in order.calls):
                return None
            draft = await self._offline.write(order)
            version = f"{draft.generator.prompt_version}{FINAL}"
            asked = _billed(draft, order, prompt_version=version)
        return Written(draft=asked, account=order.account)

    def _worth_waiting(self) -> bool:
        """Tell whether an entry is to wait, rather than that others have waited long enough."""
        since = [model.availability.down_since for model in self._models]
        now = self._clock.monotonic()
        return not all(d is not None and now - d >= self._fallback_after_s for d in since)

    async def _ask(self, order: Order, patience_s: float) -> Draft | CallFailed | OverBudget | None:
        """Return a draft, or why there is none yet; None where there will be none."""
        asking = _AskingState(
            candidates=list(self._models),
            until=self._clock.monotonic() + patience_s,
            waits=self._worth_waiting(),
        )
        while asking.candidates:
            draft = await self._round(order, asking)
            if draft is not None:
                return draft
            asking.rounds += 1
            pause_s = min(LONGEST_ROUND_S, ROUND_S * 2.0 ** (asking.rounds - 1))
            if not asking.waits or self._clock.monotonic() + pause_s >= asking.until:
                break
            await self._clock.sleep(pause_s)
        if asking.candidates and asking.failure is None:
            return CallFailed(Outcome.UNREACHABLE, "every provider is left alone for now")
        return asking.failure

    async def _round(self, order: Order, asking: "_AskingState") -> Draft | None:
        """Ask each candidate once, those left alone only where there is no other."""
        candidates = asking.candidates
        for position, model in enumerate(tuple(candidates)):
            passed_by = asking.waits and _other_is_up(model, candidates)
            left_s = asking.until - self._clock.monotonic()
            if left_s <= 0 or passed_by:
                continue
            share_s = left_s / max(1, len(candidates) - position)
            try:
                return await model.write(replace(order, patience_s=share_s, waits=asking.waits))
            except Rejected:
                candidates.remove(model)
            except OverBudget as error:
                asking.failure = error
                candidates.remove(model)
            except CallFailed as error:
                of_this_entry = error.outcome in _OF_THIS_ENTRY
                if of_this_entry or error.is_last:
                    candidates.remove(model)
                if not of_this_entry or not model.availability.answering:
                    asking.failure = error
        return None


@dataclass(slots=True, kw_only=True)
class _UpgradeState:
    """One upgrade that was tried in vain so far."""

    questions: dict[str, QuestionState] = field(default_factory=dict)
    tries: int = 0
    failures: int = 0
    """Failures that may have to do with it, while others were answered."""


@dataclass(slots=True, kw_only=True)
class _AskingState:
    """One entry on its way through the models."""

    candidates: list[ModelLike]
    until: float
    waits: bool
    failure: CallFailed | OverBudget | None = None
    rounds: int = 0


def _other_is_up(model: ModelLike, candidates: Sequence[ModelLike]) -> bool:
    """Tell whether *model* is left alone and another candidate is not."""
    up = [one for one in candidates if one.availability.down_since is None]
    return bool(up) and model not in up


def _paid_in_vain(order: Order) -> int:
    return sum(call.outcome in _PERHAPS_PAID and call.cost_micros != 0 for call in order.calls)


async def _tellable(transcript: TranscriptReady) -> tuple[Segment, ...]:
    segments = transcript.segments
    return await computed(lambda: tellable(segments), segments)


def _billed(draft: Draft, order: Order, **changes: Any) -> Draft:
    """Return an offline draft that costs what was asked in vain, its generator with *changes*."""
    return replace(draft, generator=replace(billed(draft.generator, order.calls), **changes))
