"""A language model that does what a script says."""

from collections.abc import Awaitable, Callable

from agents.delivery.clock import Clock
from agents.diarist.llm.language_model import CallFailed, Outcome, Question, Reply, Stop, Usage

OK = Reply(
    text="{}",
    stop=Stop.COMPLETE,
    usage=Usage(input_tokens=100, cached_tokens=20, cache_write_tokens=5, output_tokens=10),
)

Step = Reply | CallFailed | Callable[[], Awaitable[Reply]]


def failed(
    outcome: Outcome,
    *,
    retry_after_s: float | None = None,
    perhaps_paid: bool = False,
    usage: Usage | None = None,
) -> CallFailed:
    return CallFailed(
        outcome, "no", retry_after_s=retry_after_s, perhaps_paid=perhaps_paid, usage=usage
    )


class ScriptedModel:
    """Takes one step for each call, the last one again and again."""

    provider = "scripted"

    def __init__(self, clock: Clock, *steps: Step, model: str = "m", takes_s: float = 0.0) -> None:
        self.model = model
        self.steps = list(steps)
        self.calls: list[tuple[float, float]] = []
        """When each began, and how much time it had."""
        self.under_way = 0
        self.most_under_way = 0
        self._clock = clock
        self._takes_s = takes_s

    async def ask(self, question: Question, *, timeout_s: float) -> Reply:
        del question
        self.calls.append((self._clock.monotonic(), timeout_s))
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self._takes_s:
                await self._clock.sleep(self._takes_s)
            if isinstance(step, CallFailed):
                raise failed(
                    step.outcome,
                    retry_after_s=step.retry_after_s,
                    perhaps_paid=step.perhaps_paid,
                    usage=step.usage,
                )
            return step if isinstance(step, Reply) else await step()
        finally:
            self.under_way -= 1

    async def close(self) -> None:
        pass
