"""Indexes the app as the Functions worker does, and rejects what worker and host reject."""

import importlib
import inspect
import re
import sys
import traceback
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import azure.functions as func
from azurefunctions.extensions.base import RequestTrackerMeta, ResponseTrackerMeta

from infra.local.schedule import Schedule, ScheduleError
from shared.errors import ConfigurationError

_MODULE: Final = "function_app"
_RESERVED: Final = ("admin", "runtime")
_SETTING: Final = re.compile(r"%([^%]+)%")
_QUEUE_NAME: Final = re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(-[a-z0-9]+)*")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")


class IndexingError(Exception):
    """The worker or the host would reject the app; the message has the reason."""


@dataclass(frozen=True)
class HttpFunction:
    """A function with an HTTP trigger.

    Attributes:
        name: Name on Azure.
        route: Route without prefix and leading slash.
        methods: HTTP methods in upper case; none means all.
        auth_level: ``anonymous``, ``function`` or ``admin``.
        call: The handler.
        parameter: Name of the request parameter of the handler.
        wants_context: Whether the handler also takes ``context``.
    """

    name: str
    route: str
    methods: tuple[str, ...]
    auth_level: str
    call: Callable[..., Any]
    parameter: str
    wants_context: bool

    def takes(self, method: str) -> bool:
        """Returns whether the function serves a method."""
        return not self.methods or method in self.methods


@dataclass(frozen=True)
class TimerFunction:
    """A function with a timer trigger.

    Attributes:
        name: Its name on Azure.
        schedule: When it is due, app settings filled in.
        run_on_startup: Whether it also runs when the host starts.
        call: The handler.
        parameter: Name of the handler's parameter for the timer.
        wants_context: Whether the handler also takes ``context``.
    """

    name: str
    schedule: Schedule
    run_on_startup: bool
    call: Callable[..., Any]
    parameter: str
    wants_context: bool


@dataclass(frozen=True)
class QueueFunction:
    """A function with a trigger by a queue of Azure Storage.

    Attributes:
        name: Its name on Azure.
        queue_name: Name of the queue, app settings filled in.
        connection: Prefix of the app settings of the storage account.
        call: The handler.
        parameter: Name of the handler's parameter for the message.
        wants_context: Whether the handler also takes ``context``.
    """

    name: str
    queue_name: str
    connection: str
    call: Callable[..., Any]
    parameter: str
    wants_context: bool


@dataclass(frozen=True)
class FunctionIndex:
    """All functions of the app in alphabetical order of name, the order in which routes are tried."""

    http: tuple[HttpFunction, ...]
    timers: tuple[TimerFunction, ...]
    queues: tuple[QueueFunction, ...] = ()


def load_app(folder: Path) -> Any:  # noqa: ANN401 - FunctionRegister has no public type
    """Imports ``function_app.py`` of a folder and finds the app in it, as the worker does.

    Raises:
        IndexingError: It cannot be imported, or has no app, or more than one.
        ConfigurationError: The app itself refuses its configuration while it is imported.
    """
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(_MODULE)
    except ConfigurationError:
        raise
    except Exception as error:
        raise IndexingError(f"{_MODULE}.py cannot be imported: {_with_place(error)}") from error
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionRegister)]
    if len(apps) > 1:
        raise IndexingError(
            "More than one FunctionApp or other top level function app instances are defined."
        )
    if not apps:
        raise IndexingError(f"Could not find top level function app instances in {_MODULE}.py.")
    return apps[0]


def index_app(app: Any, settings: Mapping[str, str]) -> FunctionIndex:  # noqa: ANN401
    """Returns the functions of an app.

    Args:
        app: A ``FunctionApp``; it gives its functions away once.
        settings: App settings, for ``%NAME%`` in schedules and routes.

    Raises:
        IndexingError: The worker or the host would refuse it.
    """
    try:
        registered = app.get_functions()
    except ValueError as error:
        # Raised by the library itself: two functions of one name, no trigger, and the like.
        raise IndexingError(str(error)) from error
    http: list[HttpFunction] = []
    timers: list[TimerFunction] = []
    queues: list[QueueFunction] = []
    for function in sorted(registered, key=lambda one: one.get_function_name().casefold()):
        candidate = _RegisteredFunction(function, settings)
        match candidate.trigger.type:
            case "httpTrigger":
                http.append(candidate.http_function())
            case "queueTrigger":
                queues.append(candidate.queue_function())
            case _:
                timers.append(candidate.timer_function())
    _refuse_twins(http, timers, queues)
    return FunctionIndex(tuple(http), tuple(timers), tuple(queues))


