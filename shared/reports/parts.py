"""The base of everything a report consists of."""

from pydantic import BaseModel, ConfigDict


class ReportPart(BaseModel):
    """Base of the parts of a report: frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")
