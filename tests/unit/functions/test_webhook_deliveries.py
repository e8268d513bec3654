"""The queue function passes the id in its message and the count of the host to the delivery worker."""

from collections.abc import Iterator
from typing import Any, cast

import azure.functions as func
import pytest
from azure.functions.queue import QueueMessage

from functions.webhook_deliveries import blueprint
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.config.settings import Settings

app = func.FunctionApp()
app.register_functions(blueprint)
(FUNCTION,) = app.get_functions()


class Worker:
    """Records its calls; fails if it has an error."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.calls: list[tuple[str, int | None]] = []

    async def deliver(self, delivery_id: str, *, dequeue_count: int | None) -> None:
        self.calls.append((delivery_id, dequeue_count))
        if self.error is not None:
            raise self.error


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    contexts.use(AppContext(cast(Settings, None)).override(delivery_worker=worker))
    yield worker
    contexts.use(None)


async def run(dequeue_count: int | None) -> None:
    handler: Any = FUNCTION.get_user_function()
    await handler(message=QueueMessage(id="1", body="evt_1", dequeue_count=dequeue_count))


async def test_delivery_is_sent(worker: Worker) -> None:
    await run(1)
    await run(None)
    assert worker.calls == [("evt_1", 1), ("evt_1", None)]


async def test_defect_fails_the_run_so_that_the_host_repeats_it(worker: Worker) -> None:
    worker.error = ValueError("defect")
    with pytest.raises(ValueError, match="defect"):
        await run(1)


def test_trigger() -> None:
    trigger: Any = FUNCTION.get_trigger()
    assert (trigger.queue_name, trigger.connection) == ("webhook-deliveries", "AzureWebJobsStorage")
