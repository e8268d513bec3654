"""Indexing refuses what the worker and the host refuse, with their reasons.

The worker's own code is asked the same where it is installed (Python 3.13): both must agree.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response
from pydantic import BaseModel

from infra.local.indexing import FunctionIndex, IndexingError, index_app, load_app
from shared.errors import ConfigurationError

SETTINGS = {"SCHEDULE": "0 */5 * * * *", "WRONG": "every day"}

AppBuilder = Callable[[func.FunctionApp], None]


def app_of(build: AppBuilder) -> func.FunctionApp:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
    build(app)
    return app


def index(build: AppBuilder) -> FunctionIndex:
    return index_app(app_of(build), SETTINGS)


def verdict(build: AppBuilder) -> str | None:
    """The complaint about the functions; None when they are accepted."""
    try:
        index(build)
    except IndexingError as error:
        return str(error)
    return None


def worker_verdict(build: AppBuilder) -> str | None:
    """The same by the worker's own registry."""
    from azure_functions_runtime.bindings.meta import load_binding_registry
    from azure_functions_runtime.functions import FunctionLoadError, Registry

    from tests.support.worker import Protos

    load_binding_registry()
    registry = Registry()
    try:
        for function in app_of(build).get_functions():
            registry.add_indexed_function(function, Protos())
    except (FunctionLoadError, ValueError, NameError) as error:
        return str(error)
    return None


def good(app: func.FunctionApp) -> None:
    @app.route("things/{id}", methods=["GET", "DELETE"], auth_level=func.AuthLevel.ANONYMOUS)
    async def thing(req: Request) -> JSONResponse: ...

    @app.route(trigger_arg_name="request")
    def any_method(request: Request, context: func.Context) -> Response: ...

    @app.function_name("renamed")
    @app.timer_trigger(schedule="%SCHEDULE%", arg_name="timer", run_on_startup=True)
    async def original(timer: func.TimerRequest) -> None: ...


def unannotated(app: func.FunctionApp) -> None:
    @app.route("one")
    def one(req): ...  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202


def plain_types(app: func.FunctionApp) -> None:
    class Answer(BaseModel):
        value: int

    @app.route("one")
    def one(req: Request) -> dict: ...  # type: ignore[type-arg,empty-body]

    @app.route("two")
    def two(req: Request) -> str: ...  # type: ignore[empty-body]

    @app.route("three")
    def three(req: Request) -> Answer: ...  # type: ignore[empty-body]


def test_what_is_found() -> None:
    found = index(good)
    assert [(one.name, one.route, one.methods, one.auth_level) for one in found.http] == [
        ("any_method", "any_method", (), "function"),
        ("thing", "things/{id}", ("GET", "DELETE"), "anonymous"),
    ]
    assert [(one.parameter, one.wants_context) for one in found.http] == [("request", True), ("req", False)]
    (timer,) = found.timers
    assert (timer.name, timer.schedule.expression, timer.run_on_startup) == ("renamed", "0 */5 * * * *", True)


@pytest.mark.parametrize("build", [unannotated, plain_types])
def test_what_else_the_worker_takes(build: AppBuilder) -> None:
    assert index(build).http


def undeclared_parameter(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request, id: str) -> Response: ...  # noqa: A002


