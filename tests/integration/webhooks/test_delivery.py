"""Deliveries to a receiver that accepts, fails, is slow, redirects, disappears; with two workers."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import time_machine
from fakeredis import FakeServer
from standardwebhooks.webhooks import Webhook as Verifier

from infra.local.embedded_mongo import embedded_mongo
from infra.local.embedded_redis import EmbeddedRedis
from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.data.repositories.delivery_repository import SWEEP_AFTER
from shared.data.schema import SchemaManager, all_collections
from shared.domain.delivery import Delivery
from shared.webhooks.delivery_worker import MAX_PER_TARGET, RESEND
from shared.webhooks.retry_schedule import MAX_ATTEMPTS
from shared.webhooks.target import TargetRules
from tests.support.delivery_parts import HOOK, SECRET, Delivering, Webhooks, make_delivery, make_worker
from tests.support.mongo import HandClock
from tests.support.webhook_receiver import Receiver, webhook_receiver

ID = "evt_1"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as receiver:
        yield receiver


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def webhooks(receiver: Receiver) -> Webhooks:
    webhooks = Webhooks()
    webhooks.set(receiver.url)
    return webhooks


@pytest.fixture
def redis_server() -> FakeServer:
    return FakeServer()


@pytest_asyncio.fixture
async def repositories(tmp_path: Path, clock: HandClock) -> AsyncIterator[Repositories]:
    client: Any = embedded_mongo(str(tmp_path))
    mongo = Mongo(client, "test")
    SchemaManager(client["test"], all_collections()).apply()
    yield Repositories(mongo, clock)
    await mongo.aclose()


@pytest_asyncio.fixture
async def delivering(
    repositories: Repositories, webhooks: Webhooks, redis_server: FakeServer, clock: HandClock
) -> AsyncIterator[Delivering]:
    delivering = make_worker(repositories, webhooks, EmbeddedRedis(redis_server), clock)
    yield delivering
    await delivering.worker.aclose()


async def stored(repositories: Repositories, delivery_id: str = ID) -> Delivery:
    delivery = await repositories.deliveries.get(delivery_id)
    assert delivery is not None
    return delivery


async def test_delivery_arrives_signed(
    delivering: Delivering, repositories: Repositories, receiver: Receiver, clock: HandClock
) -> None:
    delivery = make_delivery(created_at=clock())
    assert await delivering.outbox.add([delivery]) == 1
    assert delivering.queue.take() == [(ID, 0.0)]
    assert (await stored(repositories)).state == "queued"
    await delivering.worker.deliver(ID)
    (request,) = receiver.requests
    with time_machine.travel(clock(), tick=False):
        content = Verifier(SECRET.get_secret_value()).verify(request.body, dict(request.headers))
    assert content == {
        "type": "price_alert",
        "timestamp": clock().isoformat().replace("+00:00", "Z"),
        "data": dict(delivery.payload),
    }
    assert request.headers["webhook-id"] == ID
    assert request.headers["content-type"] == "application/json"
    final = await stored(repositories)
    assert (final.state, final.attempts, final.last_error) == ("delivered", 1, None)
    # The message comes again, and the event happens again.
    await delivering.worker.deliver(ID)
    assert await delivering.outbox.add([delivery]) == 0
    assert (len(receiver.requests), delivering.queue.take()) == (1, [])


async def test_failing_receiver_is_tried_again_until_the_delivery_is_dead(
    delivering: Delivering, repositories: Repositories, receiver: Receiver, clock: HandClock
) -> None:
    receiver.answers = [(500, {})]
    await delivering.outbox.add([make_delivery(created_at=clock())])
    delays = []
    for _ in range(MAX_ATTEMPTS):
        (message,) = delivering.queue.take()
        clock.forward(message[1])
        delays.append(message[1])
        await delivering.worker.deliver(message[0])
    assert delays == [0, 30, 120, 480, 1_920, 7_680, 21_600, 21_600]
    assert delivering.queue.take() == []
    assert delivering.dead_letters.take() == [(ID, 0.0)]
    final = await stored(repositories)
    assert (final.state, final.attempts, final.last_error) == ("dead", MAX_ATTEMPTS, "HTTP 500")
    # The same event each time, with a new signature.
    headers = [request.headers for request in receiver.requests]
    assert {header["webhook-id"] for header in headers} == {ID}
    assert len({header["webhook-timestamp"] for header in headers}) == MAX_ATTEMPTS
    assert len({header["webhook-signature"] for header in headers}) == MAX_ATTEMPTS
    assert len({request.body for request in receiver.requests}) == 1


async def test_only_the_operators_message_starts_a_dead_delivery_again(
    delivering: Delivering, repositories: Repositories, receiver: Receiver, clock: HandClock
) -> None:
    await delivering.outbox.add([make_delivery(created_at=clock())])
    await repositories.deliveries.claim(ID, "token", 60)
    await repositories.deliveries.mark_dead(ID, "token", attempts=MAX_ATTEMPTS, error="HTTP 500")
    receiver.answers = [(503, {}), (204, {})]
    # The queue delivers a message twice, the second time hours later.
    for hours in (0, 1, 7):
        clock.forward(hours * 3600)
        await delivering.worker.deliver(ID)
    assert (len(receiver.requests), (await stored(repositories)).state) == (0, "dead")
    delivering.queue.take()
    await delivering.worker.deliver(RESEND + ID)
    again = await stored(repositories)
    assert (again.state, again.attempts) == ("queued", 1)
    # A duplicate of the operator's message gives no attempts back, and is not sent before its time.
    await delivering.worker.deliver(RESEND + ID)
    assert len(receiver.requests) == 1
    clock.forward(30)
    await delivering.worker.deliver(ID)
    assert (await stored(repositories)).state == "delivered"
    await delivering.worker.deliver(RESEND + ID)
    assert len(receiver.requests) == 2


@pytest.mark.parametrize(
    ("header", "delay"), [("600", 600.0), ("3", 30.0), ("999999", 21_600.0), ("soon", 30.0)]
)
async def test_retry_after_is_honoured_within_bounds(
    delivering: Delivering, receiver: Receiver, clock: HandClock, header: str, delay: float
) -> None:
    receiver.answers = [(429, {"Retry-After": header})]
    await delivering.outbox.add([make_delivery(created_at=clock())])
    delivering.queue.take()
    await delivering.worker.deliver(ID)
    assert delivering.queue.take() == [(ID, delay)]


@pytest.mark.parametrize(
    ("status", "error"),
    [(302, "HTTP 302, redirects are not followed"), (404, "HTTP 404"), (500, "HTTP 500"), (199, "")],
)
async def test_anything_but_2xx_is_a_failure(
    delivering: Delivering,
    repositories: Repositories,
    receiver: Receiver,
    clock: HandClock,
    status: int,
    error: str,
) -> None:
    receiver.answers = [(status, {"Location": receiver.url})]
    await delivering.outbox.add([make_delivery(created_at=clock())])
    await delivering.worker.deliver(ID)
    delivery = await stored(repositories)
    assert (delivery.state, delivery.attempts) == ("queued", 1)
    assert delivery.last_error is not None
    assert error in delivery.last_error


async def test_gone_disables_the_webhook(
    delivering: Delivering,
    repositories: Repositories,
    receiver: Receiver,
    webhooks: Webhooks,
    clock: HandClock,
) -> None:
    receiver.answers = [(410, {})]
    await delivering.outbox.add([make_delivery(created_at=clock())])
    delivering.queue.take()
    await delivering.worker.deliver(ID)
    assert webhooks.disabled == [HOOK]
    assert (await stored(repositories)).state == "dead"
    # The receiver wanted it: nothing for the operator to do.
    assert (delivering.queue.take(), delivering.dead_letters.take()) == ([], [])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("deleted", "the webhook was deleted"),
        ("disabled", "the webhook is disabled"),
        ("http://10.0.0.1/", "the address must not be a private, local or reserved address"),
        ("ftp://localhost/", "the address must be an https address"),
    ],
)
async def test_what_cannot_be_sent_is_dead_without_a_request(
    delivering: Delivering,
    repositories: Repositories,
    receiver: Receiver,
    webhooks: Webhooks,
    clock: HandClock,
    change: str,
    error: str,
) -> None:
    await delivering.outbox.add([make_delivery(created_at=clock())])
    if change == "deleted":
        webhooks.stored.clear()
    elif change == "disabled":
        webhooks.set(receiver.url, disabled=True)
    else:
        webhooks.set(change)
    await delivering.worker.deliver(ID)
    delivery = await stored(repositories)
    assert (delivery.state, delivery.last_error) == ("dead", error)
    assert not receiver.requests
    assert not delivering.dead_letters.added


async def test_slow_receiver_is_given_up_at_the_deadline(
    repositories: Repositories,
    receiver: Receiver,
    webhooks: Webhooks,
    redis_server: FakeServer,
    clock: HandClock,
) -> None:
    slow = make_worker(repositories, webhooks, EmbeddedRedis(redis_server), clock, deadline=0.2)
    receiver.gate.clear()
    await slow.outbox.add([make_delivery(created_at=clock())])
    await slow.worker.deliver(ID)
    assert (await stored(repositories)).last_error == "no complete response within the deadline"
    receiver.gate.set()
    await slow.worker.aclose()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ([], "no response (ClientConnectorDNSError)"),
        (["127.0.0.1"], "the resolved address must not be a private, local or reserved address"),
        (["10.0.0.1"], "the resolved address must not be a private, local or reserved address"),
    ],
)
async def test_unknown_names_and_private_addresses_are_failures(
    repositories: Repositories,
    webhooks: Webhooks,
    redis_server: FakeServer,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    answer: list[str],
    error: str,
) -> None:
    def look_up(*_arguments: object) -> list[tuple[Any, ...]]:
        if not answer:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in answer]

    monkeypatch.setattr("shared.webhooks.http_post.socket.getaddrinfo", look_up)
    strict = make_worker(repositories, webhooks, EmbeddedRedis(redis_server), clock, rules=TargetRules())
    webhooks.set("https://hooks.example/")
    await strict.outbox.add([make_delivery(created_at=clock())])
    await strict.worker.deliver(ID)
    delivery = await stored(repositories)
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("queued", 1, error)
    await strict.worker.aclose()


async def test_neither_address_nor_secret_is_logged_or_stored(
    delivering: Delivering,
    repositories: Repositories,
    receiver: Receiver,
    webhooks: Webhooks,
    clock: HandClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver.answers = [(410, {})]
    await delivering.outbox.add([make_delivery(created_at=clock())])
    await delivering.worker.deliver(ID)
    webhooks.set("http://127.0.0.1:9/hook?token=marker")
    await delivering.outbox.add([make_delivery(2, created_at=clock())])
    await delivering.worker.deliver("evt_2")
    texts = [caplog.text, repr(webhooks.stored)]
    texts += [repr(await stored(repositories, f"evt_{number}")) for number in (1, 2)]
    for text in texts:
        assert "marker" not in text
        assert SECRET.get_secret_value() not in text


async def test_two_workers_share_the_limit_of_a_target(
    delivering: Delivering,
    repositories: Repositories,
    receiver: Receiver,
    webhooks: Webhooks,
    redis_server: FakeServer,
    clock: HandClock,
) -> None:
    other = make_worker(repositories, webhooks, EmbeddedRedis(redis_server), clock)
    numbers = range(1, 9)
    await delivering.outbox.add([make_delivery(number, created_at=clock()) for number in numbers])
    messages = delivering.queue.take()
    receiver.gate.clear()
    runs = [
        asyncio.create_task(worker.worker.deliver(message))
        for worker in (delivering, other)
        for message, _ in messages[:: 1 if worker is delivering else -1]
    ]
    async with asyncio.timeout(60):
        while len(receiver.requests) < MAX_PER_TARGET:  # noqa: ASYNC110 - the receiver is a thread
            await asyncio.sleep(0.01)
    await asyncio.wait(runs, timeout=1)
    receiver.gate.set()
    await asyncio.gather(*runs)
    assert receiver.most_at_once == MAX_PER_TARGET
    assert len(receiver.requests) == len({item.headers["webhook-id"] for item in receiver.requests})
    # The others wait, and none has lost an attempt.
    waiting = {message for message, _ in (*delivering.queue.added, *other.queue.added)}
    delivered = {item.headers["webhook-id"] for item in receiver.requests}
    assert waiting | delivered == {f"evt_{number}" for number in numbers}
    assert {(await stored(repositories, message)).attempts for message in waiting - delivered} == {0}
    await other.worker.aclose()


async def test_what_was_stored_but_not_queued_is_swept(
    delivering: Delivering, repositories: Repositories, receiver: Receiver, clock: HandClock
) -> None:
    # As when the process is killed between the two steps.
    await repositories.deliveries.insert(make_delivery(created_at=clock()))
    assert await delivering.outbox.sweep() == 0
    clock.forward(SWEEP_AFTER.total_seconds())
    assert await delivering.outbox.sweep() == 1
    assert await delivering.outbox.sweep() == 0
    assert delivering.queue.take() == [(ID, 0.0)]
    await delivering.worker.deliver(ID)
    assert len(receiver.requests) == 1


async def test_queue_that_is_away_loses_nothing(
    delivering: Delivering, repositories: Repositories, receiver: Receiver, clock: HandClock
) -> None:
    delivering.queue.available = delivering.dead_letters.available = False
    assert await delivering.outbox.add([make_delivery(created_at=clock())]) == 1
    assert (await stored(repositories)).state == "stored"
    clock.forward(SWEEP_AFTER.total_seconds())
    assert await delivering.outbox.sweep() == 0
    delivering.queue.available = True
    assert await delivering.outbox.sweep() == 1
    # Away again when the attempt has failed: the sweep comes when the next one is due.
    receiver.answers = [(500, {})]
    delivering.queue.take()
    delivering.queue.available = False
    await delivering.worker.deliver(ID)
    delivering.queue.available = True
    assert await delivering.outbox.sweep() == 0
    clock.forward(30 + SWEEP_AFTER.total_seconds())
    assert await delivering.outbox.sweep() == 1


async def test_message_that_comes_too_early_waits(
    delivering: Delivering, receiver: Receiver, clock: HandClock
) -> None:
    receiver.answers = [(500, {})]
    await delivering.outbox.add([make_delivery(created_at=clock())])
    delivering.queue.take()
    await delivering.worker.deliver(ID)
    delivering.queue.take()
    clock.now += timedelta(seconds=10)
    await delivering.worker.deliver(ID)
    assert delivering.queue.take() == [(ID, 20.0)]
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("message", ["", "evt 1", "evt_unknown", "x" * 200, "{}"])
async def test_message_that_is_no_delivery_is_dropped(
    delivering: Delivering, receiver: Receiver, message: str
) -> None:
    await delivering.worker.deliver(message)
    assert not receiver.requests
    assert not delivering.queue.added


async def test_body_is_json_without_nan(delivering: Delivering, receiver: Receiver, clock: HandClock) -> None:
    await delivering.outbox.add([make_delivery(created_at=clock())])
    await delivering.worker.deliver(ID)
    assert json.loads(receiver.requests[0].body)["data"]["$price"] == 251.3
