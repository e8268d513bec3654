"""Indexes the app as the Functions worker does, and refuses what the worker and the host refuse."""

import importlib
import inspect
import re
import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import azure.functions as func
from fastapi import Request, Response

_RESERVED: Final = ("admin", "runtime")
_SETTING: Final = re.compile(r"%([^%]+)%")
_NAME: Final = re.compile(r"^[A-Za-z][A-Za-z0-9_-]{0,127}$")


class IndexingError(Exception):
    """The worker or the host would refuse the app; the message says why."""


@dataclass(frozen=True)
class HttpFunction:
    """A function with an HTTP trigger.

    Attributes:
        name: Its name on Azure.
        route: Its route without prefix and leading slash.
        methods: HTTP methods in upper case.
        auth_level: ``anonymous``, ``function`` or ``admin``.
        call: The handler.
        parameter: Name of the handler's parameter for the request.
        wants_context: Whether the handler also takes ``context``.
    """

    name: str
    route: str
    methods: tuple[str, ...]
    auth_level: str
    call: Callable[..., Any]
    parameter: str
    wants_context: bool


@dataclass(frozen=True)
class TimerFunction:
    """A function with a timer trigger; ``schedule`` is NCRONTAB with its settings filled in."""

    name: str
    schedule: str
    call: Callable[..., Any]
    parameter: str


@dataclass(frozen=True)
class FunctionIndex:
    """Everything the app registers, in alphabetical order of name, as the host tries routes."""

    http: tuple[HttpFunction, ...]
    timers: tuple[TimerFunction, ...]


def load_app(folder: Path) -> Any:  # noqa: ANN401 - FunctionRegister has no public type
    """Imports ``function_app.py`` of a folder and finds the app in it, as the worker does.

    Raises:
        IndexingError: There is none, or more than one.
    """
    sys.path.insert(0, str(folder))
    module = importlib.import_module("function_app")
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionRegister)]
    unique: list[Any] = list({id(app): app for app in apps}.values())
    if len(unique) > 1:
        raise IndexingError("More than one top level function app is defined in function_app.py.")
    if not unique:
        raise IndexingError("Could not find a top level function app in function_app.py.")
    return unique[0]


def index_app(app: Any, settings: Mapping[str, str]) -> FunctionIndex:  # noqa: ANN401
    """The functions of an app.

    Args:
        app: A ``FunctionApp``.
        settings: App settings, for ``%NAME%`` in schedules and routes.

    Raises:
        IndexingError: The worker or the host would refuse it.
    """
    http: list[HttpFunction] = []
    timers: list[TimerFunction] = []
    try:
        functions = app.get_functions()
    except ValueError as error:
        # Raised by the library itself: two functions of one name, no trigger, and the like.
        raise IndexingError(str(error)) from error
    for function in functions:
        trigger = function.get_trigger()
        name = function.get_function_name()
        if not _NAME.fullmatch(name):
            raise IndexingError(f"{name!r} is not a valid function name.")
        if trigger.type == "httpTrigger":
            http.append(_http_function(name, function, trigger, settings))
        elif trigger.type == "timerTrigger":
            timers.append(_timer_function(name, function, trigger, settings))
        else:
            raise IndexingError(f"{name}: a {trigger.type} cannot be served here.")
    _refuse_duplicates([one.name for one in http] + [one.name for one in timers])
    return FunctionIndex(
        tuple(sorted(http, key=lambda one: one.name.lower())),
        tuple(sorted(timers, key=lambda one: one.name.lower())),
    )


def _refuse_duplicates(names: list[str]) -> None:
    lowered = [name.lower() for name in names]
    for name in names:
        if lowered.count(name.lower()) > 1:
            raise IndexingError(f"Function {name} does not have a unique function name.")


def _http_function(
    name: str,
    function: Any,  # noqa: ANN401
    trigger: Any,  # noqa: ANN401
    settings: Mapping[str, str],
) -> HttpFunction:
    call = function.get_user_function()
    wants_context = _check_parameters(name, call, {trigger.name})
    hints = typing.get_type_hints(call)
    annotation = hints.get(trigger.name)
    if annotation is not None and not _is_subclass(annotation, Request):
        raise IndexingError(
            f"{name}: the type of {trigger.name} binding in the binding decorator does not match its "
            f"Python annotation {annotation!r}; with HTTP streaming it is the extension's Request."
        )
    returned = hints.get("return")
    if returned is not None and not _is_subclass(returned, Response):
        raise IndexingError(f"{name}: the return annotation must be one response class, not {returned!r}.")
    route = _resolve(name, trigger.route if trigger.route is not None else name, settings).strip("/")
    if route.lower().startswith(_RESERVED):
        raise IndexingError(f"{name}: the route {route!r} conflicts with one or more built in routes.")
    methods = tuple(getattr(method, "value", method).upper() for method in trigger.methods or ())
    return HttpFunction(
        name=name,
        route=route,
        methods=methods or ("GET", "POST"),
        auth_level=trigger.auth_level.value.lower() if trigger.auth_level else "function",
        call=call,
        parameter=trigger.name,
        wants_context=wants_context,
    )


def _timer_function(
    name: str,
    function: Any,  # noqa: ANN401
    trigger: Any,  # noqa: ANN401
    settings: Mapping[str, str],
) -> TimerFunction:
    call = function.get_user_function()
    _check_parameters(name, call, {trigger.name})
    hints = typing.get_type_hints(call)
    annotation = hints.get(trigger.name)
    if annotation is not None and not _is_subclass(annotation, func.TimerRequest):
        raise IndexingError(f"{name}: the annotation of {trigger.name} must be TimerRequest.")
    if hints.get("return") not in (None, type(None)):
        raise IndexingError(f"{name}: a timer returns nothing.")
    return TimerFunction(name, _resolve(name, trigger.schedule, settings), call, trigger.name)


def _check_parameters(name: str, call: Callable[..., Any], bound: set[str]) -> bool:
    parameters = set(inspect.signature(call).parameters)
    wants_context = "context" in parameters and "context" not in bound
    parameters -= {"context"} if wants_context else set()
    if undeclared := sorted(parameters - bound):
        raise IndexingError(
            f"{name}: the following parameters are declared in Python but not in the function decorators: "
            f"{', '.join(undeclared)}"
        )
    if missing := sorted(bound - parameters):
        raise IndexingError(f"{name}: bound but not present in Python: {', '.join(missing)}")
    return wants_context


def _is_subclass(annotation: object, base: type) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, base)


def _resolve(name: str, text: str, settings: Mapping[str, str]) -> str:
    def setting(match: re.Match[str]) -> str:
        value = settings.get(match[1])
        if not value:
            # One such function puts the whole app in error.
            raise IndexingError(f"{name}: {match[0]} does not resolve to a value: set {match[1]}.")
        return value

    return _SETTING.sub(setting, text)
