"""Two workers with one Redis and one database, and a model: each report is made once over both."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.host import PROBED_APP, REDIS_SECONDS, running_host
from tests.support.mongo import mongo_server
from tests.support.openai_stub import Behaviour, OpenAIStub, openai_stub
from tests.support.redis_server import redis_server

pytestmark = pytest.mark.redis_server

WANTED = {"symbol": "AAPL", "report_type": "technical_analysis"}
TITLES = ("Price", "Technical picture")


def prose(*titles: str) -> str:
    sections = [
        {"title": title, "content": f"{title}, by the model.", "risk_factors": []} for title in titles
    ]
    return json.dumps({"summary": "Written by the model.", "sections": sections})


@pytest.fixture
async def model() -> AsyncIterator[OpenAIStub]:
    async with openai_stub() as stub:
        yield stub


@pytest.fixture
def workers(model: OpenAIStub, tmp_path: Path) -> Iterator[tuple[str, str]]:
    with ExitStack() as stack:
        redis = stack.enter_context(redis_server(tmp_path))
        environ = {
            "MONGODB_URI": stack.enter_context(mongo_server()),
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis.port),
            REDIS_SECONDS: "5",
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": model.base_url,
            "NO_PROXY": "127.0.0.1",
        }
        yield (
            stack.enter_context(running_host(tmp_path / "one", environ, app=PROBED_APP)),
            stack.enter_context(running_host(tmp_path / "other", environ, app=PROBED_APP)),
        )


async def post(worker: str, wanted: dict[str, Any]) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"{worker}/api", timeout=60) as client:
        return await client.post("/reports", json=wanted)


async def test_identical_requests_at_two_workers_are_one_call_of_the_model(
    workers: tuple[str, str], model: OpenAIStub
) -> None:
    for worker in workers:
        async with httpx.AsyncClient(timeout=60) as client:
            migrated = await client.post(f"{worker}/admin/functions/migrations", json={})
            assert migrated.status_code == 202
    model.script(*[Behaviour(text=prose(*TITLES), first_after=1.5)] * 2)
    one, other = await asyncio.gather(*(post(worker, WANTED) for worker in workers))
    assert {one.status_code, other.status_code} <= {200, 201}, (one.text, other.text)
    assert one.json()["report_id"] == other.json()["report_id"]
    assert len(model.calls) == 1
    metadata = one.json()["metadata"]
    assert (metadata["provider"], metadata["fallback"]) == ("openai", False)
    assert one.json()["summary"] == "Written by the model."
    schema = model.calls[0].body["response_format"]["json_schema"]["schema"]
    assert schema["$defs"]["SectionProse"]["properties"]["title"]["enum"] == list(TITLES)


async def test_answer_that_does_not_fit_is_repaired(workers: tuple[str, str], model: OpenAIStub) -> None:
    model.script(Behaviour(text=prose("Price")), Behaviour(text=f"```json\n{prose(*TITLES)}\n```"))
    report = (await post(workers[0], WANTED)).json()
    assert (report["metadata"]["fallback"], report["summary"]) == (False, "Written by the model.")
    objection = model.calls[1].body["messages"][-1]["content"]
    assert "the sections must be exactly: Price, Technical picture" in objection


async def test_model_that_never_fits_leaves_composed_prose(
    workers: tuple[str, str], model: OpenAIStub
) -> None:
    model.script(*[Behaviour(text="I would rather write a poem.")] * 2)
    report = (await post(workers[0], WANTED)).json()
    assert (report["metadata"]["provider"], report["metadata"]["fallback"]) == ("offline", True)
    assert "openai returned invalid output" in report["metadata"]["fallback_reason"]
    assert "no language model wrote it" in report["summary"]
    assert len(model.calls) == 2
