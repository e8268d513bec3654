"""The outbox with each kind of database: idempotent, claimed once, swept, kept for a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from shared.data.repositories.delivery_repository import LOST_AFTER, SWEEP_AFTER
from shared.domain.caller import Owner
from tests.integration.data.conftest import Place
from tests.support.delivery_parts import OWNER, make_delivery

ID = "evt_1"


async def test_delivery_is_stored_once(place: Place) -> None:
    deliveries = place.repositories.deliveries
    delivery = make_delivery(created_at=place.clock())
    assert await deliveries.insert(delivery)
    assert not await deliveries.insert(replace(delivery, payload={"other": 1}))
    stored = await deliveries.get(ID)
    assert stored == replace(delivery, next_attempt_at=delivery.created_at)
    assert await deliveries.get("evt_unknown") is None


async def test_only_one_of_many_claims_is_granted(place: Place) -> None:
    deliveries = place.repositories.deliveries
    await deliveries.insert(make_delivery(created_at=place.clock()))
    claims = await asyncio.gather(*(deliveries.claim(ID, f"token{number}", 60) for number in range(8)))
    granted = [claim for claim in claims if claim.delivery is not None]
    assert len(granted) == 1
    assert all(1 <= (claim.wait_seconds or 0) <= 60 for claim in claims if claim.delivery is None)


async def test_claim_of_a_killed_worker_expires(place: Place) -> None:
    deliveries = place.repositories.deliveries
    await deliveries.insert(make_delivery(created_at=place.clock()))
    assert (await deliveries.claim(ID, "killed", 0.05)).delivery is not None
    await asyncio.sleep(0.1)
    assert (await deliveries.claim(ID, "next", 60)).delivery is not None
    # The first worker was only slow: its result does not replace that of the second.
    await deliveries.mark_dead(ID, "killed", attempts=1, error="late")
    stored = await deliveries.get(ID)
    assert stored is not None
    assert stored.state == "stored"


async def test_delivery_waits_for_its_next_attempt(place: Place) -> None:
    deliveries = place.repositories.deliveries
    await deliveries.insert(make_delivery(created_at=place.clock()))
    await deliveries.claim(ID, "token", 60)
    due = place.clock() + timedelta(seconds=30)
    await deliveries.put_back(ID, "token", attempts=1, next_attempt_at=due, error="HTTP 500")
    assert (await deliveries.claim(ID, "token", 60)).wait_seconds == 30
    place.clock.forward(30)
    claim = await deliveries.claim(ID, "token", 60)
    assert claim.delivery is not None
    assert (claim.delivery.attempts, claim.delivery.last_error) == (1, "HTTP 500")


async def test_finished_deliveries_are_not_claimed(place: Place) -> None:
    deliveries = place.repositories.deliveries
    for number in (1, 2):
        await deliveries.insert(make_delivery(number, created_at=place.clock()))
        await deliveries.claim(f"evt_{number}", "token", 60)
    await deliveries.mark_delivered("evt_1", "token", attempts=1)
    await deliveries.mark_dead("evt_2", "token", attempts=8, error="HTTP 500")
    for number in (1, 2):
        claim = await deliveries.claim(f"evt_{number}", "other", 60)
        assert (claim.delivery, claim.wait_seconds) == (None, None)
    # Only what is dead starts again, and only when that is requested.
    place.clock.forward(7 * 3600)
    assert (await deliveries.claim("evt_2", "other", 60)).delivery is None
    assert [await deliveries.revive(name) for name in ("evt_1", "evt_2", "evt_3")] == [False, True, False]
    assert (await deliveries.claim("evt_1", "other", 60)).delivery is None
    again = (await deliveries.claim("evt_2", "other", 60)).delivery
    assert again is not None
    assert (again.state, again.attempts) == ("queued", 0)


async def test_sweep_finds_what_is_not_in_the_queue(place: Place) -> None:
    deliveries = place.repositories.deliveries
    for number in range(1, 5):
        await deliveries.insert(make_delivery(number, created_at=place.clock()))
    await deliveries.mark_queued("evt_2")
    await deliveries.claim("evt_3", "token", 60)
    await deliveries.mark_delivered("evt_3", "token", attempts=1)
    await deliveries.claim("evt_4", "token", 60)
    later = place.clock() + 2 * LOST_AFTER
    await deliveries.put_back("evt_4", "token", attempts=1, next_attempt_at=later, error="HTTP 500")
    assert await deliveries.unqueued(10) == []
    place.clock.forward(SWEEP_AFTER.total_seconds())
    assert await deliveries.unqueued(10) == ["evt_1"]
    place.clock.forward(LOST_AFTER.total_seconds())
    assert await deliveries.unqueued(10) == ["evt_1", "evt_2"]
    # Queued again, it is not lost any more.
    await deliveries.mark_queued("evt_2")
    assert await deliveries.unqueued(10) == ["evt_1"]
    assert await deliveries.unqueued(1) == ["evt_1"]


async def test_abandoned_delivery_is_dead_whoever_claimed_it(place: Place) -> None:
    deliveries = place.repositories.deliveries
    await deliveries.insert(make_delivery(created_at=place.clock()))
    await deliveries.claim(ID, "token", 60)
    await deliveries.abandon(ID, "internal error")
    stored = await deliveries.get(ID)
    assert stored is not None
    assert (stored.state, stored.last_error) == ("dead", "internal error")


async def test_deliveries_belong_to_their_owner(place: Place) -> None:
    deliveries = place.repositories.deliveries
    await deliveries.insert(make_delivery(1, created_at=place.clock()))
    await deliveries.insert(replace(make_delivery(2, created_at=place.clock()), owner="other"))
    await deliveries.adopt(Owner("present"), [Owner(OWNER)])
    assert [delivery.id async for delivery in deliveries.of_owner(Owner("present"))] == ["evt_1"]
    await deliveries.delete_of(Owner("present"))
    assert [one async for one in deliveries.of_owner(Owner("present"))] == []
    assert (await deliveries.claim("evt_1", "token", 60)).delivery is None
    assert await deliveries.get("evt_2") is not None


async def test_all_deliveries_are_exported_newest_first(place: Place) -> None:
    deliveries = place.repositories.deliveries
    for number in range(60):
        place.clock.forward(60)
        await deliveries.insert(make_delivery(number, created_at=place.clock()))
    exported = [delivery.id async for delivery in deliveries.of_owner(Owner(OWNER))]
    assert exported == [f"evt_{number}" for number in reversed(range(60))]


async def test_expired_deliveries_are_neither_sent_nor_shown(place: Place) -> None:
    deliveries = place.repositories.deliveries
    await deliveries.insert(make_delivery(created_at=place.clock()))
    place.clock.forward(30 * 86_400)
    assert (await deliveries.claim(ID, "token", 60)).delivery is None
    assert await deliveries.unqueued(10) == []
    assert [one async for one in deliveries.of_owner(Owner(OWNER))] == []
