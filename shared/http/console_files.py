"""The files of the web console: one page, and scripts and style sheets below a path that has their hash."""

import html
import json
import re
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from shared.http.documentation import StaticFile

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""Content Security Policy of the page: its own scripts and styles only, none of them inline."""

CHART_LIBRARY: Final = "lightweight-charts.js"
"""The chart library; the Python package bn-lightweight-charts has the file."""

TIME_ZONES: Final = "time-zones.json"

_FOLDER: Final = Path(__file__).parent / "console_page"
_MEDIA_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
_START: Final = "app.js"
_IMPORT: Final = re.compile(rb'^import .* from "\./([\w.-]+)";$', re.MULTILINE)


def page(path: str, *, easy_auth: bool) -> StaticFile:
    """Returns the page; blocking on the first call.

    Args:
        path: Path of the page; its files are below it.
        easy_auth: Whether users sign in through the platform.
    """
    prefix = html.escape(f"{path}/assets/{version()}")
    names = sorted(_imported(_START, {_START}))
    preloads = "\n".join(f'  <link rel="modulepreload" href="{prefix}/{name}">' for name in names)
    source = (_FOLDER / "index.html").read_text("utf-8")
    for placeholder, value in {
        "  <!-- PRELOADS -->": preloads,
        "ASSETS": prefix,
        "EASY_AUTH": "true" if easy_auth else "false",
        "START": _START,
    }.items():
        source = source.replace(placeholder, value)
    return StaticFile(source.encode(), "text/html; charset=utf-8")


def asset(version_of_page: str, name: str) -> StaticFile | None:
    """Returns a file of the page; None for an unknown name or version. Blocking on the first call."""
    return assets().get(name) if version_of_page == version() else None


@cache
def version() -> str:
    """Returns the hash of all files; it changes with each of them."""
    tags = "".join(f"{name}={file.etag};" for name, file in sorted(assets().items()))
    return blake2b(tags.encode(), digest_size=8).hexdigest()


@cache
def assets() -> Mapping[str, StaticFile]:
    """Returns all files except the page itself, by name."""
    own = {
        file.name: StaticFile(file.read_bytes(), _MEDIA_TYPES[file.suffix])
        for file in _FOLDER.iterdir()
        if file.suffix in _MEDIA_TYPES
    }
    library = StaticFile(_chart_library().read_bytes(), _MEDIA_TYPES[".js"])
    return own | {CHART_LIBRARY: library, TIME_ZONES: _time_zones()}


def _imported(script: str, known: set[str]) -> set[str]:
    """Returns the names of a script and of all that it imports, so that they load in parallel."""
    for name in _IMPORT.findall(assets()[script].body):
        if (imported := name.decode()) not in known:
            known.add(imported)
            _imported(imported, known)
    return known


def _chart_library() -> Path:
    # Importing the package would import pandas and a window toolkit; only its file is needed.
    spec = find_spec("bn_lightweight_charts")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("bn-lightweight-charts is not installed; see requirements.txt")
    return Path(spec.origin).parent / "js" / CHART_LIBRARY


def _time_zones() -> StaticFile:
    from shared.market.analysis.exchanges import time_zones_by_spelling

    return StaticFile(json.dumps(time_zones_by_spelling()).encode(), "application/json")
