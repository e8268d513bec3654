"""The report endpoints when the store fails them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import azure.functions as func
import pytest
from fakeredis import FakeServer
from fastapi.responses import StreamingResponse

from functions.reports import blueprint
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.limits.caller_limits import Quota, RateDecision
from shared.users.adoption import Adoption
from tests.support.cache import FrozenClock
from tests.support.http import make_request
from tests.support.mongo import local_settings
from tests.support.report_store import FakeReports, Worker, working

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}


class NoLimits:
    """Lets everybody in."""

    async def count_request(self, *_: object) -> RateDecision:
        return RateDecision(Quota(10, 9, 60))


@pytest.fixture
def reports() -> FakeReports:
    return FakeReports()


@pytest.fixture
async def worker(reports: FakeReports, tmp_path: Path) -> AsyncIterator[Worker]:
    clock = FrozenClock()
    async with working(FakeServer(), reports, clock) as worker:
        context = AppContext(local_settings(app={"data_dir": str(tmp_path)}), clock)
        contexts.use(
            context.override(
                reports=worker.service,
                report_streams=worker.streams,
                owned_reports=worker.owned,
                adoption=Adoption(()),
                rate_limiter=NoLimits(),
            )
        )
        yield worker
        contexts.use(None)


def post(accept: str) -> object:
    return make_request(
        "/api/reports",
        method="POST",
        headers={"content-type": "application/json", "accept": accept},
        body=b'{"symbol": "AAPL"}',
    )


async def test_report_that_cannot_be_stored_is_a_503(worker: Worker, reports: FakeReports) -> None:
    worker.maker.before_the_end = lambda: setattr(reports, "down", True)
    worker.maker.go_on.set()
    response = await ENDPOINTS["create_report"](post("application/json"))
    problem = json.loads(bytes(response.body))
    assert (response.status_code, problem["code"]) == (503, "dependency_unavailable")
    assert not reports.kept


async def test_stream_of_a_report_that_cannot_be_stored_ends_with_the_error(
    worker: Worker, reports: FakeReports
) -> None:
    worker.maker.before_the_end = lambda: setattr(reports, "down", True)
    worker.maker.go_on.set()
    response = await ENDPOINTS["create_report"](post("text/event-stream"))
    assert isinstance(response, StreamingResponse)
    body = b"".join([chunk async for chunk in response.body_iterator if isinstance(chunk, bytes)])
    lines = [line for line in body.decode().splitlines() if "{" in line]
    frames = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert [frame["event"] for frame in frames] == ["progress", "progress", "error"]
    assert frames[-1]["code"] == "dependency_unavailable"
    assert not reports.kept