def missing_parameter(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(request: Request) -> Response: ...


def no_parameter(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one() -> Response: ...


def buffered_request(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: func.HttpRequest) -> Response: ...


def optional_request(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request | None) -> Response: ...


def buffered_response(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request) -> func.HttpResponse: ...  # type: ignore[empty-body]


def optional_response(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request) -> Response | None: ...


def bytes_response(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request) -> bytes: ...  # type: ignore[empty-body]


def list_response(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request) -> list[int]: ...  # type: ignore[empty-body]


def no_response(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request) -> None: ...


def wrong_context(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request, context: str) -> Response: ...


def wrong_timer(app: func.FunctionApp) -> None:
    @app.timer_trigger(schedule="%SCHEDULE%", arg_name="timer")
    async def one(timer: Request) -> None: ...


def two_of_a_name(app: func.FunctionApp) -> None:
    for route in ("one", "two"):

        @app.route(route)
        async def one(req: Request) -> Response: ...


def no_trigger(app: func.FunctionApp) -> None:
    @app.function_name("one")
    async def one(req: Request) -> Response: ...


REFUSED_BY_WORKER = [
    (undeclared_parameter, r"cannot load the one function: the following parameters are declared .*\{'id'\}"),
    (missing_parameter, r"cannot load the one function: .*\{'request'\}"),
    (no_parameter, r"cannot load the one function: Extra parameters in binding definition .*\{'req'\}"),
    (buffered_request, '"httpTrigger" in the binding decorator do not match .* annotation HttpRequest'),
    (optional_request, "binding req has invalid non-type annotation"),
    (buffered_response, 'Python return annotation "HttpResponse" does not match binding type "http"'),
    (optional_response, "has invalid non-type return annotation"),
    (bytes_response, 'Python return annotation "bytes" does not match binding type "http"'),
    (list_response, "has invalid non-type return annotation"),
    (no_response, 'Python return annotation "NoneType" does not match binding type "http"'),
    (wrong_context, 'the "context" parameter is expected to be of type azure.functions.Context'),
    (wrong_timer, '"timerTrigger" in the binding decorator do not match .* annotation Request'),
    (two_of_a_name, "Function one does not have a unique function name"),
    (no_trigger, "Function one does not have a trigger"),
]


@pytest.mark.parametrize(("build", "reason"), REFUSED_BY_WORKER)
def test_what_the_worker_refuses(build: AppBuilder, reason: str) -> None:
    with pytest.raises(IndexingError, match=reason):
        index(build)


@pytest.mark.skipif(
    find_spec("azure_functions_runtime") is None, reason="Azure's worker code needs Python 3.13"
)
def test_worker_agrees_word_for_word() -> None:
    builds = (good, unannotated, plain_types, *(build for build, _ in REFUSED_BY_WORKER))
    ours = [verdict(build) for build in builds]
    assert ours == [worker_verdict(build) for build in builds]


def reserved_route(app: func.FunctionApp) -> None:
    @app.route("/Admin/one")
    async def one(req: Request) -> Response: ...


def reserved_prefix(app: func.FunctionApp) -> None:
    @app.route("runtimes")
    async def one(req: Request) -> Response: ...


def same_route(app: func.FunctionApp) -> None:
    @app.route("one", methods=["GET", "POST"])
    async def one(req: Request) -> Response: ...

    @app.route("ONE", methods=["POST"])
    async def two(req: Request) -> Response: ...


def same_name_in_other_case(app: func.FunctionApp) -> None:
    @app.route("one")
    async def one(req: Request) -> Response: ...

    @app.route("two")
    async def ONE(req: Request) -> Response: ...  # noqa: N802


def odd_name(app: func.FunctionApp) -> None:
    @app.function_name("one two")
    @app.route("one")
    async def one(req: Request) -> Response: ...


def missing_setting(app: func.FunctionApp) -> None:
    @app.timer_trigger(schedule="%NOT_THERE%", arg_name="timer")
    async def one(timer: func.TimerRequest) -> None: ...


def wrong_schedule(app: func.FunctionApp) -> None:
    @app.timer_trigger(schedule="%WRONG%", arg_name="timer")
    async def one(timer: func.TimerRequest) -> None: ...


def other_trigger(app: func.FunctionApp) -> None:
    @app.blob_trigger(arg_name="blob", path="container/name", connection="STORAGE")
    async def one(blob: func.InputStream) -> None: ...


def odd_queue(app: func.FunctionApp) -> None:
    @app.queue_trigger(arg_name="message", queue_name="Some_Queue", connection="STORAGE")
    async def one(message: func.QueueMessage) -> None: ...


def wrong_message(app: func.FunctionApp) -> None:
    @app.queue_trigger(arg_name="message", queue_name="queue", connection="STORAGE")
    async def one(message: str) -> None: ...


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (reserved_route, "conflicts with one or more built in routes"),
        (reserved_prefix, "conflicts with one or more built in routes"),
        (same_route, "The route specified conflicts with the route defined by function 'one'"),
        (same_name_in_other_case, "must be unique within the function app"),
        (odd_name, "'one two' is not a valid function name"),
        (missing_setting, "'%NOT_THERE%' does not resolve to a value: set NOT_THERE"),
        (wrong_schedule, "cannot load the one function: the schedule 'every day' must have 6 fields"),
        (other_trigger, "blobTrigger cannot be served by the local host"),
        (odd_queue, "'Some_Queue' is not a valid queue name"),
        (wrong_message, "do not match the corresponding function parameter's Python type annotation str"),
    ],
)
def test_what_the_host_refuses(build: AppBuilder, reason: str) -> None:
    with pytest.raises(IndexingError, match=reason):
        index(build)


