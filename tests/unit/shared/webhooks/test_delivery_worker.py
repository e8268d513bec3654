"""The worker's own bound of deliveries in progress, and what it does when stores fail."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio
from pydantic import SecretStr
from yarl import URL

from infra.local.embedded_mongo import embedded_mongo
from infra.local.embedded_redis import EmbeddedRedis
from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.data.schema import SchemaManager, all_collections
from shared.domain.delivery import Delivery, Webhook
from shared.errors import ForbiddenTargetError
from shared.errors.service_errors import DependencyUnavailableError
from shared.queue.message_queue import MAX_DEQUEUE_COUNT
from shared.webhooks.attempt import AttemptResult, AttemptSender, WebhookTarget
from shared.webhooks.delivery_worker import MAX_CONCURRENT, DeliveryWorker
from shared.webhooks.outbox import Outbox
from shared.webhooks.target import TargetRules
from tests.support.delivery_parts import SECRET, make_delivery
from tests.support.mongo import HandClock
from tests.support.recording_queue import RecordingQueue
from tests.support.redis_parts import make_concurrency

COUNT = 2 * MAX_CONCURRENT


class OwnTargets:
    """A webhook of its own for every delivery, so that no target limits them."""

    def __init__(self) -> None:
        self.asked = 0

    async def webhook(self, _owner: str, webhook_id: str) -> Webhook | None:
        self.asked += 1
        return Webhook(webhook_id, f"https://hooks{self.asked}.example/", SECRET)

    async def disable_webhook(self, _owner: str, _webhook: Webhook) -> None:
        """Does nothing."""


class SlowSender:
    """Sends when the test releases it."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.at_once = 0
        self.most_at_once = 0

    def target(self, webhook: Webhook) -> WebhookTarget:
        return WebhookTarget(URL(webhook.url), b"key")

    async def send(self, _delivery: Delivery, _target: WebhookTarget) -> AttemptResult:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.go_on.wait()
        self.at_once -= 1
        return AttemptResult(status=204)

    async def aclose(self) -> None:
        """Does nothing."""


@pytest_asyncio.fixture
async def repositories(tmp_path: Path) -> AsyncIterator[Repositories]:
    client: Any = embedded_mongo(str(tmp_path))
    mongo = Mongo(client, "test")
    SchemaManager(client["test"], all_collections()).apply()
    yield Repositories(mongo, HandClock())
    await mongo.aclose()


def make(repositories: Repositories, sender: SlowSender, dead_letters: RecordingQueue) -> DeliveryWorker:
    clock = HandClock()
    return DeliveryWorker(
        repositories.deliveries,
        OwnTargets(),
        Outbox(repositories.deliveries, RecordingQueue(), dead_letters),
        dead_letters,
        make_concurrency(EmbeddedRedis(), clock),
        cast(Any, sender),
        clock,
        jitter=lambda: 0.5,
    )


async def test_own_bound_holds_whatever_the_host_allows(repositories: Repositories) -> None:
    sender = SlowSender()
    worker = make(repositories, sender, RecordingQueue())
    for number in range(COUNT):
        await repositories.deliveries.insert(make_delivery(number))
    runs = [asyncio.create_task(worker.deliver(f"evt_{number}")) for number in range(COUNT)]
    async with asyncio.timeout(60):
        while sender.at_once < MAX_CONCURRENT:  # noqa: ASYNC110 - a counter
            await asyncio.sleep(0.01)
    sender.go_on.set()
    await asyncio.gather(*runs)
    assert sender.most_at_once == MAX_CONCURRENT
    states = [await repositories.deliveries.get(f"evt_{number}") for number in range(COUNT)]
    assert {delivery.state for delivery in states if delivery} == {"delivered"}


async def test_database_that_fails_after_the_attempt_fails_the_run(
    repositories: Repositories, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object, **_options: object) -> None:
        raise DependencyUnavailableError("The database does not answer.")

    sender = SlowSender()
    sender.go_on.set()
    worker = make(repositories, sender, RecordingQueue())
    await repositories.deliveries.insert(make_delivery())
    with monkeypatch.context() as patched:
        patched.setattr(type(repositories.deliveries), "mark_delivered", fail)
        with pytest.raises(DependencyUnavailableError):
            await worker.deliver("evt_1")
    # The claim is still there; the message comes again when it has expired.
    claim = await repositories.deliveries.claim("evt_1", "other", 60)
    assert claim.delivery is None
    assert claim.wait_seconds is not None


@pytest.mark.parametrize(
    ("error", "dequeue_count", "state"),
    [
        (ValueError("defect"), None, "stored"),
        (ValueError("defect"), MAX_DEQUEUE_COUNT - 1, "stored"),
        (ValueError("defect"), MAX_DEQUEUE_COUNT, "dead"),
        (DependencyUnavailableError("down"), MAX_DEQUEUE_COUNT, "stored"),
    ],
)
async def test_only_a_defect_in_the_last_run_marks_a_delivery_dead(
    repositories: Repositories,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    dequeue_count: int | None,
    state: str,
) -> None:
    async def fail(*_arguments: object, **_options: object) -> None:
        raise error

    worker = make(repositories, SlowSender(), RecordingQueue())
    await repositories.deliveries.insert(make_delivery())
    monkeypatch.setattr(OwnTargets, "webhook", fail)
    with pytest.raises(type(error)):
        await worker.deliver("evt_1", dequeue_count=dequeue_count)
    delivery = await repositories.deliveries.get("evt_1")
    assert delivery is not None
    assert delivery.state == state


async def test_defect_is_raised_although_the_database_cannot_mark_the_delivery_dead(
    repositories: Repositories, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_off(*_arguments: object, **_options: object) -> None:
        raise ValueError("defect")

    async def fail(*_arguments: object, **_options: object) -> None:
        raise DependencyUnavailableError("The database does not answer.")

    worker = make(repositories, SlowSender(), RecordingQueue())
    await repositories.deliveries.insert(make_delivery())
    monkeypatch.setattr(OwnTargets, "webhook", break_off)
    monkeypatch.setattr(type(repositories.deliveries), "abandon", fail)
    with pytest.raises(ValueError, match="defect"):
        await worker.deliver("evt_1", dequeue_count=MAX_DEQUEUE_COUNT)
    assert "delivery not marked dead: evt_1: the database does not answer" in caplog.text


def test_target_is_counted_by_host_and_port() -> None:
    sender = AttemptSender(TargetRules(), HandClock())

    def name(url: str) -> str:
        return sender.target(Webhook("desk", url, SECRET)).name

    one = name("https://hooks.example/a?token=1")
    assert {
        name("https://HOOKS.example/b"),
        name("https://hooks.example:443"),
        name("https://hooks.example./"),
    } == {one}
    assert one != name("https://hooks.example:8443/a")
    assert "example" not in one


@pytest.mark.parametrize(
    ("url", "secret", "error"),
    [
        ("https://[::1/", SECRET.get_secret_value(), "the address must be"),
        ("https://hooks.example:99999/", SECRET.get_secret_value(), "the address must be"),
        ("https://hooks.example/", "whsec_short", "the secret must be"),
    ],
)
def test_webhook_that_cannot_be_used(url: str, secret: str, error: str) -> None:
    sender = AttemptSender(TargetRules(), HandClock())
    with pytest.raises(ForbiddenTargetError, match=error) as raised:
        sender.target(Webhook("desk", url, SecretStr(secret)))
    assert url not in str(raised.value)
    assert secret not in str(raised.value)
