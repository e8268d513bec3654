"""Single-flight: concurrent requests for the same key share one execution."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

Execute = Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]


class SingleFlight(Generic[Key, Value]):
    """Joins concurrent calls for the same key.

    The execution runs in a task of its own: if a caller leaves, the others still get the result, and the
    result is still stored.
    """

    def __init__(self) -> None:
        self._flights: dict[Key, asyncio.Task[Mapping[Key, Value]]] = {}

    async def run(self, keys: Sequence[Key], execute: "Execute[Key, Value]") -> dict[Key, Value]:
        """Returns the values of ``keys``; those that no one is executing are executed together.

        Raises:
            Exception: Whatever ``execute`` raised, for every caller that waited for it.
        """
        to_start = [key for key in keys if key not in self._flights]
        if to_start:
            self._start(to_start, execute)
        flights = {key: self._flights[key] for key in keys}
        results: dict[asyncio.Task[Mapping[Key, Value]], Mapping[Key, Value]] = {}
        for flight in flights.values():
            if flight not in results:
                results[flight] = await asyncio.shield(flight)
        return {key: results[flight][key] for key, flight in flights.items()}

    async def aclose(self) -> None:
        """Cancels what is in progress."""
        tasks = set(self._flights.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, keys: Sequence[Key], execute: "Execute[Key, Value]") -> None:
        async def fly() -> Mapping[Key, Value]:
            return await execute(keys)

        def land(task: asyncio.Task[Mapping[Key, Value]]) -> None:
            for key in keys:
                del self._flights[key]
            # Marks an exception as retrieved: if all callers have left, no one else does.
            if not task.cancelled():
                task.exception()

        task = asyncio.create_task(fly())
        self._flights.update(dict.fromkeys(keys, task))
        task.add_done_callback(land)
