"""The Jinja2 templates of reports and of the prompt, loaded on first use."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDERS = (Path(__file__).parent / "templates", Path(__file__).parent / "prompts")
# An ampersand is special where it begins an entity, a dash or a number where a list could begin.
_MARKDOWN_SPECIALS = re.compile(
    r"([\\`*_\[\]<>|~#]|&(?=#?\w+;)|^[-+=](?=[\s=-]|$)|(?<=^\d)[.)](?=\s|$)|(?<=^\d\d)[.)](?=\s|$))"
)
# A citation like [1] is no link unless something follows that makes it one.
_ESCAPED_CITATION = re.compile(r"\\\[(\d+)\\\](?![(:\\])")
_NO_URL = re.compile(r"[\s<>\\]")


def escape_markdown(text: str) -> str:
    """Text from outside as Markdown that shows it as it is: no markup, no HTML, no line of its own."""
    escaped = _MARKDOWN_SPECIALS.sub(r"\\\1", " ".join(text.split()))
    return _ESCAPED_CITATION.sub(r"[\1]", escaped)


def escape_link(url: str) -> str:
    """An address from outside as the target of a Markdown link, in angle brackets."""
    return _NO_URL.sub(lambda match: f"%{ord(match[0]):02X}", url)


@cache
def environment() -> "Environment":
    """The templates, with autoescaping for HTML; a name that a template lacks is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=FileSystemLoader(_FOLDERS),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["md"] = escape_markdown
    made.filters["link"] = escape_link
    return made
