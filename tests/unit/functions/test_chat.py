"""The chat endpoints: what a client gets for what it asks."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import azure.functions as func
import httpx
import pytest
from fakeredis import FakeServer
from fastapi import FastAPI, Request, Response

from functions.chat import blueprint
from infra.local.embedded_redis import EmbeddedRedis
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.errors.request_errors import InvalidRequestError, ProviderNotConfiguredError, RateLimitedError
from shared.errors.service_errors import ModelInterruptedError, ModelUnavailableError
from shared.limits.caller_limits import Quota, RateDecision
from shared.llm.base_model_client import TextDelta
from tests.support.agent_fakes import END, FakeConversations, FakeModels, Step, chat_settings, fake_agent
from tests.support.http import make_request
from tests.support.malformed import UUIDS_IN_OTHER_FORMS
from tests.support.stock_data import NOW

CONVERSATION = "11111111-1111-4111-8111-111111111111"
app = func.FunctionApp()
app.register_functions(blueprint)
FUNCTIONS = app.get_functions()
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in FUNCTIONS}


@dataclass
class FakeLimiter:
    """Lets everything pass, or refuses; counts who has streams open."""

    refuses: bool = False
    refuses_streams: bool = False
    open: list[str] = field(default_factory=list)

    async def count_request(self, scope: str, caller: str) -> RateDecision:
        assert scope == "chat"
        assert caller
        if self.refuses:
            refusal = RateLimitedError("At most 30 requests a minute are allowed here.", retry_after=7)
            return RateDecision(Quota(30, 0, 60), refusal)
        return RateDecision(Quota(30, 29, 60))

    @asynccontextmanager
    async def stream(self, caller: str) -> AsyncIterator[None]:
        if self.refuses_streams:
            raise RateLimitedError("At most 5 streams may be open at the same time.", retry_after=5)
        self.open.append(caller)
        try:
            yield
        finally:
            self.open.remove(caller)


@pytest.fixture
def limiter() -> FakeLimiter:
    return FakeLimiter()


@pytest.fixture
def conversations() -> FakeConversations:
    return FakeConversations(owner=None)


class Serve:
    """Puts a model's answers behind the endpoints."""

    def __init__(self, limiter: FakeLimiter, conversations: FakeConversations, folder: Path) -> None:
        self._folder = folder
        self._limiter = limiter
        self._conversations = conversations

    def __call__(self, *rounds: Sequence[Step], **sections: dict[str, Any]) -> FakeModels:
        models = FakeModels(rounds)
        sections["app"] = {"data_dir": str(self._folder), **sections.get("app", {})}
        settings = chat_settings(**sections)
        agent = fake_agent(models, self._conversations, settings=settings)
        context = AppContext(settings, lambda: NOW)
        redis = EmbeddedRedis(FakeServer())
        contexts.use(context.override(agent=agent, rate_limiter=self._limiter, redis=redis))
        return models


@pytest.fixture
def serve(limiter: FakeLimiter, conversations: FakeConversations, tmp_path: Path) -> Iterator[Serve]:
    yield Serve(limiter, conversations, tmp_path)
    contexts.use(None)


def client() -> httpx.AsyncClient:
    """A client of the endpoints, served as the worker serves them."""
    web = FastAPI()

    async def catch_all(request: Request) -> Response:
        path = request.path_params["path"]
        name = "chat" if path == "chat" else "chat_stream" if request.method == "POST" else "chat_stream_get"
        response = await ENDPOINTS[name](request)
        return cast(Response, response)

    web.add_api_route("/api/{path:path}", catch_all, methods=["GET", "POST"], response_model=None)
    return httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://localhost")


async def ask(path: str = "chat", headers: dict[str, str] | None = None, **body: object) -> httpx.Response:
    async with client() as http:
        return await http.post(f"/api/{path}", json=body, headers=headers)


