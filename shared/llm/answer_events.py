"""The events of one answer, within its deadline."""

from collections.abc import Callable
from typing import Self

from shared.errors import ModelInterruptedError, ProviderError, ProviderTimeoutError
from shared.llm.base_model_client import Finished, ModelEvent, ModelEvents
from shared.llm.token_budget import TokenMeter
from shared.runtime.deadline import Deadline


class AnswerEvents:
    """The events of an answer from the first on, which has arrived.

    Not a generator: closing one that has not begun would leave the model's call open.

    Args:
        provider: Who answers.
        first: The event that has arrived.
        events: The others.
        count: Told of the end, with what the answer cost.
        meter: Sees every event, and is closed with them.
        ends: When the deadline passes, by the event loop's clock.
        seen: Whether somebody sees each event as it comes: then no other model can begin anew.
    """

    def __init__(
        self,
        provider: str,
        first: ModelEvent,
        events: ModelEvents,
        count: Callable[[Finished], None],
        meter: TokenMeter,
        *,
        ends: float,
        seen: bool,
    ) -> None:
        self._provider = provider
        self._first: ModelEvent | None = first
        self._events = events
        self._count = count
        self._meter = meter
        self._deadline = Deadline(ends)
        self._seen = seen

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ModelEvent:
        event = await self._next()
        self._meter.see(event)
        if isinstance(event, Finished):
            self._count(event)
        return event

    async def aclose(self) -> None:
        """Ends the call upstream."""
        self._first = None
        self._deadline.close()
        try:
            await self._events.aclose()
        finally:
            await self._meter.close()

    async def _next(self) -> ModelEvent:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        try:
            return await self._in_time()
        except ProviderError as error:
            if not self._seen:
                raise
            raise ModelInterruptedError(f"{self._provider} {error.reason}.") from error

    async def _in_time(self) -> ModelEvent:
        try:
            return await self._deadline.run(self._events.__anext__)
        except TimeoutError as error:
            raise ProviderTimeoutError(self._provider, "did not finish its answer in time") from error
