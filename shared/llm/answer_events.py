"""The visible events of one answer, within its time limits."""

import asyncio
from collections.abc import Callable
from typing import Self

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderEmptyAnswerError,
    ProviderInterruptedError,
    ProviderReasoningTimeoutError,
    ProviderTimeoutError,
)
from shared.errors.service_errors import ModelInterruptedError
from shared.llm.base_model_client import Finished, HiddenOutput, ModelEvent, ModelEvents, VisibleEvent
from shared.llm.model_budget import UsageMeter
from shared.runtime.deadline import Deadline


class AnswerEvents:
    """Streams the visible events of an answer.

    It is not a generator: closing a generator that has not begun would leave the model's call open.

    Args:
        provider: Provider that answers.
        events: All events of the answer.
        on_finished: Called with the end of the answer.
        meter: Measures the call; it is closed with the events.
        ends: Deadline of the whole answer, in seconds of the event loop's clock.
        shown: Whether a client sees the text as it comes: then no other model can start over.
    """

    def __init__(
        self,
        provider: str,
        events: ModelEvents[ModelEvent],
        on_finished: Callable[[Finished], None],
        meter: UsageMeter,
        *,
        ends: float,
        shown: bool,
    ) -> None:
        self._provider = provider
        self._events = events
        self._on_finished = on_finished
        self._meter = meter
        self._ends = ends
        self._deadline = Deadline(ends)
        self._shown = shown
        self._first: VisibleEvent | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> VisibleEvent:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        try:
            while isinstance(event := await self._in_time(), HiddenOutput):
                self._meter.see(event)
        except ProviderError as error:
            if not self._shown:
                raise
            raise ModelInterruptedError(f"{self._provider} {error.reason}.") from error
        return self._recorded(event)

    async def begin(self, *, first_event_seconds: float, reasoning_seconds: float, reasons: bool) -> None:
        """Waits for the first visible event.

        Args:
            first_event_seconds: Limit for the first sign of work, and between the pieces of a tool call.
            reasoning_seconds: Limit for the first visible event of a model that reasons.
            reasons: Whether the model is known to reason. One that is seen to reason gets the same limit.

        Raises:
            ProviderError: The call failed, was too slow, or ended without text and tool calls.
        """
        started = asyncio.get_running_loop().time()
        limit = started + (reasoning_seconds if reasons else first_event_seconds)
        try:
            while isinstance(event := await self._before(limit, reasons=reasons), HiddenOutput):
                self._meter.see(event)
                reasons = reasons or event.reasoning
                now = asyncio.get_running_loop().time()
                limit = started + reasoning_seconds if reasons else now + first_event_seconds
            self._first = self._recorded(event)
            if isinstance(event, Finished) and not event.tool_calls:
                raise ProviderEmptyAnswerError(self._provider, _emptiness(event))
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Ends the upstream call and pays for it."""
        self._first = None
        self._deadline.close()
        try:
            await self._events.aclose()
        finally:
            await self._meter.close()

    def _recorded(self, event: VisibleEvent) -> VisibleEvent:
        self._meter.see(event)
        if isinstance(event, Finished):
            self._on_finished(event)
        return event

    async def _before(self, limit: float, *, reasons: bool) -> ModelEvent:
        try:
            async with asyncio.timeout_at(min(self._ends, limit)):
                return await anext(self._events)
        except TimeoutError as error:
            if reasons:
                reason = "was still reasoning at its time limit"
                raise ProviderReasoningTimeoutError(self._provider, reason) from error
            raise ProviderTimeoutError(self._provider, "did not begin to answer in time") from error
        except StopAsyncIteration as error:
            raise ProviderInterruptedError(self._provider, "answered nothing") from error

    async def _in_time(self) -> ModelEvent:
        try:
            return await self._deadline.run(self._events.__anext__)
        except TimeoutError as error:
            raise ProviderTimeoutError(self._provider, "did not finish its answer in time") from error


def _emptiness(end: Finished) -> str:
    """Returns why an answer has neither text nor tool calls, as far as its end tells."""
    if end.unread_calls and end.finish_reason in ("stop", "tool_calls"):
        reason = end.finish_reason
        return f"only wrote a call that no offered tool can carry out (finish_reason {reason})"
    match end.finish_reason:
        case "length" if end.reasoned:
            return "spent all tokens on reasoning and answered nothing (finish_reason length)"
        case "length":
            return "reached its token limit and answered nothing (finish_reason length)"
        case "content_filter":
            return "had its answer removed by the content filter (finish_reason content_filter)"
        case reason:
            return f"answered nothing (finish_reason {reason})"
