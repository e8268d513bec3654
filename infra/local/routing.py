"""Route matching of the Functions host (ASP.NET route templates)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from infra.local.indexing import HttpFunction, IndexingError

_PARAMETER: Final = re.compile(
    r"\{(?P<rest>\*{0,2})(?P<name>[A-Za-z_]\w*)(?P<constraint>:\w+)?(?P<optional>\?)?\}"
)
_CONSTRAINTS: Final[Mapping[str, str]] = {
    "": r"[^/]+",
    ":int": r"[+-]?\d+",
    ":long": r"[+-]?\d+",
    ":alpha": r"[A-Za-z]+",
    ":bool": r"true|false",
    ":guid": r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
}
_SLASH: Final = re.compile(r"%(2f)", re.IGNORECASE)


class Router:
    """Finds the function for a path and method, in alphabetical order of function name.

    Args:
        functions: The functions in that order.
        prefix: First part of every route.

    Raises:
        IndexingError: A route template is not supported.
    """

    def __init__(self, functions: Sequence[HttpFunction], prefix: str) -> None:
        self._routes = tuple((function, _pattern(function, prefix)) for function in functions)

    def match(self, method: str, raw_path: str) -> tuple[HttpFunction, dict[str, str]] | None:
        """Returns the function and its path parameters, or None; a wrong method is no match.

        Args:
            method: Method in upper case.
            raw_path: Percent-encoded path. An encoded slash stays encoded in a parameter; everything else is
                decoded.
        """
        path = unquote(_SLASH.sub(r"%25\1", raw_path)).rstrip("/")
        for function, pattern in self._routes:
            if function.takes(method) and (match := pattern.fullmatch(path)):
                return function, {name: value for name, value in match.groupdict().items() if value}
        return None


def _pattern(function: HttpFunction, prefix: str) -> re.Pattern[str]:
    try:
        return re.compile("".join(_segments(function, prefix)), re.IGNORECASE)
    except re.error as error:
        raise IndexingError(f"cannot load the {function.name} function: its route: {error}") from None


def _segments(function: HttpFunction, prefix: str) -> Iterator[str]:
    for segment in filter(None, f"{prefix}/{function.route}".split("/")):
        parameter = _PARAMETER.fullmatch(segment)
        if parameter is None:
            if "{" in segment or "}" in segment:
                raise _not_understood(function, segment)
            yield f"/{re.escape(segment)}"
            continue
        name = parameter["name"]
        constraint = _CONSTRAINTS.get(parameter["constraint"] or "")
        if constraint is None:
            raise _not_understood(function, segment)
        if parameter["rest"]:
            # Not a dot: a path may contain an encoded line break.
            yield rf"(?:/(?P<{name}>[\s\S]*))?"
        else:
            yield f"(?:/(?P<{name}>{constraint})){parameter['optional'] or ''}"


def _not_understood(function: HttpFunction, segment: str) -> IndexingError:
    return IndexingError(
        f"cannot load the {function.name} function: {segment!r} in its route is not supported here"
    )
