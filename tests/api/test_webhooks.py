"""Deliveries under the local host: over HTTP to a receiver, by hand, after a restart and after kill -9."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from tests.support.delivery_parts import SECRET
from tests.support.host import REPOSITORY, HostProcess, running_host
from tests.support.webhook_receiver import Receiver, webhook_receiver

APP = REPOSITORY / "tests/support/deliveries_app"
SECONDS = 60.0


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as receiver:
        yield receiver


@pytest.fixture
def environ(receiver: Receiver) -> dict[str, str]:
    return {
        "WEBHOOK_ALLOW_LOCAL_TARGETS": "true",
        "RECEIVER_URL": receiver.url,
        "RECEIVER_SECRET": SECRET.get_secret_value(),
        # No emulator answers there: the embedded queue is used.
        "WEBHOOK_QUEUE_CONNECTION": "QueueEndpoint=http://127.0.0.1:9/account",
    }


def wait_for_requests(receiver: Receiver, count: int) -> None:
    deadline = time.monotonic() + SECONDS
    while len(receiver.requests) < count:
        assert time.monotonic() < deadline, "no request arrives"
        time.sleep(0.02)


def wait_for_state(base_url: str, delivery_id: str, state: str) -> None:
    deadline = time.monotonic() + SECONDS
    while (
        found := httpx.get(f"{base_url}/api/deliveries/{delivery_id}", timeout=60).json()["state"]
    ) != state:
        assert time.monotonic() < deadline, f"the delivery is {found}"
        time.sleep(0.05)


def test_delivery_arrives_and_can_be_verified(
    tmp_path: Path, receiver: Receiver, environ: dict[str, str]
) -> None:
    with running_host(tmp_path, environ, app=APP) as base_url:
        for _ in range(2):
            assert httpx.post(f"{base_url}/api/deliveries/evt_1", timeout=60).status_code == 200
        wait_for_state(base_url, "evt_1", "delivered")
        # By hand: the host's endpoint, as for timers. What was delivered is not sent again.
        run = f"{base_url}/admin/functions/webhook_deliveries"
        assert httpx.post(run, json={"input": "evt_1"}, timeout=60).status_code == 202
        assert httpx.post(run, json={}, timeout=60).status_code == 202
        assert httpx.post(run, json={"input": 1}, timeout=60).status_code == 400
        listed = {item["name"]: item for item in httpx.get(f"{base_url}/admin/functions", timeout=60).json()}
        assert listed["webhook_deliveries"]["queue"] == "webhook-deliveries"
    (request,) = receiver.requests
    assert (
        Verifier(SECRET.get_secret_value()).verify(request.body, dict(request.headers))["type"] == "briefing"
    )


@pytest.mark.parametrize("kill", ["queued", "stored"])
def test_killed_host_loses_no_delivery(
    tmp_path: Path, receiver: Receiver, environ: dict[str, str], kill: str
) -> None:
    process = HostProcess(tmp_path, environ, app=APP)
    with pytest.raises(httpx.TransportError):
        httpx.post(f"{process.base_url()}/api/deliveries/evt_1?kill={kill}", timeout=60)
    assert process.wait().code == -9
    assert not receiver.requests
    with running_host(tmp_path, environ, app=APP) as base_url:
        swept = httpx.post(f"{base_url}/api/sweep", timeout=60).json()["swept"]
        assert swept == (1 if kill == "stored" else 0)
        wait_for_state(base_url, "evt_1", "delivered")
    assert len(receiver.requests) == 1


def test_failing_receiver_is_tried_again_later(
    tmp_path: Path, receiver: Receiver, environ: dict[str, str]
) -> None:
    receiver.answers = [(503, {"Retry-After": "1"})]
    with running_host(tmp_path, environ, app=APP) as base_url:
        httpx.post(f"{base_url}/api/deliveries/evt_1", timeout=60)
        wait_for_requests(receiver, 1)
        wait_for_state(base_url, "evt_1", "queued")
        assert httpx.get(f"{base_url}/api/deliveries/evt_1", timeout=60).json()["attempts"] in {0, 1}