def frames_of(response: httpx.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in response.text.split("\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


FINE: list[Step] = [TextDelta("At $250.50 "), TextDelta("[1]."), END]


def test_routes_are_those_of_the_contract() -> None:
    routes = {
        (function.get_function_name(), cast(Any, function.get_trigger()).route) for function in FUNCTIONS
    }
    assert routes == {
        ("chat", "chat"),
        ("chat_stream", "chat/stream"),
        ("chat_stream_get", "chat/stream"),
        ("resume_stream", "chat/streams/{stream_id}"),
        ("stop_stream", "chat/streams/{stream_id}"),
    }


# What comes back


async def test_question_is_answered_as_json(serve: Serve) -> None:
    serve(FINE)
    response = await ask(message="How is Apple?", conversation_id=CONVERSATION)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["ratelimit-remaining"] == "29"
    answer = response.json()
    assert answer["response"] == "At $250.50 [1]."
    assert answer["symbols"] == ["AAPL"]
    assert answer["conversation_id"] == CONVERSATION
    assert {name: answer["figures"][name] for name in ("stated", "supported", "unsupported")} == {
        "stated": 1,
        "supported": 1,
        "unsupported": [],
    }


@pytest.mark.parametrize(("path", "body"), [("chat", {"stream": True}), ("chat/stream", {})])
async def test_question_is_answered_as_a_stream(serve: Serve, path: str, body: dict[str, Any]) -> None:
    serve(FINE)
    response = await ask(path, {"X-Request-ID": "abc-1"}, message="How is Apple?", **body)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["x-request-id"] == "abc-1"
    meta, sources, *chunks, figure, done = frames_of(response)
    assert (meta["event"], meta["request_id"], sources["event"], done["event"]) == (
        "meta",
        "abc-1",
        "sources",
        "done",
    )
    assert (figure["event"], figure["text"], figure["verdict"]) == ("figure", "$250.50", "supported")
    assert "".join(frame["chunk"] for frame in chunks) == "At $250.50 [1]."


async def test_browser_gets_a_stream_by_get(serve: Serve) -> None:
    models = serve(FINE)
    async with client() as http:
        response = await http.get(
            "/api/chat/stream", params={"message": "How is Apple?", "provider": "grok", "model": "grok-4"}
        )
    assert frames_of(response)[-1]["event"] == "done"
    assert models.asked == [("grok", "grok-4")]


async def test_what_is_asked_for_reaches_the_agent(serve: Serve) -> None:
    models = serve(FINE)
    response = await ask(
        message="  And these?  ", symbols=["msft", "MSFT", "nvda"], provider="openai", session="old clients"
    )
    assert response.json()["symbols"] == ["MSFT", "NVDA"]
    assert models.requests[0].messages[-1].content == "And these?"
    assert models.asked == [("openai", None)]


async def test_fields_may_be_null(serve: Serve) -> None:
    serve(FINE)
    response = await ask(message="Hi", symbols=None, provider=None, model=None, conversation_id=None)
    assert response.status_code == 200


# What is refused


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "message", "invalid_request"),
        ({"message": ""}, "message", "invalid_request"),
        ({"message": "   "}, "message", "invalid_request"),
        ({"message": "\0\u200b\u202e"}, "message", "invalid_request"),
        ({"message": "x" * 4001}, "message", "invalid_request"),
        ({"message": 7}, "message", "invalid_request"),
        ({"message": "Hi", "conversation_id": "7"}, "conversation_id", "invalid_request"),
        *(
            ({"message": "Hi", "conversation_id": text}, "conversation_id", "invalid_request")
            for text in UUIDS_IN_OTHER_FORMS
        ),
        ({"message": "Hi", "symbols": ["A"] * 11}, "symbols", "invalid_request"),
        ({"message": "Hi", "symbols": ["../x"]}, "symbols", "invalid_symbol"),
        ({"message": "Hi", "stream": "perhaps"}, "stream", "invalid_request"),
        ({"message": "Hi", "provider": ""}, "provider", "invalid_request"),
    ],
)
@pytest.mark.parametrize("path", ["chat", "chat/stream"])
async def test_bad_field_is_named(
    serve: Serve, path: str, body: dict[str, Any], field: str, code: str
) -> None:
    models = serve(FINE)
    response = await ask(path, **body)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (400, code)
    assert problem["errors"][0]["field"] == field
    assert problem["error"] == problem["detail"]
    assert models.requests == []


async def test_message_of_4000_characters_is_answered(serve: Serve) -> None:
    serve(FINE)
    assert (await ask(message="é" * 4000)).status_code == 200


async def test_text_that_is_no_unicode_is_refused(serve: Serve) -> None:
    serve(FINE)
    async with client() as http:
        response = await http.post(
            "/api/chat", content=b'{"message": "a\\ud800b"}', headers={"content-type": "application/json"}
        )
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", {"content-type": "application/json"}, 400),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b'{"message":"' + b"x" * 70_000 + b'"}', {"content-type": "application/json"}, 413),
    ],
)
async def test_body_that_cannot_be_read_is_refused(
    serve: Serve, content: bytes, headers: dict[str, str], status: int
) -> None:
    serve(FINE)
    async with client() as http:
        response = await http.post("/api/chat", content=content, headers=headers)
    assert response.status_code == status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidRequestError("There is no such provider."), 400),
        (ProviderNotConfiguredError("grok is not configured here. Usable: openai."), 422),
        (ModelUnavailableError("No model could answer.", retry_after=5), 503),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_model_that_cannot_answer_is_a_problem_with_its_status(
    serve: Serve, error: Exception, status: int, stream: bool
) -> None:
    serve([error])
    response = await ask(message="Hi", stream=stream)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


