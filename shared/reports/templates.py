"""The Jinja2 templates of reports, loaded on first use."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.reports.text import one_line

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "templates"
# An ampersand is special where it begins an entity.
_MARKDOWN_SPECIALS = re.compile(r"[\\`*_\[\]<>|~#]|&(?=#?\w+;)")
# Dashes and numbers are special where a list or a rule could begin. A number has up to nine digits there
# (CommonMark 5.2).
_LIST_START = re.compile(r"(?=[-+=](?:[\s=-]|$))|\d{1,9}(?=[.)](?:\s|$))")
# Renderers turn these into links on their own: a scheme, two slashes or www and a name; mail addresses.
_BARE_LINK = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{0,31}:)?//\S+|\b(?:www\.|mailto:)\S*|(?<!\S)\S+@\S+", re.IGNORECASE
)
_SIGN_OF_LINK = re.compile(r"@|//|(?i:www\.|mailto:)")
"""What every link has: most texts have none of them, and looking for whole links in each takes long."""
_LINK_PUNCTUATION = re.compile(r"[:/.@]")
# A citation like [1] is no link unless something follows that makes it one.
_ESCAPED_CITATION = re.compile(r"\\\[(\d+)\\\](?![(:\\])")
_NO_URL = re.compile(r"[^\x21-\x7e]|[<>\\]")


def escape_markdown(text: str) -> str:
    """Returns third-party text escaped for Markdown: no markup, HTML, list or link."""
    escaped = _MARKDOWN_SPECIALS.sub(r"\\\g<0>", one_line(text))
    if start := _LIST_START.match(escaped):
        escaped = f"{start[0]}\\{escaped[start.end() :]}"
    if _SIGN_OF_LINK.search(escaped):
        escaped = _BARE_LINK.sub(lambda link: _LINK_PUNCTUATION.sub(r"\\\g<0>", link[0]), escaped)
    return _ESCAPED_CITATION.sub(r"[\1]", escaped)


def escape_link(url: str) -> str:
    """Returns a third-party URL as the target of a Markdown link, in angle brackets."""
    return _NO_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)


@cache
def environment() -> "Environment":
    """Returns the templates, with autoescaping for HTML; a value that a template lacks is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    templates = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["md"] = escape_markdown
    templates.filters["link"] = escape_link
    return templates
