"""The app under the code that runs it on Azure: azure-functions-runtime, for Python 3.13 and later."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from standardwebhooks.webhooks import Webhook as Verifier

from infra.local.indexing import FunctionIndex
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.chat.chat_events import ChatEvent, ChunkEvent, MetaEvent
from shared.config.loader import ConfigLoader
from shared.queue.message_queue import MAX_DEQUEUE_COUNT
from tests.support.app import app_index
from tests.support.delivery_parts import SECRET, Webhooks, make_delivery
from tests.support.host import REPOSITORY
from tests.support.webhook_receiver import webhook_receiver
from tests.support.worker import StatusResult, Worker

pytest.importorskip("azure_functions_runtime", reason="Azure's worker code needs Python 3.13 or later")

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECONDS = 60.0


class SlowAgent:
    """Says one thing, waits for a signal to go on, says another."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.closed = asyncio.Event()

    async def process_query_streaming(self, _query: object) -> AsyncGenerator[ChatEvent]:
        """Events."""
        try:
            yield MetaEvent("openai", "gpt-test", "1", "1", ())
            yield ChunkEvent("one")
            await self.go_on.wait()
            yield ChunkEvent("two")
        finally:
            self.closed.set()


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def context(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppContext]:
    environ = {
        "APP_ENV": "local",
        "EMBEDDED_STORES_MODULE": "infra.local.embedded_stores",
        "LOCAL_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        # An answer ends when its client leaves.
        "CHAT_GRACE_SECONDS": "0",
        "WEBHOOK_ALLOW_LOCAL_TARGETS": "true",
        "YAHOO_FINANCE_ENABLED": "false",
    }
    context = AppContext(ConfigLoader(environ=environ).load_config())
    contexts.use(context)
    yield context
    contexts.use(None)
    await context.aclose()


@pytest.fixture(scope="module")
def index() -> FunctionIndex:
    """As the stand-in lists the functions."""
    schedules = {
        "CACHE_REFRESH_SCHEDULE": "0 */5 * * * *",
        "BRIEFINGS_SCHEDULE": "0 */5 * * * *",
        "MIGRATIONS_SCHEDULE": "0 0 3 * * *",
    }
    return app_index({**os.environ, **schedules})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker(index: FunctionIndex) -> AsyncIterator[Worker]:
    worker = Worker(index, "api")
    await worker.load(REPOSITORY)
    await worker.metadata()
    yield worker
    await worker.aclose()


async def test_worker_and_stand_in_list_the_same_functions(worker: Worker, index: FunctionIndex) -> None:
    listed = {function.name: _trigger(function.raw_bindings) for function in await worker.metadata()}
    names = {function.name for function in index.http} | {function.name for function in index.timers}
    assert listed.keys() == names | {function.name for function in index.queues}
    for function in index.http:
        trigger = listed[function.name]
        assert trigger["type"] == "httpTrigger"
        assert trigger["route"].strip("/") == function.route
        assert tuple(trigger["methods"]) == function.methods
        assert trigger["authLevel"].lower() == function.auth_level
        assert trigger["name"] == function.parameter
    for timer in index.timers:
        trigger = listed[timer.name]
        assert trigger["type"] == "timerTrigger"
        assert trigger["schedule"].startswith("%")
        assert trigger["runOnStartup"] is False
        assert trigger["useMonitor"] is True

    for queue in index.queues:
        trigger = listed[queue.name]
        assert trigger["type"] == "queueTrigger"
        assert (trigger["queueName"], trigger["connection"]) == (queue.queue_name, queue.connection)


async def test_json(worker: Worker) -> None:
    async with worker.request("GET", "/api/quotes/aapl", headers={"X-Request-ID": "abc"}) as response:
        body = json.loads(await response.aread())
    assert response.status_code == 200
    assert response.headers["X-Request-ID"] == "abc"
    assert (body["symbol"], body["source"]) == ("AAPL", "sample")


async def test_body_is_read(worker: Worker) -> None:
    async with worker.request("POST", "/api/chat", body={"message": "How is AAPL?"}) as response:
        body = json.loads(await response.aread())
    assert response.status_code == 200, body
    assert body["provider"] == "offline"


async def test_problem(worker: Worker) -> None:
    async with worker.request("POST", "/api/chat", body={"message": ""}) as response:
        body = json.loads(await response.aread())
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert body["code"] == "invalid_request"
    assert body["instance"] == "/api/chat"


async def test_unknown_path(worker: Worker) -> None:
    async with worker.request("PATCH", "/api/no/such/path") as response:
        body = json.loads(await response.aread())
    assert (response.status_code, body["code"]) == (404, "not_found")


async def test_encoded_slash_reaches_the_handler_encoded(worker: Worker) -> None:
    async with worker.request("GET", "/api/quotes/A%2FB") as response:
        body = json.loads(await response.aread())
    assert (response.status_code, body["code"]) == (400, "invalid_symbol")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/api/quotes/AAPL%0D%0AX", 400, "invalid_symbol"), ("/api/no%0Awhere", 404, "not_found")],
)
async def test_line_break_in_a_path_is_a_problem(worker: Worker, path: str, status: int, code: str) -> None:
    async with worker.request("GET", path) as response:
        body = json.loads(await response.aread())
    assert (response.status_code, body["code"]) == (status, code)
    assert response.headers["x-request-id"] == body["request_id"]


async def test_head_has_no_body(worker: Worker) -> None:
    async with worker.request("HEAD", "/api/health") as response:
        assert (response.status_code, await response.aread()) == (200, b"")


