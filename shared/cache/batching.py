"""Reads that come while another is under way go out together, as one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass
class _Batch(Generic[Value]):
    names: dict[str, None] = field(default_factory=dict)
    # One each: who goes away cancels nothing but their own.
    waiting: list[asyncio.Future[Mapping[str, Value]]] = field(default_factory=list)

    def answer(self, found: Mapping[str, Value]) -> None:
        for one in self.waiting:
            if not one.done():
                one.set_result(found)

    def fail(self, error: Exception) -> None:
        for one in self.waiting:
            if not one.done():
                one.set_exception(error)
                # Marks it as seen: whoever asked may not wait for it.
                one.exception()

    def cancel(self) -> None:
        for one in self.waiting:
            one.cancel()


class BatchedReads(Generic[Value]):
    """Reads names through ``read``, one batch at a time.

    A read that finds none under way starts in the next turn of the loop; those that come meanwhile are one
    batch. So a busy worker asks for many answers with one command, a name that many want once, and a caller
    that goes away cuts no command off.

    Args:
        read: Reads names; a name that is not there is absent from the result.
        max_names: Names in one batch.
    """

    def __init__(
        self, read: Callable[[Sequence[str]], Awaitable[Mapping[str, Value]]], *, max_names: int
    ) -> None:
        self._read = read
        self._max_names = max_names
        self._waiting: deque[_Batch[Value]] = deque()
        self._reader: asyncio.Task[None] | None = None

    async def get(self, names: Sequence[str]) -> dict[str, Value]:
        """What is there under the names.

        Raises:
            Exception: Whatever ``read`` raised.
        """
        found = await self.ask(names)
        return {name: found[name] for name in names if name in found}

    def ask(self, names: Sequence[str]) -> asyncio.Future[Mapping[str, Value]]:
        """Has names read, for who does not wait; the result may hold others beside them."""
        batch = self._batch_for(len(names))
        batch.names.update(dict.fromkeys(names))
        asked: asyncio.Future[Mapping[str, Value]] = asyncio.get_running_loop().create_future()
        batch.waiting.append(asked)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read_all())
        return asked

    async def aclose(self) -> None:
        """Ends what is under way."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait({self._reader})

    def _batch_for(self, count: int) -> _Batch[Value]:
        if not self._waiting or len(self._waiting[-1].names) + count > self._max_names:
            self._waiting.append(_Batch())
        return self._waiting[-1]

    async def _read_all(self) -> None:
        try:
            while self._waiting:
                # Whoever has arrived by now comes along: a command costs what five answers do.
                await asyncio.sleep(0)
                batch = self._waiting.popleft()
                await self._read_one(batch)
        finally:
            for batch in self._waiting:
                batch.cancel()
            self._waiting.clear()

    async def _read_one(self, batch: _Batch[Value]) -> None:
        try:
            batch.answer(await self._read(list(batch.names)))
        except asyncio.CancelledError:
            batch.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - goes to those who asked
            batch.fail(error)
