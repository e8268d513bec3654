"""What the wrapper around every handler promises: a request id, and problems instead of exceptions."""

import asyncio
import inspect
import json
import logging
import typing
from types import SimpleNamespace

import azure.functions as func
import pytest
from fastapi import Request, Response

from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.errors import ConfigurationError, FieldError, ProblemError, SecretsUnavailableError
from shared.errors.request_errors import InvalidRequestError, RequestError
from shared.errors.service_errors import DependencyUnavailableError, ServiceError, UpstreamUnavailableError
from shared.http.handler import Handler, http_handler, plain_handler, timer_handler
from tests.support.http import make_request


@pytest.fixture(autouse=True)
def context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "_context", typing.cast(AppContext, SimpleNamespace()))


def failing(error: BaseException) -> Handler:
    async def handler(_req: Request, _app: AppContext) -> Response:
        raise error

    return handler


async def call(error: BaseException, request_id: str = "abc-1") -> tuple[Response, dict[str, typing.Any]]:
    response = await http_handler(failing(error))(make_request(headers={"x-request-id": request_id}))
    return response, json.loads(bytes(response.body))


def test_worker_sees_one_parameter_and_the_handlers_name() -> None:
    async def quote(_req: Request, _app: AppContext) -> Response:
        """Doc."""
        return Response()

    endpoint = http_handler(quote)
    assert list(inspect.signature(endpoint).parameters) == ["req"]
    assert typing.get_type_hints(endpoint) == {"req": Request, "return": Response}
    assert (endpoint.__name__, endpoint.__doc__) == ("quote", "Doc.")


async def test_error_becomes_a_problem_with_all_its_members() -> None:
    error = InvalidRequestError("period is wrong", errors=[FieldError("period", "not one of 1d, 5d")])
    response, body = await call(error)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert body == {
        "type": "urn:problem:invalid_request",
        "title": "Invalid request",
        "status": 400,
        "detail": "period is wrong",
        "instance": "/api/things",
        "code": "invalid_request",
        "error": "period is wrong",
        "request_id": "abc-1",
        "errors": [{"field": "period", "message": "not one of 1d, 5d"}],
    }


async def test_retry_after_is_in_whole_seconds_and_never_zero() -> None:
    response, _ = await call(UpstreamUnavailableError("down", retry_after=0.2))
    assert response.headers["retry-after"] == "1"


