"""Single flight: what several ask for at the same time is made once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SingleFlight(Generic[Key, Value]):
    """Joins calls for the same key that are under way at the same time.

    The making runs in a task of its own: a caller that goes away takes nothing from the others, and what it
    asked for is still made and kept.
    """

    def __init__(self) -> None:
        self._flights: dict[Key, asyncio.Task[Mapping[Key, Value]]] = {}

    async def run(
        self, keys: Sequence[Key], make: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]
    ) -> dict[Key, Value]:
        """The values of ``keys``; those that nobody is making yet are made together.

        Raises:
            Exception: Whatever ``make`` raised, for every caller that waited for it.
        """
        mine = [key for key in keys if key not in self._flights]
        if mine:
            self._start(mine, make)
        flights = {key: self._flights[key] for key in keys}
        landed: dict[asyncio.Task[Mapping[Key, Value]], Mapping[Key, Value]] = {}
        for flight in flights.values():
            if flight not in landed:
                landed[flight] = await asyncio.shield(flight)
        return {key: landed[flight][key] for key, flight in flights.items()}

    async def aclose(self) -> None:
        """Ends what is under way."""
        tasks = set(self._flights.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(
        self, keys: Sequence[Key], make: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]
    ) -> None:
        async def fly() -> Mapping[Key, Value]:
            return await make(keys)

        def land(task: asyncio.Task[Mapping[Key, Value]]) -> None:
            for key in keys:
                del self._flights[key]
            # Marks an exception as seen: when all callers have gone, nobody else will.
            if not task.cancelled():
                task.exception()

        task = asyncio.create_task(fly())
        self._flights.update(dict.fromkeys(keys, task))
        task.add_done_callback(land)