def test_queue_function() -> None:
    def build(app: func.FunctionApp) -> None:
        @app.queue_trigger(arg_name="message", queue_name="work-items", connection="STORAGE")
        async def one(message: func.QueueMessage) -> None: ...

    (function,) = index(build).queues
    assert (function.name, function.queue_name, function.parameter) == ("one", "work-items", "message")
    assert function.connection == "STORAGE"


def test_same_route_for_other_methods_is_fine() -> None:
    def build(app: func.FunctionApp) -> None:
        @app.route("one", methods=["GET"])
        async def one(req: Request) -> Response: ...

        @app.route("one", methods=["PUT"])
        async def two(req: Request) -> Response: ...

    assert len(index(build).http) == 2


class TestLoading:
    @pytest.fixture(autouse=True)
    def own_module(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Each test imports a function_app of its own."""
        monkeypatch.setattr(sys, "path", list(sys.path))
        monkeypatch.delitem(sys.modules, "function_app", raising=False)
        yield
        sys.modules.pop("function_app", None)

    async def load(self, folder: Path, source: str) -> Any:
        (folder / "function_app.py").write_text(source, "utf-8")
        return load_app(folder)

    async def test_app_is_found(self, tmp_path: Path) -> None:
        app = await self.load(tmp_path, "import azure.functions as f\nanything = f.FunctionApp()")
        assert isinstance(app, func.FunctionApp)

    @pytest.mark.parametrize(
        ("source", "reason"),
        [
            ("x = 1", "Could not find top level function app instances in function_app.py"),
            (
                "import azure.functions as f\na = f.FunctionApp()\nb = f.FunctionApp()",
                "More than one FunctionApp",
            ),
            ("import azure.functions as f\na = b = f.FunctionApp()", "More than one FunctionApp"),
            ("import azure.functions as f\na = f.Blueprint()", "Could not find"),
            (
                "import nowhere_to_be_found",
                r"ModuleNotFoundError: .*nowhere_to_be_found.*function_app.py, line 1",
            ),
            ("x = 1\ny = (", "SyntaxError"),
            ("\n\n1 / 0", r"ZeroDivisionError: division by zero \(function_app.py, line 3\)"),
        ],
    )
    async def test_what_cannot_be_loaded(self, tmp_path: Path, source: str, reason: str) -> None:
        with pytest.raises(IndexingError, match=reason):
            await self.load(tmp_path, source)

    async def test_event_loop_runs_during_the_import(self, tmp_path: Path) -> None:
        source = (
            "import asyncio\nasync def f(): ...\nc = f()\ntry:\n    asyncio.run(c)\nfinally:\n    c.close()"
        )
        assert asyncio.get_running_loop()
        with pytest.raises(IndexingError, match=r"RuntimeError: asyncio.run\(\) cannot be called"):
            await self.load(tmp_path, source)

    async def test_refused_configuration_stays_what_it_is(self, tmp_path: Path) -> None:
        source = "from shared.errors import ConfigurationError\nraise ConfigurationError('wrong')"
        with pytest.raises(ConfigurationError, match="wrong"):
            await self.load(tmp_path, source)
