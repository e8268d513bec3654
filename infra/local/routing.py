"""Routes as the Functions host matches them (ASP.NET route templates)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from infra.local.indexing import HttpFunction, IndexingError

_PARAMETER: Final = re.compile(r"^\{(?P<rest>\*{0,2})(?P<name>\w+)(?P<constraint>:\w+)?(?P<optional>\?)?\}$")
_CONSTRAINTS: Final[Mapping[str, str]] = {
    "": r"[^/]+",
    ":int": r"-?\d+",
    ":alpha": r"[A-Za-z]+",
    ":guid": r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
}
# %2F stays as it is in a path parameter; every other escape is decoded.
_SLASH: Final = re.compile(r"%(2F|2f)")


@dataclass(frozen=True)
class Route:
    """One function's route, ready to match paths."""

    function: HttpFunction
    pattern: re.Pattern[str]


class Router:
    """Finds the function for a path and method, in alphabetical order of function name."""

    def __init__(self, functions: Sequence[HttpFunction], prefix: str) -> None:
        self._routes = tuple(Route(function, _pattern(function, prefix)) for function in functions)

    def match(self, method: str, raw_path: str) -> tuple[HttpFunction, dict[str, str]] | None:
        """The function and its path parameters, or None: a wrong method counts as no match.

        Args:
            method: In upper case.
            raw_path: The path as it came, still percent-encoded.
        """
        path = raw_path.rstrip("/") or "/"
        for route in self._routes:
            if method in route.function.methods and (match := route.pattern.fullmatch(path)):
                found = {name: value for name, value in match.groupdict().items() if value is not None}
                return route.function, {name: _decoded(value) for name, value in found.items()}
        return None


def _pattern(function: HttpFunction, prefix: str) -> re.Pattern[str]:
    return re.compile("".join(_segments(function, prefix)) or "/", re.IGNORECASE)


def _segments(function: HttpFunction, prefix: str) -> Iterator[str]:
    for segment in filter(None, f"{prefix}/{function.route}".split("/")):
        parameter = _PARAMETER.fullmatch(segment)
        if parameter is None:
            if "{" in segment:
                raise IndexingError(f"{function.name}: the route segment {segment!r} is not understood here.")
            yield f"/{re.escape(segment)}"
            continue
        name = parameter["name"]
        constraint = _CONSTRAINTS.get(parameter["constraint"] or "")
        if constraint is None:
            raise IndexingError(f"{function.name}: the constraint of {segment!r} is not understood here.")
        if parameter["rest"]:
            yield f"(?:/(?P<{name}>.*))?"
        else:
            yield f"(?:/(?P<{name}>{constraint})){parameter['optional'] or ''}"


def _decoded(value: str) -> str:
    return unquote(_SLASH.sub(r"%25\1", value))