async def test_conversation_that_is_answering_is_a_conflict(
    serve: Serve, conversations: FakeConversations
) -> None:
    serve(FINE)
    conversations.locked = True
    response = await ask(message="Hi", conversation_id=CONVERSATION)
    assert (response.status_code, response.headers["retry-after"]) == (409, "8")


async def test_conversation_belongs_to_the_user_who_began_it(serve: Serve) -> None:
    serve(FINE, FINE, FINE)
    statuses = [
        (await ask(message="Hi", conversation_id=CONVERSATION, headers={"X-User-ID": user})).status_code
        for user in ("alice", "mallory", "alice")
    ]
    assert statuses == [200, 404, 200]


@pytest.mark.parametrize("stream", [False, True])
async def test_caller_over_the_limit_has_to_wait(serve: Serve, limiter: FakeLimiter, stream: bool) -> None:
    serve(FINE)
    limiter.refuses = True
    response = await ask(message="Hi", stream=stream)
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")


async def test_caller_with_too_many_streams_has_to_wait(serve: Serve, limiter: FakeLimiter) -> None:
    serve(FINE)
    limiter.refuses_streams = True
    assert (await ask(message="Hi", stream=True)).status_code == 429
    assert (await ask(message="Hi")).status_code == 200


# Breaking off


async def test_model_that_breaks_off_ends_the_stream_with_an_error_frame(
    serve: Serve, limiter: FakeLimiter, conversations: FakeConversations
) -> None:
    serve([TextDelta("So far "), ModelInterruptedError("openai broke off its answer.")])
    *_, chunk, error = frames_of(await ask("chat/stream", message="Hi"))
    assert chunk == {"chunk": "So far "}
    assert (error["event"], error["code"], error["retryable"]) == ("error", "model_interrupted", True)
    assert conversations.kept[-1].interrupted
    assert limiter.open == []


async def test_model_that_breaks_off_is_an_error_in_json(serve: Serve) -> None:
    serve([TextDelta("So far "), ModelInterruptedError("openai broke off its answer.")])
    response = await ask(message="Hi")
    assert (response.status_code, response.json()["code"]) == (502, "model_error")


@pytest.mark.parametrize("stream", [False, True])
async def test_client_that_leaves_before_the_answer_ends_the_models_call(
    serve: Serve, limiter: FakeLimiter, stream: bool, caplog: pytest.LogCaptureFixture
) -> None:
    models = serve([asyncio.Event(), END])
    left = asyncio.Event()
    body = json.dumps({"message": "Hi", "stream": stream}).encode()
    request = make_request(
        "/api/chat", method="POST", body=body, headers={"content-type": "application/json"}, left=left
    )
    answering = asyncio.create_task(ENDPOINTS["chat"](request))
    await models.opened.wait()
    with caplog.at_level(logging.INFO):
        left.set()
        response = await answering
    for _ in range(20):
        await asyncio.sleep(0)
    assert response.status_code == 499
    assert models.open == 0
    assert limiter.open == []
    assert "outcome=disconnected" in caplog.text


async def test_client_that_leaves_a_stream_ends_the_models_call(
    serve: Serve, limiter: FakeLimiter, conversations: FakeConversations, caplog: pytest.LogCaptureFixture
) -> None:
    models = serve([TextDelta("So far "), asyncio.Event(), END], chat={"grace_seconds": 1})
    left, said = asyncio.Event(), asyncio.Event()
    request = make_request(
        "/api/chat/stream",
        method="POST",
        body=b'{"message": "Hi"}',
        headers={"content-type": "application/json"},
        left=left,
    )
    response = await ENDPOINTS["chat_stream"](request)

    async def send(message: dict[str, Any]) -> None:
        if b"So far" in message.get("body", b""):
            said.set()

    serving = asyncio.create_task(response({"type": "http"}, request.receive, send))
    await said.wait()
    assert len(limiter.open) == 1
    with caplog.at_level(logging.INFO):
        left.set()
        await serving
        await conversations.stored.wait()
    assert conversations.kept[-1].interrupted
    for _ in range(20):
        await asyncio.sleep(0)
    assert models.open == 0
    assert limiter.open == []
    assert "outcome=disconnected" in caplog.text
