"""Prompts: versioned Markdown templates, loaded on first use; the system prompt of the chat."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shared.domain.facts import Fact
from shared.grounding.market_facts import line_of
from shared.grounding.quoting import inert

if TYPE_CHECKING:
    from jinja2 import Template

_FILE: Final = Path(__file__).parent / "prompts" / "answer.md"
_VERSION: Final = re.compile(r"<!-- version (\d+) -->\n")


@dataclass(frozen=True)
class Prompt:
    """A rendered prompt.

    Attributes:
        text: What the model reads.
        version: Version of the template, for the log.
    """

    text: str
    version: str


@dataclass(frozen=True)
class PromptTemplate:
    """A template whose version comment was taken off: a model does not see it."""

    template: "Template"
    version: str

    def render(self, **values: object) -> Prompt:
        """Returns the prompt; a value that the template lacks is an error."""
        return Prompt(self.template.render(values), self.version)


@cache
def prompt_template(file: Path) -> PromptTemplate:
    """Returns the template of a file that begins with ``<!-- version N -->``.

    Raises:
        ValueError: The file does not begin with its version.
    """
    from jinja2 import Environment, StrictUndefined

    source = file.read_text(encoding="utf-8")
    version = _VERSION.match(source)
    if version is None:
        raise ValueError(f"{file.name} does not begin with its version")
    environment = Environment(
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - a prompt is not HTML; quoting happens in shared.grounding.quoting
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.from_string(source[version.end() :])
    return PromptTemplate(template, f"{file.stem}/{version[1]}")


def system_prompt(
    facts: Sequence[Fact],
    missing: Sequence[str],
    summary: str | None,
    now: datetime,
    statements: Sequence[str] = (),
) -> Prompt:
    """Renders the system message.

    Args:
        facts: The facts that the answer may use.
        missing: Unavailable data, each with the reason.
        summary: Summary of the part of the conversation that is not sent; None without one.
        now: The present moment.
        statements: What the user said in the first person in that part.
    """
    states = {fact.symbol: fact.data.get("market_state") for fact in facts if fact.kind == "quote"}
    return prompt_template(_FILE).render(
        now=f"{now:%A, %Y-%m-%d, %H:%M} UTC",
        markets={symbol: state for symbol, state in states.items() if state},
        facts=[line_of(fact) for fact in facts],
        missing=list(missing),
        summary=summary,
        statements=[inert(statement) for statement in statements],
    )
