"""Matches the names of tools as models write them to the tools that were offered."""

import re
from collections.abc import Collection
from typing import Final

_PARTS: Final = re.compile(r"[A-Za-z0-9_-]+")
_IGNORED: Final = re.compile(r"[^a-z0-9]+")


def offered_tool(written: str, offered: Collection[str]) -> str | None:
    """Returns the one offered tool that a name means; None if there is none, or more than one.

    Args:
        written: The name as the model wrote it, such as ``getQuote``, ``functions.get_quote:0`` or
            ``default_api.get_quote``.
        offered: Names of the tools that were offered.
    """
    if written in offered:
        return written
    # The name as a whole, then its parts: a prefix is a name space, and what follows is a number or a mark.
    parts: list[str] = _PARTS.findall(written)
    for candidate in parts:
        if candidate in offered:
            return candidate
    for candidate in (written, *reversed(parts)):
        if found := [name for name in offered if _spelling(name) == _spelling(candidate)]:
            return found[0] if len(found) == 1 else None
    return None


def _spelling(name: str) -> str:
    """Returns a name without capitals, hyphens and underscores."""
    return _IGNORED.sub("", name.lower())