async def test_chunks_arrive_one_by_one(worker: Worker, context: AppContext) -> None:
    agent = SlowAgent()
    contexts.use(context.override(agent=agent))
    async with worker.request("GET", "/api/chat/stream?message=hello") as response:
        lines = response.aiter_lines()
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert json.loads(await _frame(lines))["event"] == "meta"
        assert await _frame(lines) == '{"chunk":"one"}'
        # The second half does not exist yet: what was read did not wait for it.
        agent.go_on.set()
        assert [await _frame(lines), await _frame(lines)] == ['{"chunk":"two"}', "[DONE]"]
    contexts.use(context)


async def test_client_that_leaves_ends_the_generator(worker: Worker, context: AppContext) -> None:
    agent = SlowAgent()
    contexts.use(context.override(agent=agent))
    async with worker.request("GET", "/api/chat/stream?message=hello") as response:
        await _frame(response.aiter_lines())
    await asyncio.wait_for(agent.closed.wait(), 30.0)
    assert not agent.go_on.is_set(), "the generator ended because the client left"
    contexts.use(context)


async def test_timers_run(worker: Worker, index: FunctionIndex) -> None:
    for timer in index.timers:
        answer = await worker.run_timer(timer.name, timer.parameter)
        assert answer.result.status == StatusResult.Success, (timer.name, answer.result.exception.message)


async def test_queue_function_delivers(worker: Worker, context: AppContext) -> None:
    with webhook_receiver() as receiver:
        webhooks = Webhooks()
        webhooks.set(receiver.url)
        preferences = context.repositories.preferences
        object.__setattr__(context.repositories, "preferences", webhooks)
        contexts.use(context)
        await context.repositories.deliveries.insert(make_delivery(created_at=context.clock()))
        try:
            for _ in range(2):
                answer = await worker.run_queue("webhook_deliveries", "message", "evt_1")
                assert answer.result.status == StatusResult.Success, answer.result.exception.message
        finally:
            object.__setattr__(context.repositories, "preferences", preferences)
    (request,) = receiver.requests
    assert Verifier(SECRET.get_secret_value()).verify(request.body, dict(request.headers))
    stored = await context.repositories.deliveries.get("evt_1")
    assert stored is not None
    assert stored.state == "delivered"


async def test_failing_queue_function_is_a_failed_run(worker: Worker, context: AppContext) -> None:
    counts: list[int | None] = []

    async def deliver(delivery_id: str, *, dequeue_count: int | None) -> None:
        counts.append(dequeue_count)
        raise RuntimeError(f"broken {delivery_id}")

    contexts.use(context.override(delivery_worker=SimpleNamespace(deliver=deliver)))
    for dequeue_count in (1, MAX_DEQUEUE_COUNT):
        answer = await worker.run_queue("webhook_deliveries", "message", "evt_2", dequeue_count)
        assert answer.result.status == StatusResult.Failure
        assert "broken evt_2" in answer.result.exception.message
    contexts.use(context)
    # The count of the host arrives: the worker gives up after the last run only.
    assert counts == [1, MAX_DEQUEUE_COUNT]


async def test_failing_timer_is_a_failed_run(worker: Worker, context: AppContext) -> None:
    async def run() -> None:
        raise RuntimeError("broken")

    contexts.use(context.override(cache_refresh=SimpleNamespace(run=run)))
    answer = await worker.run_timer("cache_refresh", "timer")
    contexts.use(context)
    assert answer.result.status == StatusResult.Failure
    assert "broken" in answer.result.exception.message


def _trigger(raw_bindings: list[str]) -> dict[str, Any]:
    (trigger,) = (
        binding for binding in map(json.loads, raw_bindings) if str(binding["type"]).endswith("Trigger")
    )
    return dict(trigger)


async def _frame(lines: AsyncIterator[str]) -> str:
    async with asyncio.timeout(SECONDS):
        async for line in lines:
            if line.startswith("data: "):
                return line.removeprefix("data: ")
    raise AssertionError("the stream ended")


@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
async def test_agents_are_answered(worker: Worker, version: str) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": "get_quotes", "arguments": {"symbols": ["AAPL"]}, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "mcp-protocol-version": version,
        "mcp-method": "tools/call",
        "mcp-name": "get_quotes",
        "accept": "application/json, text/event-stream",
    }
    async with worker.request("POST", "/api/mcp", body=body, headers=headers) as response:
        message = json.loads(await response.aread())
    assert response.status_code == 200, message
    assert message["result"]["structuredContent"]["quotes"][0]["symbol"] == "AAPL"


@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
async def test_agents_hear_of_progress(worker: Worker, version: str) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
        "progressToken": "token",
    }
    symbol = "MSFT" if version == "2025-06-18" else "NVDA"
    arguments = {"symbol": symbol, "report_type": "technical_analysis"}
    params = {"name": "create_report", "arguments": arguments, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "mcp-protocol-version": version,
        "mcp-method": "tools/call",
        "mcp-name": "create_report",
        "accept": "application/json, text/event-stream",
    }
    async with worker.request("POST", "/api/mcp", body=body, headers=headers) as response:
        text = (await response.aread()).decode()
    assert response.headers["content-type"].startswith("text/event-stream")
    messages = [
        json.loads(line.removeprefix("data:")) for line in text.splitlines() if line.startswith("data:")
    ]
    assert [message.get("method") for message in messages[:-1]] == ["notifications/progress"] * 3
    assert messages[-1]["result"]["structuredContent"]["status"] == "ready"
