"""The prose of a report: by the model, checked against a schema; else composed from the data, and said so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.clock import Clock, rfc3339
from shared.config.settings import Settings
from shared.errors import ServiceError
from shared.llm.base_model_client import Fact, GenerationRequest, Message, Routed, Usage
from shared.reports.data import ReportData
from shared.reports.models import Recommendation
from shared.reports.request import ReportRequest
from shared.reports.sections import SectionPlan
from shared.reports.templates import environment

if TYPE_CHECKING:
    from shared.llm.model_factory import ModelClientFactory

Prose = Annotated[str, Field(min_length=1, max_length=4000)]

_ATTEMPTS = 2


class SectionProse(BaseModel):
    """The prose of one section."""

    model_config = ConfigDict(extra="forbid")

    title: str
    content: Prose
    risk_factors: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=5)]


class ModelAnswer(BaseModel):
    """What the model must answer."""

    model_config = ConfigDict(extra="forbid")

    summary: Prose
    sections: list[SectionProse]


@dataclass(frozen=True)
class Narrative:
    """The prose of a report, and who wrote it.

    Attributes:
        sections: Prose by the section's title; every planned section has one.
    """

    summary: str
    sections: dict[str, SectionProse]
    routed: Routed
    usage: Usage


@dataclass(frozen=True)
class Assignment:
    """What the narrative is to be about."""

    request: ReportRequest
    data: ReportData
    facts: tuple[Fact, ...]
    plans: tuple[SectionPlan, ...]
    recommendation: Recommendation


class Narrator:
    """Has the prose written."""

    def __init__(self, models: "ModelClientFactory", settings: Settings, clock: Clock) -> None:
        self._models = models
        self._settings = settings
        self._clock = clock

    async def write(self, assignment: Assignment) -> Narrative:
        """The prose by the model; composed when its answer does not fit, or in local when no model is up.

        Raises:
            RequestError: The provider asked for is unknown or not configured.
            ServiceError: No model answered (outside local).
        """
        try:
            return await self._by_model(assignment)
        except ServiceError as error:
            if not self._settings.is_local:
                raise
            return compose(assignment, error.detail)

    async def _by_model(self, assignment: Assignment) -> Narrative:
        messages: tuple[Message, ...] = (Message("system", self._prompt(assignment)),)
        usage = Usage()
        objection = ""
        for _ in range(_ATTEMPTS):
            routed, completion = await self._models.generate(
                self._generation(messages, assignment.facts), provider=assignment.request.provider, model=None
            )
            usage += completion.usage
            try:
                answer = _checked(completion.text, assignment.plans)
            except ValueError as error:
                objection = _objection(error)
                messages += (
                    Message("assistant", completion.text),
                    Message("user", f"That does not fit the schema: {objection}. Answer again, JSON only."),
                )
                continue
            return Narrative(answer.summary, {part.title: part for part in answer.sections}, routed, usage)
        composed = compose(assignment, f"{routed.provider} did not answer in the form asked for: {objection}")
        return replace(composed, usage=usage)

    def _generation(self, messages: tuple[Message, ...], facts: tuple[Fact, ...]) -> GenerationRequest:
        model = self._settings.model
        return GenerationRequest(
            messages=messages,
            temperature=model.temperature,
            max_tokens=model.max_tokens,
            facts=facts,
            response_schema=ModelAnswer.model_json_schema(),
        )

    def _prompt(self, assignment: Assignment) -> str:
        return (
            environment()
            .get_template("narrative.md")
            .render(
                today=rfc3339(self._clock())[:10],
                symbol=assignment.request.symbol,
                report_type=assignment.request.report_type.replace("_", " "),
                time_horizon=assignment.request.time_horizon.replace("_", " "),
                titles=[plan.title for plan in assignment.plans],
                recommendation=assignment.recommendation,
                facts=assignment.facts,
                missing=assignment.data.missing,
            )
        )


def _checked(text: str, plans: Sequence[SectionPlan]) -> ModelAnswer:
    answer = ModelAnswer.model_validate_json(text)
    wanted, written = {plan.title for plan in plans}, [part.title for part in answer.sections]
    if set(written) != wanted or len(written) != len(wanted):
        raise ValueError(f"the sections must be exactly: {', '.join(sorted(wanted))}")
    return answer


def _objection(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'answer'}: {first['msg']}"
    return str(error)


def compose(assignment: Assignment, reason: str) -> Narrative:
    """The prose put together from the data, without a model; ``reason`` says why."""
    data = assignment.data
    sections = {
        plan.title: SectionProse(
            title=plan.title, content=plan.compose(data), risk_factors=list(plan.risks(data))
        )
        for plan in assignment.plans
    }
    action = assignment.recommendation.action.replace("_", " ")
    summary = (
        f"{assignment.plans[0].compose(data)} By the rule applied here it is a {action}. "
        "This text was composed from the data; no language model wrote it."
    )
    routed = Routed("offline", "composed", fallback=True, fallback_reason=reason)
    return Narrative(summary, sections, routed, Usage())
