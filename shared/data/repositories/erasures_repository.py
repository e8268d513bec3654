"""Erasures of owners, remembered for as long as an answer that began before may still run."""

from datetime import datetime, timedelta
from typing import Final

from shared.data.repositories.repository import Repository, text_value
from shared.data.schema.user_collections import ERASURES

_MAX_CLOCK_SKEW: Final = timedelta(seconds=2)
"""Between the clocks of two workers."""


class ErasureRepository(Repository):
    """The collection ``erasures``; ``_id`` is the owner."""

    declared = ERASURES

    async def put(self, owner: str) -> None:
        """Remembers that the items of an owner are being deleted now.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        document = self._checked({"_id": text_value("owner", owner, 128), "erased_at": self._clock()})
        await self._run(lambda target: target.replace_one({"_id": owner}, document, upsert=True))

    async def is_erased(self, owner: str, since: datetime) -> bool:
        """Returns whether the items of an owner were deleted after a moment.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        query = {"_id": text_value("owner", owner, 128), "erased_at": {"$gte": since - _MAX_CLOCK_SKEW}}
        return await self._run(lambda target: target.count_documents(query, limit=1)) > 0
