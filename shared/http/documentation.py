"""The OpenAPI document and its page, as files that are read once."""

import html
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Final

from shared.runtime.compact_json import dumps

CONTRACT: Final = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content Security Policy of the page: its own scripts and styles only. Swagger UI sets style attributes."""

_PAGE: Final = Path(__file__).parent / "docs_page"
_ASSETS: Final = {
    "start.js": "text/javascript; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
}
"""The files of the page by name, with their media types."""


@dataclass(frozen=True)
class StaticFile:
    """A file with its media type.

    Attributes:
        body: The bytes.
        media_type: Media type.
        etag: Hash of the bytes, without quotes.
    """

    body: bytes
    media_type: str
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "etag", blake2b(self.body, digest_size=16).hexdigest())


@cache
def contract() -> StaticFile:
    """Returns ``docs/openapi.yaml`` as JSON; blocking on the first call."""
    import yaml

    return StaticFile(dumps(yaml.safe_load(CONTRACT.read_bytes())), "application/json")


def page(path: str) -> StaticFile:
    """Returns the page.

    Args:
        path: Path of the page; its files are below it.
    """
    source = (_PAGE / "index.html").read_text("utf-8")
    return StaticFile(source.replace("DOCS", html.escape(path)).encode(), "text/html; charset=utf-8")


def asset(name: str) -> StaticFile | None:
    """Returns a file of the page, or None for an unknown name."""
    media_type = _ASSETS.get(name)
    return None if media_type is None else _read_asset(name, media_type)


@cache
def _read_asset(name: str, media_type: str) -> StaticFile:
    # The package ships Swagger UI, so that no browser depends on a CDN.
    folder = _PAGE if name == "start.js" else files("fastapi_offline") / "static"
    return StaticFile((folder / name).read_bytes(), media_type)
