"""Adoption: items stored under earlier function keys of an owner move to its present name."""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from cachetools import LRUCache

from shared.domain.caller import Identity, Owner
from shared.errors.service_errors import DependencyUnavailableError
from shared.observability.telemetry import annotate

_MAX_OWNERS: Final = 10_000


class OwnedItems(Protocol):
    """A kind of stored items that belong to owners."""

    async def adopt(self, owner: Owner, former: Sequence[Owner]) -> None:
        """Moves the items of former names of an owner to the present one; repeating it changes nothing."""


class Adoption:
    """Adopts the items of an owner at its first request to this worker.

    Args:
        kinds: The stores whose items have owners.
    """

    def __init__(self, kinds: Sequence[OwnedItems]) -> None:
        self._kinds = kinds
        self._adopted: LRUCache[Identity, None] = LRUCache(_MAX_OWNERS)

    async def adopt(self, identity: Identity) -> Owner:
        """Returns the present name of an owner, after moving its items to that name.

        Without the database the items stay where they are until a later request.
        """
        if identity.former and identity not in self._adopted:
            try:
                await asyncio.gather(*(kind.adopt(identity.owner, identity.former) for kind in self._kinds))
            except DependencyUnavailableError as error:
                annotate(adoption_error=error.detail)
            else:
                self._adopted[identity] = None
        return identity.owner
