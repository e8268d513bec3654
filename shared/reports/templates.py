"""The Jinja2 templates of reports and of the prompt, loaded on first use."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDERS = (Path(__file__).parent / "templates", Path(__file__).parent / "prompts")
_MARKDOWN_SPECIALS = re.compile(r"([\\`*_\[\]<>|~#])")
# A citation like [1] is no link unless something follows that makes it one.
_ESCAPED_CITATION = re.compile(r"\\\[(\d+)\\\](?![(:\\])")


def escape_markdown(text: str) -> str:
    """Text from outside as Markdown that shows it as it is: no markup, no HTML, no line of its own."""
    escaped = _MARKDOWN_SPECIALS.sub(r"\\\1", " ".join(text.split()))
    return _ESCAPED_CITATION.sub(r"[\1]", escaped)


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
    return made
