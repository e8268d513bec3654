"""The agent's prompt: a versioned Markdown template, loaded on first use."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.llm.base_model_client import Fact

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "prompts"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - a prompt is no HTML; what is quoted in it is quoted in shared.agent.facts
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("answer.md")


def system_prompt(facts: Sequence[Fact], missing: Sequence[str], summary: str | None, now: datetime) -> str:
    """What the model is told before the conversation."""
    return _template().render(today=f"{now:%Y-%m-%d}", facts=facts, missing=list(missing), summary=summary)