class _RegisteredFunction:
    """One registered function with its checks.

    The reasons are worded as the worker's ``functions.py`` and the host word them.
    """

    def __init__(self, function: Any, settings: Mapping[str, str]) -> None:  # noqa: ANN401
        self.name: str = function.get_function_name()
        self.trigger = function.get_trigger()
        self._settings = settings
        self._call: Callable[..., Any] = function.get_user_function()
        if not _NAME.fullmatch(self.name):
            raise IndexingError(f"'{self.name}' is not a valid function name.")
        bindings = {binding.name: binding for binding in function.get_bindings()}
        self._returns = bindings.pop("$return", None) is not None
        if self.trigger.type not in ("httpTrigger", "timerTrigger", "queueTrigger") or len(bindings) > 1:
            kinds = ", ".join(sorted({binding.type for binding in bindings.values()} - {"httpTrigger"}))
            raise self._refusal(f"{kinds} cannot be served by the local host")
        try:
            self._hints = typing.get_type_hints(self._call)
        except NameError as error:
            raise self._refusal(f"an annotation cannot be resolved: {error}") from error
        self._wants_context = self._check_parameters({self.trigger.name})

    def http_function(self) -> HttpFunction:
        """Returns it as a function with an HTTP trigger."""
        self._check_input(RequestTrackerMeta.check_type)
        self._check_return()
        route = self._resolved(self.trigger.route).strip("/")
        if route.lower().startswith(_RESERVED):
            raise self._refusal("The specified route conflicts with one or more built in routes.")
        return HttpFunction(
            name=self.name,
            route=route,
            methods=tuple(str(method).upper() for method in self.trigger.methods or ()),
            auth_level=str(self.trigger.auth_level).lower(),
            call=self._call,
            parameter=self.trigger.name,
            wants_context=self._wants_context,
        )

    def timer_function(self) -> TimerFunction:
        """Returns it as a function with a timer trigger."""
        self._check_input(lambda annotation: issubclass(annotation, func.TimerRequest))
        try:
            schedule = Schedule(self._resolved(self.trigger.schedule))
        except ScheduleError as error:
            raise self._refusal(f"the schedule {error}") from None
        return TimerFunction(
            name=self.name,
            schedule=schedule,
            run_on_startup=bool(self.trigger.run_on_startup),
            call=self._call,
            parameter=self.trigger.name,
            wants_context=self._wants_context,
        )

    def queue_function(self) -> QueueFunction:
        """Returns it as a function with a queue trigger."""
        self._check_input(lambda annotation: issubclass(annotation, func.QueueMessage))
        queue_name = self._resolved(self.trigger.queue_name)
        if not _QUEUE_NAME.fullmatch(queue_name):
            raise self._refusal(f"{queue_name!r} is not a valid queue name")
        return QueueFunction(
            name=self.name,
            queue_name=queue_name,
            connection=str(self.trigger.connection),
            call=self._call,
            parameter=self.trigger.name,
            wants_context=self._wants_context,
        )

    def _check_parameters(self, bound: set[str]) -> bool:
        parameters = set(inspect.signature(self._call).parameters)
        wants_context = "context" in parameters - bound
        if wants_context:
            parameters.remove("context")
            annotation = self._hints.get("context", func.Context)
            if getattr(annotation, "__name__", None) != "Context":
                raise self._refusal(
                    'the "context" parameter is expected to be of type azure.functions.Context, got '
                    f'"{annotation!r}"'
                )
        if undeclared := parameters - bound:
            raise self._refusal(
                "the following parameters are declared in Python but not in the function definition "
                f"(function.json or function decorators):  {undeclared!r}"
            )
        if missing := bound - parameters:
            raise self._refusal(
                "Extra parameters in binding definition — the following parameters are declared as bindings "
                f"but are not present in Python: {missing!r}"
            )
        return wants_context

    def _check_input(self, fits: Callable[[type], bool]) -> None:
        parameter = self.trigger.name
        if parameter not in self._hints:
            return
        annotation = self._hints[parameter]
        if not isinstance(annotation, type):
            raise self._refusal(f"binding {parameter} has invalid non-type annotation {annotation!r}")
        if not fits(annotation):
            raise self._refusal(
                f'binding type "\'{parameter}\'" and dataType "{self.trigger.type}" in the binding '
                "decorator do not match the corresponding function parameter's Python type annotation "
                f"{annotation.__name__}"
            )

    def _check_return(self) -> None:
        if not self._returns or "return" not in self._hints:
            return
        annotation = self._hints["return"]
        if not isinstance(annotation, type):
            raise self._refusal(f"has invalid non-type return annotation {annotation!r}")
        if not ResponseTrackerMeta.check_type(annotation):
            raise self._refusal(
                f'Python return annotation "{annotation.__name__}" does not match binding type "http"'
            )

    def _resolved(self, text: str) -> str:
        def setting(match: re.Match[str]) -> str:
            value = self._settings.get(match[1])
            if not value:
                # One function without a schedule puts the whole app in error.
                raise self._refusal(f"'{match[0]}' does not resolve to a value: set {match[1]}")
            return value

        return _SETTING.sub(setting, text)

    def _refusal(self, reason: str) -> IndexingError:
        return IndexingError(f"cannot load the {self.name} function: {reason}")


def _refuse_twins(http: list[HttpFunction], timers: list[TimerFunction], queues: list[QueueFunction]) -> None:
    functions: list[HttpFunction | TimerFunction | QueueFunction] = [*http, *timers, *queues]
    names = [one.name for one in functions]
    folded = [name.casefold() for name in names]
    for name in names:
        if folded.count(name.casefold()) > 1:
            raise IndexingError(f"The function name '{name}' must be unique within the function app.")
    for position, function in enumerate(http):
        for other in http[:position]:
            if function.route.lower() == other.route.lower() and _methods_meet(function, other):
                raise IndexingError(
                    f"cannot load the {function.name} function: The route specified conflicts with the route "
                    f"defined by function '{other.name}'."
                )


def _methods_meet(one: HttpFunction, other: HttpFunction) -> bool:
    return not one.methods or not other.methods or bool(set(one.methods) & set(other.methods))


def _with_place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "importlib" not in frame.filename]
    place = f" ({Path(ours[-1].filename).name}, line {ours[-1].lineno})" if ours else ""
    return f"{type(error).__name__}: {error}{place}"
