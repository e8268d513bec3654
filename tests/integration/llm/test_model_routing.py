"""Routing with real clients, configured by the environment, against local servers."""

import asyncio
import json
import sys
from typing import Any

import openai as _loaded  # noqa: F401 - before the tests: their deadlines are short
import pytest

from shared.errors.service_errors import ModelInterruptedError
from shared.llm.base_model_client import Finished, GenerationRequest, Message, Routed, TextDelta
from shared.llm.model_factory import ModelClientFactory
from tests.support.model_providers import two_providers
from tests.support.openai_stub import Behaviour, OpenAIStub

REQUEST = GenerationRequest((Message("user", "How is Apple?"),), temperature=0.2, max_tokens=50)


async def text_of(models: ModelClientFactory, **asked: Any) -> tuple[Routed, str]:
    stream = await models.open_stream(REQUEST, **{"provider": None, "model": None, **asked})
    events = [event async for event in stream.events]
    assert isinstance(events[-1], Finished)
    return stream.routed, "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Behaviour(status=401), "openai: refused the credentials (401)"),
        (Behaviour(status=429, retry_after="60"), "openai: too many requests"),
        (Behaviour(status=500), "openai: answered 500"),
        (Behaviour(status=404, code="model_not_found"), "openai: refused the request (404 model_not_found)"),
        (Behaviour(fault="refuse"), "openai: could not be reached"),
        (Behaviour(fault="drop"), "openai: broke the connection"),
        (Behaviour(fault="end"), "openai: ended without an answer"),
        (Behaviour(fault="silence"), "openai: did not begin to answer in time"),
        (
            Behaviour(fault="hang", fault_after=0, heartbeat=0.02),
            "openai: did not begin to answer in time",
        ),
    ],
)
async def test_every_failure_before_the_first_word_leads_to_a_fallback(
    openai: OpenAIStub, grok: OpenAIStub, behaviour: Behaviour, reason: str
) -> None:
    openai.script(behaviour)
    async with two_providers(openai, grok, MODEL_ALLOWED_MODELS="*", MODEL_FIRST_EVENT_TIMEOUT="5") as models:
        answering, text = await text_of(models)
    assert answering == Routed("grok", "grok-3", True, reason)
    assert text == "w0 w1 w2 "


async def test_a_failure_after_the_first_word_is_an_interruption(
    openai: OpenAIStub, grok: OpenAIStub
) -> None:
    openai.script(Behaviour(tokens=5, fault="drop", fault_after=1))
    async with two_providers(openai, grok, MODEL_ALLOWED_MODELS="*") as models:
        stream = await models.open_stream(REQUEST, provider=None, model=None)
        assert await anext(stream.events) == TextDelta("w0 ")
        with pytest.raises(ModelInterruptedError):
            await anext(stream.events)
    assert not grok.calls


async def test_heartbeats_do_not_extend_the_deadline(openai: OpenAIStub, grok: OpenAIStub) -> None:
    openai.script(Behaviour(tokens=2, fault="hang", fault_after=1, heartbeat=0.02))
    async with two_providers(openai, grok, MODEL_ALLOWED_MODELS="*", MODEL_DEADLINE="6") as models:
        stream = await models.open_stream(REQUEST, provider=None, model=None)
        assert await anext(stream.events) == TextDelta("w0 ")
        with pytest.raises(ModelInterruptedError, match="did not finish its answer in time"):
            await anext(stream.events)
    async with asyncio.timeout(10):
        await openai.calls[0].ended.wait()


@pytest.mark.parametrize("events_read", [0, 1, 2])
async def test_closing_the_events_ends_the_call_upstream_at_once(
    openai: OpenAIStub, grok: OpenAIStub, events_read: int
) -> None:
    openai.script(Behaviour(tokens=1000, rate=50))
    async with two_providers(openai, grok, MODEL_ALLOWED_MODELS="*") as models:
        stream = await models.open_stream(REQUEST, provider=None, model=None)
        for _ in range(events_read):
            await anext(stream.events)
        await stream.events.aclose()
        async with asyncio.timeout(10):
            await openai.calls[0].ended.wait()
    assert openai.calls[0].outcome == "disconnected"


async def test_many_broken_streams_leave_nothing_behind(openai: OpenAIStub, grok: OpenAIStub) -> None:
    openai.script(*[Behaviour(tokens=1000, rate=50)] * 60)
    async with two_providers(openai, grok, MODEL_ALLOWED_MODELS="*") as models:
        await text_of(models, provider="grok")
        before = len(asyncio.all_tasks())

        async def ask_and_leave() -> None:
            stream = await models.open_stream(REQUEST, provider="openai", model=None)
            await anext(stream.events)
            await stream.events.aclose()

        for _ in range(3):
            await asyncio.gather(*(ask_and_leave() for _ in range(20)))
        async with asyncio.timeout(60):
            for call in openai.calls:
                await call.ended.wait()
            while openai.connections or len(asyncio.all_tasks()) > before:  # noqa: ASYNC110 - it only gets less
                await asyncio.sleep(0.01)
    assert {call.outcome for call in openai.calls} == {"disconnected"}


async def test_the_library_is_loaded_by_the_first_request_only() -> None:
    code = (
        "import sys\n"
        "from shared.config.loader import ConfigLoader\n"
        "from shared.llm.model_factory import ModelClientFactory\n"
        "environ = {'OPENAI_API_KEY': 'sk-1', 'AZURE_OPENAI_ENDPOINT': 'https://a.example',\n"
        "    'AZURE_OPENAI_DEPLOYMENT': 'chat'}\n"
        "models = ModelClientFactory(ConfigLoader(environ=environ).load_config(), None)\n"
        "names = [status.provider for status in models.providers() if status.configured]\n"
        "assert names == ['openai', 'azure_openai', 'offline']\n"
        "heavy = {'openai', 'aiohttp', 'httpx2', 'azure.identity', 'pandas'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.strip() == b"[]"


async def test_the_stub_serves_another_process() -> None:
    script = json.dumps([{"text": "from another process"}])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.openai_stub",
        "--script",
        script,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        server = OpenAIStub()
        server.base_url = (await process.stdout.readline()).decode().strip()
        async with two_providers(server, server, MODEL_ALLOWED_MODELS="*") as models:
            assert (await text_of(models))[1] == "from another process "
            assert (await text_of(models, model="tokens=1"))[1] == "w0 "
    finally:
        process.terminate()
        await process.wait()
