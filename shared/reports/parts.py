"""The base class of the parts of a report."""

from pydantic import BaseModel, ConfigDict


class ReportPart(BaseModel):
    """Base of the parts of a report: frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")
