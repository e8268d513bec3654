"""Calls that come while another is under way go out together, as one."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Key = TypeVar("Key", bound=Hashable)


@dataclass
class _Batch(Generic[Asked, Answer]):
    asked: dict[Asked, None] = field(default_factory=dict)
    # One each: who goes away cancels nothing but their own.
    waiting: list[asyncio.Future[Mapping[Asked, Answer]]] = field(default_factory=list)

    def answer(self, found: Mapping[Asked, Answer]) -> None:
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


class Batched(Generic[Asked, Answer]):
    """Asks through ``call``, one batch at a time.

    What is asked while no call is under way goes out in the next turn of the loop; what is asked meanwhile is
    one batch. So a busy worker asks for many answers with one command, what many want once, and a caller that
    goes away cuts no command off.

    Args:
        call: Answers a batch; what has no answer is absent from the result.
        most: In one batch.
    """

    def __init__(
        self, call: Callable[[Sequence[Asked]], Awaitable[Mapping[Asked, Answer]]], *, most: int
    ) -> None:
        self._call = call
        self._most = most
        self._waiting: deque[_Batch[Asked, Answer]] = deque()
        self._caller: asyncio.Task[None] | None = None

    async def get(self, asked: Sequence[Asked]) -> dict[Asked, Answer]:
        """The answers to what is asked.

        Raises:
            Exception: Whatever ``call`` raised.
        """
        found = await self.ask(asked)
        return {one: found[one] for one in asked if one in found}

    async def get_one(self, asked: Asked) -> Answer:
        """The answer to what always has one.

        Raises:
            Exception: Whatever ``call`` raised.
        """
        return (await self.ask((asked,)))[asked]

    def ask(self, asked: Sequence[Asked]) -> asyncio.Future[Mapping[Asked, Answer]]:
        """Asks, for who does not wait; the result may hold others' answers beside these."""
        batch = self._batch_for(len(asked))
        batch.asked.update(dict.fromkeys(asked))
        answered: asyncio.Future[Mapping[Asked, Answer]] = asyncio.get_running_loop().create_future()
        batch.waiting.append(answered)
        if self._caller is None or self._caller.done():
            self._caller = asyncio.create_task(self._call_all())
        return answered

    async def aclose(self) -> None:
        """Ends what is under way."""
        if self._caller is not None:
            self._caller.cancel()
            await asyncio.wait({self._caller})

    def _batch_for(self, count: int) -> _Batch[Asked, Answer]:
        if not self._waiting or len(self._waiting[-1].asked) + count > self._most:
            self._waiting.append(_Batch())
        return self._waiting[-1]

    async def _call_all(self) -> None:
        try:
            while self._waiting:
                # Whoever has arrived by now comes along: a command costs what five answers do.
                await asyncio.sleep(0)
                await self._call_one(self._waiting.popleft())
        finally:
            for batch in self._waiting:
                batch.cancel()
            self._waiting.clear()

    async def _call_one(self, batch: _Batch[Asked, Answer]) -> None:
        try:
            batch.answer(await self._call(list(batch.asked)))
        except asyncio.CancelledError:
            batch.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - goes to those who asked
            batch.fail(error)


def grouped(asked: Iterable[Asked], key: Callable[[Asked], Key]) -> dict[Key, list[Asked]]:
    """What is alike by a key, in the order in which it was asked: as one command can answer it."""
    groups: dict[Key, list[Asked]] = {}
    for one in asked:
        groups.setdefault(key(one), []).append(one)
    return groups
