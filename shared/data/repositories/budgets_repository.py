"""Copies of the daily budgets, from which they are restored after Redis has lost them."""

from typing import Final

from pymongo.errors import DuplicateKeyError

from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, text_value
from shared.data.schema.service_collections import BUDGETS
from shared.domain.stored_budget import StoredBudget

_MAX_AHEAD: Final = 60
"""Seconds by which the clocks of a Redis server and its successor may differ."""


class BudgetRepository(Repository):
    """The collection ``budgets``; ``_id`` is the group of counters."""

    declared = BUDGETS

    async def load(self, group: str) -> StoredBudget | None:
        """Returns the latest copy of a group, or None.

        Raises:
            DependencyUnavailableError: The database is unavailable.
        """
        query = {"_id": text_value("group", group, 64)}
        found = await self._run(lambda target: target.find_one(query))
        return None if found is None else StoredBudget(found["since"], found["counters"])

    async def save(self, group: str, budget: StoredBudget) -> None:
        """Stores a copy; within one period counters only grow; a copy of another period is replaced.

        Raises:
            DependencyUnavailableError: The database is unavailable.
        """
        document: Document = {
            "_id": text_value("group", group, 64),
            "since": budget.since,
            "counters": dict(budget.counters),
            "updated_at": self._clock(),
        }
        self._checked(document)
        grow: Document = {"$set": {"updated_at": document["updated_at"]}}
        if budget.counters:
            grow["$max"] = {f"counters.{name}": amount for name, amount in budget.counters.items()}

        # A copy from the future was stored while the clock of Redis was ahead.
        replaced = [{"since": {"$lt": budget.since}}, {"since": {"$gt": budget.since + _MAX_AHEAD}}]

        def work(target: Target) -> None:
            if target.update_one({"_id": group, "since": budget.since}, grow).matched_count:
                return
            try:
                target.replace_one({"_id": group, "$or": replaced}, document, upsert=True)
            except DuplicateKeyError:
                # Another worker has stored a later period.
                return

        await self._run(work)