@pytest.mark.logs_secrets
@pytest.mark.parametrize(
    "error",
    [ValueError("mongodb://user:hunter2@db"), ConfigurationError("hunter2"), asyncio.CancelledError()],
)
async def test_what_is_unexpected_tells_the_client_nothing(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        response, body = await call(error)
    assert (response.status_code, body["code"]) == (500, "internal_error")
    assert "hunter2" not in bytes(response.body).decode() + str(response.headers)
    assert caplog.records, "the operator must see it"


async def test_without_its_secrets_the_service_is_away_for_a_while() -> None:
    response, body = await call(SecretsUnavailableError("Key Vault https://kv.internal cannot be read"))
    assert (response.status_code, body["code"]) == (503, "dependency_unavailable")
    assert response.headers["retry-after"] == "10"
    assert "internal" not in body["detail"]


async def test_plain_handler_answers_also_where_the_configuration_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def unreadable() -> AppContext:
        raise SecretsUnavailableError("the vault does not answer")

    async def alive(_req: Request) -> Response:
        return Response(status_code=204)

    monkeypatch.setattr(contexts, "get", unreadable)
    response = await plain_handler(alive)(make_request())
    assert (response.status_code, "x-request-id" in response.headers) == (204, True)


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\nb", "é"])
async def test_request_id_that_is_not_sane_is_replaced(given: str) -> None:
    req = make_request()
    req.scope["headers"] = [(b"x-request-id", given.encode("latin-1"))]
    response = await http_handler(failing(InvalidRequestError("no")))(req)
    assert len(response.headers["x-request-id"]) == 32
    assert json.loads(bytes(response.body))["request_id"] == response.headers["x-request-id"]


def leaves(root: type[ProblemError]) -> list[type[ProblemError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in leaves(child))]


@pytest.mark.parametrize("kind", [*leaves(RequestError)[1:], *leaves(ServiceError)[1:]])
async def test_every_error_class_has_its_problem(kind: type[ProblemError]) -> None:
    response, body = await call(kind("because"))
    assert response.status_code == kind.status == body["status"]
    assert body["code"] == kind.code
    assert body["title"] == kind.title


async def test_unavailable_dependency_is_on_the_line_of_the_request_and_nowhere_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def handler(_req: Request, _app: AppContext) -> Response:
        try:
            raise OSError("connection refused")
        except OSError as error:
            raise UpstreamUnavailableError("Yahoo is down.") from error

    with caplog.at_level(logging.INFO):
        response = await http_handler(handler)(make_request())
    assert response.status_code == 503
    (record,) = caplog.records
    assert (record.levelname, record.exc_info) == ("INFO", None)
    assert 'code=upstream_unavailable detail="Yahoo is down." cause="OSError: connection refused"' in (
        record.getMessage()
    )


async def test_defect_is_logged_with_its_cause(caplog: pytest.LogCaptureFixture) -> None:
    await call(ZeroDivisionError())
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.exc_info is not None


async def test_timer_that_fails_for_an_expected_reason_is_one_warning_until_it_recovers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outcomes: list[Exception | None] = [DependencyUnavailableError("Redis does not answer.")] * 3 + [None]

    async def refresh(_app: AppContext) -> None:
        if error := outcomes.pop(0):
            raise error

    endpoint = timer_handler(refresh)
    timer = typing.cast(func.TimerRequest, SimpleNamespace(past_due=False))
    with caplog.at_level(logging.INFO, "shared.http"):
        for _ in range(3):
            with pytest.raises(DependencyUnavailableError):
                await endpoint(timer)
        await endpoint(timer)
    degraded = [record for record in caplog.records if record.name == "shared.http.handler"]
    assert [record.levelname for record in degraded] == ["WARNING", "INFO"]
    assert degraded[0].getMessage() == "degraded: timer refresh: Redis does not answer."
    assert not any(record.exc_info for record in caplog.records)


async def test_line_of_a_failed_timer_run_has_the_cause(caplog: pytest.LogCaptureFixture) -> None:
    async def refresh(_app: AppContext) -> None:
        raise DependencyUnavailableError("Redis does not answer.")

    timer = typing.cast(func.TimerRequest, SimpleNamespace(past_due=False))
    with caplog.at_level(logging.INFO, "shared.requests"), pytest.raises(DependencyUnavailableError):
        await timer_handler(refresh)(timer)
    assert "status=500 outcome=error" in caplog.text
    assert 'code=dependency_unavailable detail="Redis does not answer."' in caplog.text


async def test_page_of_another_origin_may_read_the_provenance_of_csv() -> None:
    async def history(_req: Request, _app: AppContext) -> Response:
        return Response()

    response = await http_handler(history)(make_request(headers={"origin": "https://front.example"}))
    exposed = response.headers["access-control-expose-headers"].split(", ")
    assert {
        "X-Data-Source",
        "X-Data-As-Of",
        "X-Data-Fetched-At",
        "X-Data-Stale",
        "X-Data-Fallback-Reason",
    } <= set(exposed)
    assert "X-Request-ID" in exposed


async def test_failing_timer_is_logged_and_reported_to_the_host(caplog: pytest.LogCaptureFixture) -> None:
    async def refresh(_app: AppContext) -> None:
        raise RuntimeError("broken")

    endpoint = timer_handler(refresh)
    assert endpoint.__name__ == "refresh"
    assert typing.get_type_hints(endpoint) == {"timer": func.TimerRequest, "return": type(None)}
    timer = typing.cast(func.TimerRequest, SimpleNamespace(past_due=False))
    with caplog.at_level(logging.INFO), pytest.raises(RuntimeError):
        await endpoint(timer)
    assert "broken" in caplog.text
