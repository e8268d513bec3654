"""Batching: requests that arrive while a call is running are sent together with the next call."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Request = TypeVar("Request")
Reply = TypeVar("Reply")
Key = TypeVar("Key", bound=Hashable)


@dataclass
class _Batch(Generic[Request, Reply]):
    requests: dict[Request, None] = field(default_factory=dict)
    cost: int = 0
    # One per caller: a caller that leaves cancels only its own.
    futures: list[asyncio.Future[Mapping[Request, Reply]]] = field(default_factory=list)

    def resolve(self, replies: Mapping[Request, Reply]) -> None:
        for future in self.futures:
            if not future.done():
                future.set_result(replies)

    def fail(self, error: Exception) -> None:
        for future in self.futures:
            if not future.done():
                future.set_exception(error)
                # Marks it as retrieved: the caller may not wait for it.
                future.exception()

    def cancel(self) -> None:
        for future in self.futures:
            future.cancel()


def _one(_: object) -> int:
    return 1


class Batched(Generic[Request, Reply]):
    """Sends requests through ``call``, one batch at a time.

    Requests that arrive while no call is running are sent in the next turn of the event loop; those that
    arrive meanwhile are one batch. A busy worker therefore needs one command for many requests, identical
    requests are sent once, and a caller that leaves does not cancel a command.

    Args:
        call: Returns the replies of a batch; a request without a reply is absent.
        max_batch_size: Largest cost of a batch; a single request may exceed it.
        cost: Cost of a request; by default 1.
    """

    def __init__(
        self,
        call: Callable[[Sequence[Request]], Awaitable[Mapping[Request, Reply]]],
        *,
        max_batch_size: int,
        cost: Callable[[Request], int] = _one,
    ) -> None:
        self._call = call
        self._max_batch_size = max_batch_size
        self._cost = cost
        self._waiting: deque[_Batch[Request, Reply]] = deque()
        self._sender: asyncio.Task[None] | None = None

    async def get(self, requests: Sequence[Request]) -> dict[Request, Reply]:
        """Returns the replies to requests that fit into one batch.

        Raises:
            Exception: Whatever ``call`` raised.
        """
        replies = await self.submit(requests)
        return {request: replies[request] for request in requests if request in replies}

    async def get_one(self, request: Request) -> Reply:
        """Returns the reply to a request that always has one.

        Raises:
            Exception: Whatever ``call`` raised.
        """
        return (await self.submit((request,)))[request]

    def submit(self, requests: Sequence[Request]) -> asyncio.Future[Mapping[Request, Reply]]:
        """Queues requests without waiting; the result may contain replies to other requests too."""
        cost = sum(map(self._cost, requests))
        batch = self._batch_for(cost)
        batch.cost += cost
        batch.requests.update(dict.fromkeys(requests))
        future: asyncio.Future[Mapping[Request, Reply]] = asyncio.get_running_loop().create_future()
        batch.futures.append(future)
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send_all())
        return future

    async def aclose(self) -> None:
        """Cancels what is in progress."""
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.wait({self._sender})

    def _batch_for(self, cost: int) -> _Batch[Request, Reply]:
        if not self._waiting or self._waiting[-1].cost + cost > self._max_batch_size:
            self._waiting.append(_Batch())
        return self._waiting[-1]

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                # Requests that have arrived by now are included: a command costs as much as five replies.
                await asyncio.sleep(0)
                await self._send(self._waiting.popleft())
        finally:
            for batch in self._waiting:
                batch.cancel()
            self._waiting.clear()

    async def _send(self, batch: _Batch[Request, Reply]) -> None:
        try:
            batch.resolve(await self._call(list(batch.requests)))
        except asyncio.CancelledError:
            batch.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - raised to the callers
            batch.fail(error)


def chunked(
    requests: Iterable[Request], cost: Callable[[Request], int], max_cost: int
) -> list[list[Request]]:
    """Splits requests into consecutive chunks whose cost is at most ``max_cost``; one request always fits."""
    chunks: list[list[Request]] = []
    total = max_cost + 1
    for request in requests:
        total += cost(request)
        if total > max_cost:
            chunks.append([])
            total = cost(request)
        chunks[-1].append(request)
    return chunks


def grouped(requests: Iterable[Request], key: Callable[[Request], Key]) -> dict[Key, list[Request]]:
    """Groups requests by a key, in order of arrival, so that one command can answer a group."""
    groups: dict[Key, list[Request]] = {}
    for request in requests:
        groups.setdefault(key(request), []).append(request)
    return groups
