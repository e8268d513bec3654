"""Malformed variants of JSON records: every value in turn is missing, of another type, or absurd."""

import copy
from collections.abc import Iterator
from typing import Any, Final

BAD_VALUES: Final[tuple[Any, ...]] = (
    None, "", "abc", "12,5", "1.5", "NaN", "Infinity", "-", True, 0, -1, -1.5, 10**30, 1e300, -1e300,
    float("nan"), float("inf"), 10**400, [], [None], {}, {"raw": None}, {"raw": "x"}, "x" * 100_000, "\x00",
)  # fmt: skip
"""Values that a field of a response has had, or may have."""

UUIDS_IN_OTHER_FORMS: Final = (
    "{28c35b09-517e-49ba-8082-440fd61a4016}",
    "urn:uuid:28c35b09-517e-49ba-8082-440fd61a4016",
    "28c35b09517e49ba8082440fd61a4016",
    "28c35b09-517e49ba-8082-440fd61a4016",
    "28c35b09-517e-19ba-8082-440fd61a4016",
    "28c35b09-517e-49ba-c082-440fd61a4016",
    " 28c35b09-517e-49ba-8082-440fd61a4016",
)
"""What parsers of UUIDs may accept, but is not a UUID v4 as RFC 9562 writes it."""

Path = tuple[str | int, ...]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yields the paths of all values inside a JSON value, the first item of each list included."""
    items = (
        value.items() if isinstance(value, dict) else enumerate(value[:2] if isinstance(value, list) else ())
    )
    for key, inner in items:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def variants(record: Any) -> Iterator[tuple[str, Any]]:
    """Yields a name and a malformed copy of the record for each value and each bad value."""
    for path in paths(record):
        for bad in (*BAD_VALUES, ...):
            changed = copy.deepcopy(record)
            parent = changed
            for key in path[:-1]:
                parent = parent[key]
            if bad is ...:
                del parent[path[-1]]
            else:
                parent[path[-1]] = bad
            yield f"{'.'.join(map(str, path))} = {'missing' if bad is ... else repr(bad)[:20]}", changed
