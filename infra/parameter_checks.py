"""Finds parameters with which a deployment would fail, before Azure is asked for anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.llm.model_end_dates import find_model_end


@dataclass(frozen=True)
class Finding:
    """One problem of the parameters.

    Attributes:
        message: What is wrong and what to set instead.
        fatal: Whether the deployment must not start.
    """

    message: str
    fatal: bool


def check_parameters(parameters: Mapping[str, object], today: date) -> list[Finding]:
    """Returns what is wrong with the parameters of ``main.parameters.json``, by name."""
    return list(_ending_model(parameters, today))


def is_true(value: object) -> bool:
    """Returns whether a parameter is true; values of azd variables are text."""
    return str(value).strip().lower() == "true"


def _ending_model(parameters: Mapping[str, object], today: date) -> Iterator[Finding]:
    if not is_true(parameters["azureOpenAi"]):
        return
    model, version = str(parameters["azureOpenAiModel"]), str(parameters["azureOpenAiModelVersion"])
    end = find_model_end("azure_openai", model, version)
    if end is None or not end.ends_soon(today):
        return
    yield Finding(
        f"{end.describe(today)}: set AZURE_OPENAI_MODEL and AZURE_OPENAI_MODEL_VERSION",
        fatal=end.has_ended(today),
    )
