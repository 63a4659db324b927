"""The forms in which a server may be asked, and which of them it takes."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

from agents.diarist.llm.language_model import CallFailed, Outcome, Reply


class FormsState:
    """Remembers of each kind of question the fullest form that a server took it in.

    A form counts as refused only if a simpler one then was answered: a refusal may as well speak
    of the question. Failures that are no refusals say nothing of a form.
    """

    def __init__(self, count: int) -> None:
        self._last = count - 1
        self._taken: dict[str, int] = {}
        self._first: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def ask(self, kind: str, call: Callable[[int], Awaitable[Reply]]) -> Reply:
        """Return the reply of *call*, given the number of a form, the fullest being 0.

        While nothing is known of *kind*, one call at a time finds out.

        Raises:
            CallFailed: there is no reply in any form, or none now.

        """
        if kind not in self._taken:
            async with self._first[kind]:
                if kind not in self._taken:
                    return await self._find_out(kind, call)
        try:
            return await call(self._taken[kind])
        except CallFailed as failed:
            if failed.outcome is Outcome.BAD_REQUEST:
                self._taken.pop(kind, None)  # perhaps it is another server now
            raise

    async def _find_out(self, kind: str, call: Callable[[int], Awaitable[Reply]]) -> Reply:
        for form in range(self._last):
            try:
                reply = await call(form)
            except CallFailed as failed:
                if failed.outcome is not Outcome.BAD_REQUEST:
                    raise
            else:
                self._taken[kind] = form
                return reply
        reply = await call(self._last)
        self._taken[kind] = self._last
        return reply
