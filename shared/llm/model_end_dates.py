"""End dates of models, as their providers publish them: ``model_end_dates.json``.

The deployment scripts import this module with the Python of the machine that deploys, 3.9 or later, in which
nothing is installed: it needs the standard library only.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

WARNING_DAYS: Final = 60
"""Azure announces a retirement at least this many days before it."""

VERSION_SUFFIX: Final = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{4})$")
"""The date that a provider appends to a model's name: ``gpt-4.1-mini-2025-04-14``, ``grok-4-0709``."""

_TABLE: Final = Path(__file__).with_name("model_end_dates.json")


@dataclass(frozen=True)
class ModelEnd:
    """The published end of one model.

    Attributes:
        provider: Name of the provider, as in ``MODEL_PROVIDER``.
        model: Name without a version.
        version: Version it applies to; None for all.
        ends: Day (``2027-01-14``) or month (``2027-02``), as published.
        replacement: Model to use instead; None where the model is a current one.
    """

    provider: str
    model: str
    ends: str
    version: str | None = None
    replacement: str | None = None

    @property
    def first_day(self) -> date:
        """The first day on which the model may be gone; of a month its first day."""
        return date.fromisoformat(self.ends if len(self.ends) > len("2027-02") else f"{self.ends}-01")

    @property
    def ended_from(self) -> date:
        """The first day on which the model is gone for certain; after a month the first of the next."""
        if self.first_day.isoformat() == self.ends:
            return self.first_day
        return (self.first_day + timedelta(days=31)).replace(day=1)

    def has_ended(self, today: date) -> bool:
        """Returns whether the provider no longer serves the model."""
        return today >= self.ended_from

    def ends_soon(self, today: date) -> bool:
        """Returns whether the model has ended or may end within ``WARNING_DAYS``."""
        return today >= self.first_day - timedelta(days=WARNING_DAYS)

    def describe(self, today: date) -> str:
        """Returns one sentence for logs: model, end date, replacement."""
        verb = "ended" if self.has_ended(today) else "ends"
        instead = f"; use {self.replacement}" if self.replacement else ""
        return f"{self.provider} model {self.model} {verb} {self.ends}{instead}"


def read_model_ends() -> tuple[ModelEnd, ...]:
    """Returns all entries of the table; blocking."""
    return tuple(ModelEnd(**entry) for entry in json.loads(_TABLE.read_text("utf-8"))["models"])


def find_model_end(provider: str, model: str, version: str | None = None) -> ModelEnd | None:
    """Returns the end of a model; None where none is published. Blocking.

    Args:
        provider: Name of the provider, as in ``MODEL_PROVIDER``.
        model: Name with or without a version at its end.
        version: Version, where it is not part of the name. Without one, the last version to end counts.
    """
    suffix = VERSION_SUFFIX.search(model)
    version = version or (suffix[1] if suffix else None)
    name = model[: suffix.start()] if suffix else model
    ends = [
        end
        for end in read_model_ends()
        if (end.provider, end.model) == (provider, name)
        and (end.version is None or version is None or end.version == version)
    ]
    return max(ends, key=lambda end: end.first_day, default=None)
