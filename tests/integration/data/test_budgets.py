"""Copies of daily budgets."""

from shared.data.repositories import Repositories
from shared.domain.stored_budget import StoredBudget

DAY = 86_400
SINCE = 1_795_000_000


async def test_counters_of_one_period_only_grow(repositories: Repositories) -> None:
    budgets = repositories.budgets
    assert await budgets.load("tokens") is None
    await budgets.save("tokens", StoredBudget(SINCE, {"tokens:day": 50, "tokens:a": 1}))
    await budgets.save("tokens", StoredBudget(SINCE, {"tokens:day": 20, "tokens:b": 2}))
    assert await budgets.load("tokens") == StoredBudget(
        SINCE, {"tokens:day": 50, "tokens:a": 1, "tokens:b": 2}
    )


async def test_later_period_replaces_an_earlier_one_and_not_the_reverse(repositories: Repositories) -> None:
    budgets = repositories.budgets
    later = StoredBudget(SINCE + 30, {"tokens:day": 3})
    await budgets.save("tokens", StoredBudget(SINCE, {"tokens:day": 50}))
    await budgets.save("tokens", later)
    await budgets.save("tokens", StoredBudget(SINCE, {"tokens:day": 60}))
    assert await budgets.load("tokens") == later


async def test_copy_from_the_future_is_replaced(repositories: Repositories) -> None:
    budgets = repositories.budgets
    await budgets.save("tokens", StoredBudget(SINCE + 10 * DAY, {"tokens:day": 100}))
    present = StoredBudget(SINCE, {"tokens:day": 7})
    await budgets.save("tokens", present)
    assert await budgets.load("tokens") == present
