"""Preferences: no update of somebody else is lost."""

import asyncio

import pytest

from shared.data.documents import Preferences, ReportPreferences
from shared.data.repositories import Repositories
from shared.errors import ConflictError, InvalidRequestError

MINE = Preferences(
    watchlist=("MSFT", "AAPL"),
    default_provider="openai",
    report=ReportPreferences(report_type="quick_overview"),
)


async def test_defaults_until_something_is_set(repositories: Repositories) -> None:
    found = await repositories.preferences.get("ann@example.com")
    assert (found.version, found.watchlist, found.updated_at) == (0, (), None)


async def test_set_and_replaced(repositories: Repositories) -> None:
    store = repositories.preferences
    first = await store.put("ann", MINE, None)
    assert (first.version, first.watchlist) == (1, ("MSFT", "AAPL"))
    assert first.report.report_type == "quick_overview"
    second = await store.put("ann", Preferences(watchlist=("TSLA",)), None)
    assert (second.version, second.default_provider, second.report.report_type) == (2, None, None)
    assert await store.get("ann") == second
    assert (await store.get("bob")).version == 0


async def test_version_that_is_not_there_any_more_is_a_conflict(repositories: Repositories) -> None:
    store = repositories.preferences
    first = await store.put("ann", MINE, 0)
    await store.put("ann", MINE, first.version)
    for stale in (0, 1, 7):
        with pytest.raises(ConflictError):
            await store.put("ann", Preferences(), stale)
    assert (await store.get("ann")).watchlist == MINE.watchlist
    with pytest.raises(ConflictError):
        await store.put("nobody", MINE, 1)


async def test_of_many_updates_of_one_version_one_wins(repositories: Repositories) -> None:
    store = repositories.preferences
    results = await asyncio.gather(
        *(store.put("ann", Preferences(watchlist=(f"S{number}",)), 0) for number in range(6)),
        return_exceptions=True,
    )
    won = [result for result in results if isinstance(result, Preferences)]
    assert len(won) == 1
    assert await store.get("ann") == won[0].model_copy(
        update={"updated_at": (await store.get("ann")).updated_at}
    )


async def test_updates_without_a_version_are_all_counted(repositories: Repositories) -> None:
    await asyncio.gather(*(repositories.preferences.put("ann", MINE, None) for _ in range(6)))
    assert (await repositories.preferences.get("ann")).version == 6


async def test_watched_symbols_the_most_watched_first(repositories: Repositories) -> None:
    store = repositories.preferences
    await store.put("ann", Preferences(watchlist=("MSFT", "TSLA", "MSFT")), None)
    await store.put("bob", Preferences(watchlist=("TSLA", "AAPL")), None)
    await store.put("eve", Preferences(), None)
    assert await store.watchlist_symbols() == ["TSLA", "AAPL", "MSFT"]
    assert await store.watchlist_symbols(limit=1) == ["TSLA"]


async def test_what_does_not_fit_is_the_clients_mistake(repositories: Repositories) -> None:
    wrong = MINE.model_copy(update={"watchlist": ("no symbol",)})
    with pytest.raises(InvalidRequestError) as caught:
        await repositories.preferences.put("ann", wrong, None)
    assert [item.field for item in caught.value.errors] == ["watchlist.0"]
