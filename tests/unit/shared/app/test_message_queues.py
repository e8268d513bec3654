"""Which queue the settings choose."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from infra.local.embedded_queue import EmbeddedQueue
from shared.app.message_queues import build_message_queue
from shared.config.settings import Settings
from shared.errors.service_errors import DependencyUnavailableError
from shared.queue.azure_queue import AzureMessageQueue
from tests.support.mongo import local_settings


def settings(tmp_path: Path, **webhooks: object) -> Settings:
    chosen = local_settings(app={"data_dir": str(tmp_path)})
    return chosen.model_copy(update={"webhooks": chosen.webhooks.model_copy(update=webhooks)})


def test_queue_of_the_settings(tmp_path: Path) -> None:
    assert isinstance(build_message_queue(settings(tmp_path), "items"), EmbeddedQueue)
    for webhooks in (
        {"queue_url": "https://account.queue.example"},
        {"queue_connection": SecretStr("UseDevelopmentStorage=true")},
    ):
        assert isinstance(build_message_queue(settings(tmp_path, **webhooks), "items"), AzureMessageQueue)


@pytest.mark.parametrize("change", [{"environment": "production"}, {"embedded_stores_module": None}])
async def test_without_a_queue_deliveries_stay_stored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, change: dict[str, object]
) -> None:
    deployed = settings(tmp_path)
    if "environment" not in change:
        # Other servers on a developer's machine, and none for the queue.
        change = {"app": deployed.app.model_copy(update=change)}
    deployed = deployed.model_copy(update=change)
    queue = build_message_queue(deployed, "items")
    for _ in range(2):
        with pytest.raises(DependencyUnavailableError):
            await queue.add("evt_1")
    with pytest.raises(DependencyUnavailableError):
        await queue.length()
    assert caplog.text.count("degraded: queue items: not configured, set WEBHOOK_QUEUE_URL") == 1
