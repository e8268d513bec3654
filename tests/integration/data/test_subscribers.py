"""Progress of briefings and alerts: of two workers that saw the same, one writes."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from shared.data.documents import Preferences, Subscriber
from shared.data.repositories import Repositories
from shared.domain.caller import Owner
from shared.domain.delivery import Webhook
from shared.domain.subscriptions import AlertState
from shared.errors.request_errors import ConflictError
from tests.integration.data.conftest import Place
from tests.support.subscribers import ALERT, ARMED, BRIEFING, HOOK, SECRET, SEEN, SUBSCRIBED


async def put(
    repositories: Repositories, owner: str, preferences: Preferences, **options: Any
) -> Preferences:
    given: dict[str, Any] = {"caller": "a caller", "max_users": 500, **options}
    return await repositories.preferences.put(owner, preferences, None, **given)


async def only(repositories: Repositories) -> Subscriber:
    (subscriber,) = await repositories.subscribers.page(None, 10)
    return subscriber


async def test_stored_as_they_were_given(repositories: Repositories) -> None:
    await put(repositories, "ann", SUBSCRIBED)
    stored = await repositories.preferences.get("ann")
    assert (stored.webhooks, stored.briefing, stored.alerts) == ((HOOK,), BRIEFING, (ALERT,))
    assert (await only(repositories)).preferences == stored
    assert await repositories.preferences.webhook("ann", "phone") == HOOK
    assert await repositories.preferences.webhook("ann", "other") is None
    assert await repositories.preferences.webhook("bob", "phone") is None


async def test_webhook_is_disabled_unless_its_address_was_changed(repositories: Repositories) -> None:
    await put(repositories, "ann", SUBSCRIBED)
    await repositories.preferences.disable_webhook("ann", Webhook("phone", "https://old", HOOK.secret))
    assert not (await only(repositories)).preferences.webhooks[0].disabled
    await repositories.preferences.disable_webhook("ann", HOOK)
    stored = (await only(repositories)).preferences
    assert stored.webhooks[0].disabled
    # A change that was begun before would enable it again.
    with pytest.raises(ConflictError):
        await repositories.preferences.put(
            "ann", SUBSCRIBED, stored.version - 1, caller="a caller", max_users=500
        )


async def test_pages_have_every_subscriber_once(repositories: Repositories) -> None:
    names = [f"owner{number:02}" for number in range(7)]
    for name in reversed(names):
        await put(repositories, name, SUBSCRIBED)
    await put(repositories, "watcher", Preferences(watchlist=("AAPL",)))
    seen: list[str] = []
    while page := await repositories.subscribers.page(seen[-1] if seen else None, 3):
        seen += [subscriber.owner for subscriber in page]
    assert seen == names


async def test_one_worker_stores_the_day_of_a_briefing(repositories: Repositories) -> None:
    await put(repositories, "ann", SUBSCRIBED)
    subscriber = await only(repositories)
    day = date(2026, 11, 24)
    results = await asyncio.gather(*(repositories.subscribers.set_briefed(subscriber, day) for _ in range(4)))
    assert sorted(results) == [False, False, False, True]
    later = await only(repositories)
    assert later.progress.briefed_on == day
    assert await repositories.subscribers.set_briefed(later, day + timedelta(days=1))


async def test_one_worker_stores_the_state_of_an_alert(repositories: Repositories) -> None:
    await put(repositories, "ann", SUBSCRIBED)
    subscriber = await only(repositories)
    store = repositories.subscribers
    results = await asyncio.gather(
        *(store.set_alert_state(subscriber, "high", None, ARMED) for _ in range(4))
    )
    assert sorted(results) == [False, False, False, True]
    fired = AlertState(armed=False, since=ARMED.since, seen_at=SEEN, revision=2, pending='{"price":251.0}')
    assert await store.set_alert_state(subscriber, "high", ARMED, fired)
    assert not await store.set_alert_state(subscriber, "high", ARMED, fired)
    assert (await only(repositories)).progress.alert_states == {"high": fired}


async def test_change_of_the_preferences_ends_the_looks_before_it(repositories: Repositories) -> None:
    await put(repositories, "ann", SUBSCRIBED)
    before = await only(repositories)
    await put(repositories, "ann", SUBSCRIBED)
    assert not await repositories.subscribers.set_alert_state(before, "high", None, ARMED)
    assert await repositories.subscribers.set_alert_state(await only(repositories), "high", None, ARMED)
    await put(repositories, "ann", SUBSCRIBED)
    assert (await only(repositories)).progress.alert_states == {"high": ARMED}
    await put(repositories, "ann", SUBSCRIBED, restarted_alerts=["high"])
    assert (await only(repositories)).progress.alert_states == {}


async def test_without_subscriptions_a_document_has_the_fields_of_earlier_versions(place: Place) -> None:
    await put(place.repositories, "ann", SUBSCRIBED)
    subscriber = await only(place.repositories)
    await place.repositories.subscribers.set_briefed(subscriber, date(2026, 11, 24))
    await place.repositories.subscribers.set_alert_state(subscriber, "high", None, ARMED)
    await put(place.repositories, "ann", Preferences(watchlist=("AAPL",)), restarted_alerts=["high"])
    await put(place.repositories, "bob", Preferences(watchlist=("AAPL",)))
    documents = await place.mongo.run(lambda database: list(database["user_preferences"].find()))
    known = {"_id", "watchlist", "default_provider", "report", "version", "caller", "updated_at", "used_at"}
    assert [set(document) for document in documents] == [known, known]


async def test_nothing_is_stored_for_an_owner_that_is_gone(repositories: Repositories) -> None:
    await put(repositories, "ann", SUBSCRIBED)
    subscriber = await only(repositories)
    await repositories.preferences.delete("ann")
    assert not await repositories.subscribers.set_alert_state(subscriber, "high", None, ARMED)
    assert not await repositories.subscribers.set_briefed(subscriber, date(2026, 11, 24))
    assert await repositories.subscribers.page(None, 10) == []


async def test_progress_moves_with_an_adopted_owner(repositories: Repositories) -> None:
    await put(repositories, "old", SUBSCRIBED)
    subscriber = await only(repositories)
    await repositories.subscribers.set_briefed(subscriber, date(2026, 11, 24))
    await repositories.subscribers.set_alert_state(subscriber, "high", None, ARMED)
    await repositories.preferences.adopt(Owner("new"), (Owner("old"),))
    moved = await only(repositories)
    assert (moved.owner, moved.progress.briefed_on) == ("new", date(2026, 11, 24))
    assert moved.progress.alert_states == {"high": ARMED}


@pytest.mark.parametrize("kept", [SUBSCRIBED, Preferences(webhooks=(HOOK,), alerts=(ALERT,))])
async def test_preferences_with_a_briefing_or_alerts_do_not_expire(place: Place, kept: Preferences) -> None:
    repositories = place.repositories
    await put(repositories, "ann", kept)
    await put(repositories, "bob", Preferences(webhooks=(HOOK,)))
    place.clock.forward(800 * 86_400)
    assert (await repositories.preferences.get("ann")).version == 1
    assert (await repositories.preferences.get("bob")).version == 0
    # They expire a year after the last subscription has ended.
    await put(repositories, "ann", Preferences())
    place.clock.forward(366 * 86_400)
    assert (await repositories.preferences.get("ann")).version == 0


async def test_document_that_cannot_be_read_costs_one_owner(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    await put(place.repositories, "ann", SUBSCRIBED)
    await put(place.repositories, "bob", SUBSCRIBED)
    change = {"$set": {"briefing.time_zone": "Mars/Olympus"}}
    await place.mongo.run(lambda database: database["user_preferences"].update_one({"_id": "ann"}, change))
    assert (await only(place.repositories)).owner == "bob"
    assert "subscriber skipped: ann" in caplog.text
    assert SECRET not in caplog.text
    # A page without a readable document is not the end.
    assert [item.owner for item in await place.repositories.subscribers.page(None, 1)] == ["bob"]
