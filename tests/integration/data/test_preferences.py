"""Preferences: no update of somebody else is lost."""

import asyncio

import pytest

from shared.data.documents import Preferences, ReportPreferences
from shared.data.repositories import Repositories
from shared.domain.caller import Owner
from shared.errors.request_errors import ConflictError, InvalidRequestError, RateLimitedError
from tests.integration.data.conftest import Place

MINE = Preferences(
    watchlist=("MSFT", "AAPL"),
    default_provider="openai",
    report=ReportPreferences(report_type="quick_overview"),
)


async def put(
    repositories: Repositories,
    owner: str,
    preferences: Preferences,
    expected: int | None,
    max_users: int = 10,
) -> Preferences:
    store = repositories.preferences
    return await store.put(owner, preferences, expected, caller="a caller", max_users=max_users)


async def test_defaults_until_something_is_set(repositories: Repositories) -> None:
    found = await repositories.preferences.get("ann@example.com")
    assert (found.version, found.watchlist, found.updated_at) == (0, (), None)


async def test_set_and_replaced(repositories: Repositories) -> None:
    store = repositories.preferences
    first = await put(repositories, "ann", MINE, None)
    assert (first.version, first.watchlist) == (1, ("MSFT", "AAPL"))
    assert first.report.report_type == "quick_overview"
    second = await put(repositories, "ann", Preferences(watchlist=("TSLA",)), None)
    assert (second.version, second.default_provider, second.report.report_type) == (2, None, None)
    assert await store.get("ann") == second
    assert (await store.get("bob")).version == 0


async def test_version_that_is_not_there_any_more_is_a_conflict(repositories: Repositories) -> None:
    store = repositories.preferences
    first = await put(repositories, "ann", MINE, 0)
    await put(repositories, "ann", MINE, first.version)
    for stale in (0, 1, 7):
        with pytest.raises(ConflictError):
            await put(repositories, "ann", Preferences(), stale)
    assert (await store.get("ann")).watchlist == MINE.watchlist
    with pytest.raises(ConflictError):
        await put(repositories, "unknown", MINE, 1)


async def test_of_many_updates_of_one_version_one_wins(repositories: Repositories) -> None:
    store = repositories.preferences
    results = await asyncio.gather(
        *(put(repositories, "ann", Preferences(watchlist=(f"S{number}",)), 0) for number in range(6)),
        return_exceptions=True,
    )
    won = [result for result in results if isinstance(result, Preferences)]
    assert len(won) == 1
    assert await store.get("ann") == won[0].model_copy(
        update={"updated_at": (await store.get("ann")).updated_at}
    )


async def test_updates_without_a_version_are_all_counted(repositories: Repositories) -> None:
    await asyncio.gather(*(put(repositories, "ann", MINE, None) for _ in range(6)))
    assert (await repositories.preferences.get("ann")).version == 6


async def test_watched_symbols_the_most_watched_first(repositories: Repositories) -> None:
    store = repositories.preferences
    await put(repositories, "ann", Preferences(watchlist=("MSFT", "TSLA", "MSFT")), None)
    await put(repositories, "bob", Preferences(watchlist=("TSLA", "AAPL")), None)
    await put(repositories, "eve", Preferences(), None)
    assert await store.watchlist_symbols() == ["TSLA", "AAPL", "MSFT"]
    assert await store.watchlist_symbols(limit=1) == ["TSLA"]


async def test_what_does_not_fit_is_the_clients_mistake(repositories: Repositories) -> None:
    wrong = MINE.model_copy(update={"watchlist": ("no symbol",)})
    with pytest.raises(InvalidRequestError) as caught:
        await put(repositories, "ann", wrong, None)
    assert [item.field for item in caught.value.errors] == ["watchlist.0"]


async def test_unused_preferences_expire_and_every_request_extends_them(place: Place) -> None:
    repositories = place.repositories
    await put(repositories, "ann", MINE, None)
    await put(repositories, "bob", MINE, None)
    place.clock.forward(300 * 86_400)
    assert (await repositories.preferences.get("ann")).version == 1
    place.clock.forward(100 * 86_400)
    assert (await repositories.preferences.get("ann")).version == 1
    assert (await repositories.preferences.get("bob")).version == 0
    assert (await put(repositories, "bob", MINE, 0)).version == 1
    place.clock.forward(366 * 86_400)
    assert await repositories.preferences.watchlist_symbols() == []


async def test_one_caller_stores_preferences_of_so_many_users(repositories: Repositories) -> None:
    for user in ("ann", "bob"):
        await put(repositories, user, MINE, None, max_users=2)
    with pytest.raises(RateLimitedError):
        await put(repositories, "eve", MINE, None, max_users=2)
    assert (await put(repositories, "ann", Preferences(), None, max_users=2)).version == 2


async def test_preferences_of_an_old_key_are_adopted_once(repositories: Repositories) -> None:
    await put(repositories, "old", MINE, None)
    for _ in range(2):
        await repositories.preferences.adopt(Owner("new"), (Owner("old"), Owner("older")))
    assert (await repositories.preferences.get("new")).watchlist == MINE.watchlist
    assert (await repositories.preferences.get("old")).version == 0


async def test_adoption_replaces_no_newer_preferences(repositories: Repositories) -> None:
    await put(repositories, "old", MINE, None)
    await put(repositories, "new", Preferences(watchlist=("TSLA",)), None)
    await repositories.preferences.adopt(Owner("new"), (Owner("old"),))
    assert (await repositories.preferences.get("new")).watchlist == ("TSLA",)
