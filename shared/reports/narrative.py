"""The prose of a report: written by a model and validated, or composed from the data and marked as such."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.config.settings import Settings
from shared.domain.facts import Fact
from shared.domain.moments import rfc3339
from shared.domain.validation_messages import validation_message
from shared.errors import ProblemError
from shared.errors.service_errors import ServiceError
from shared.grounding.prompting import Prompt, prompt_template
from shared.llm.base_model_client import Completion, GenerationRequest, Message, Routed, TakeText, Usage
from shared.observability.telemetry import annotate
from shared.reports.data import ReportData
from shared.reports.language.writer import Writer
from shared.reports.prose_stream import ProseStream, SendProse
from shared.reports.recommendation import by_trend_alone
from shared.reports.report import COMPOSED, Recommendation
from shared.reports.request import ReportRequest
from shared.reports.sections.market import compose_lead
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.text import without_markdown
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.llm.model_factory import ModelClientFactory

Prose = Annotated[str, Field(min_length=1, max_length=4000)]

_PROMPT: Final = Path(__file__).parent / "prompts" / "narrative.md"
_MIN_TOKENS: Final = 4000
"""Tokens for the prose of the longest report."""

_log = logging.getLogger(__name__)


class SectionProse(BaseModel):
    """The prose of one section."""

    model_config = ConfigDict(extra="forbid")

    title: str
    content: Prose
    risk_factors: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=5)]


class ModelAnswer(BaseModel):
    """The structured output expected from the model."""

    model_config = ConfigDict(extra="forbid")

    summary: Prose
    sections: list[SectionProse]


@dataclass(frozen=True)
class Narrative:
    """The prose of a report and the model that wrote it.

    Attributes:
        sections: Prose by the key of the section; every planned section has one.
    """

    summary: str
    sections: dict[str, SectionProse]
    routed: Routed
    usage: Usage


@dataclass(frozen=True)
class Assignment:
    """The input of a narrative."""

    request: ReportRequest
    data: ReportData
    facts: tuple[Fact, ...]
    plans: tuple[SectionPlan, ...]
    recommendation: Recommendation
    writer: Writer

    @property
    def missing(self) -> tuple[str, ...]:
        """What the report lacks, each with the reason: data, then methods of the valuation."""
        writer, valuation = self.writer, self.data.valuation
        missing = [item.written(writer) for item in self.data.missing]
        if valuation is not None and valuation.fair_value_base is None:
            subject = writer.text("missing.subjects.fair_value")
            missing.append(writer.say("missing.item", subject=subject, reason=valuation.reason))
        elif valuation is not None:
            left_out = (method for method in valuation.methods if not method.applicable)
            missing += [
                writer.say("missing.item", subject=method.label, reason=method.reason) for method in left_out
            ]
        return tuple(sorted(set(missing)))


class Narrator:
    """Requests the prose from a model and falls back to composed prose."""

    def __init__(self, models: "ModelClientFactory", settings: Settings, clock: Clock) -> None:
        self._models = models
        self._settings = settings
        self._clock = clock

    async def write(self, assignment: Assignment, send: SendProse) -> Narrative:
        """Returns the prose of the model; composed prose if its output is invalid, or locally without one.

        Invalid output is requested once more with the validation error; both requests share one deadline.

        Args:
            assignment: What the prose is about.
            send: Receives the prose while it is written.

        Raises:
            RequestError: The requested provider is unknown or not configured.
            ServiceError: No model answered (outside local).
        """
        ends = asyncio.get_running_loop().time() + self._settings.model.deadline
        draft = _Draft(assignment, _schema(assignment), ProseStream(_keys(assignment), send))
        # Off the loop: the first one loads Jinja2.
        rendered = await asyncio.to_thread(self._prompt, assignment, draft.schema)
        annotate(prompt=rendered.version)
        prompt = Message("system", rendered.text)
        try:
            first = await self._ask(draft, (prompt,))
        except ServiceError as error:
            if not self._settings.is_local:
                raise
            writer = assignment.writer
            return draft.composed(
                error.detail if writer.writes_details else writer.text("narrative.no_model")
            )
        try:
            return first.narrative(assignment)
        except ValueError as error:
            objection = _objection(error, first.completion)
        _log.warning(
            "report: invalid output of the model, retrying: %s: %s", first.routed.provider, objection
        )
        repair = (prompt, Message("assistant", first.completion.text), _request_to_repair(objection))
        return await self._repaired(draft, repair, first, ends)

    async def _repaired(
        self, draft: "_Draft", messages: tuple[Message, ...], first: "_Answered", ends: float
    ) -> Narrative:
        """Returns the retried prose; composed prose when it is invalid again or late."""
        usage = first.completion.usage
        try:
            async with asyncio.timeout_at(ends):
                second = await self._ask(draft, messages)
        except (ProblemError, TimeoutError) as error:
            reason, cause = "no_retry", type(error).__name__
        else:
            usage += second.completion.usage
            try:
                return replace(second.narrative(draft.assignment), usage=usage)
            except ValueError as error:
                reason, cause = "invalid", _objection(error, second.completion)
        provider = first.routed.provider
        _log.warning("report: prose composed from the data: output of %s invalid: %s", provider, cause)
        said = draft.assignment.writer.say(f"narrative.{reason}", provider=provider)
        return replace(draft.composed(said), usage=usage)

    async def _ask(self, draft: "_Draft", messages: tuple[Message, ...]) -> "_Answered":
        model, assignment = self._settings.model, draft.assignment
        request = GenerationRequest(
            messages=messages,
            temperature=model.temperature,
            max_tokens=max(model.max_tokens, _MIN_TOKENS),
            facts=assignment.facts,
            response_schema=draft.schema,
        )
        answered = await self._models.generate(
            request, provider=assignment.request.provider, model=None, begin=draft.begin
        )
        draft.stream.finish()
        return _Answered(*answered)

    def _prompt(self, assignment: Assignment, schema: Mapping[str, Any]) -> Prompt:
        return prompt_template(_PROMPT).render(
            today=rfc3339(self._clock())[:10],
            symbol=assignment.request.symbol,
            report_type=assignment.request.report_type.replace("_", " "),
            time_horizon=assignment.request.time_horizon.replace("_", " "),
            language=assignment.writer.catalogue.name,
            titles=_titles(assignment),
            recommendation=assignment.recommendation,
            facts=assignment.facts,
            missing=assignment.missing,
            schema=json.dumps(schema),
        )


@dataclass(frozen=True)
class _Draft:
    """Prose that is being written: the schema of a model's output, and the stream that sends it on."""

    assignment: Assignment
    schema: Mapping[str, Any]
    stream: ProseStream

    def begin(self) -> TakeText:
        """Begins an attempt of a model with the sections that no model writes."""
        fixed = _composed(self.assignment, [plan for plan in self.assignment.plans if plan.fixed])
        self.stream.begin({key: prose.content for key, prose in fixed.items()})
        return self.stream.feed

    def composed(self, reason: str) -> Narrative:
        """Returns composed prose, and sends it on."""
        narrative = compose(self.assignment, reason)
        self.stream.begin(
            {None: narrative.summary} | {key: prose.content for key, prose in narrative.sections.items()}
        )
        return narrative


@dataclass(frozen=True)
class _Answered:
    """The output of a model and the model."""

    routed: Routed
    completion: Completion

    def narrative(self, assignment: Assignment) -> Narrative:
        """Returns the output as the prose of a report.

        Raises:
            ValueError: The output does not fit the schema.
        """
        answer = _checked(self.completion.text, _titles(assignment))
        keys = _keys(assignment)
        sections = _composed(assignment, [plan for plan in assignment.plans if plan.fixed])
        sections |= {keys[part.title]: _plain(part) for part in answer.sections}
        return Narrative(without_markdown(answer.summary), sections, self.routed, self.completion.usage)


def _plain(part: SectionProse) -> SectionProse:
    risks = [without_markdown(risk) for risk in part.risk_factors]
    return part.model_copy(update={"content": without_markdown(part.content), "risk_factors": risks})


def _keys(assignment: Assignment) -> dict[str, str]:
    """Returns the keys of the sections that a model writes by title."""
    return {plan.title(assignment.writer): plan.key for plan in assignment.plans if not plan.fixed}


def _titles(assignment: Assignment) -> list[str]:
    return list(_keys(assignment))


def _schema(assignment: Assignment) -> Mapping[str, Any]:
    """Returns the schema of the output with the required titles."""
    schema = ModelAnswer.model_json_schema()
    schema["$defs"]["SectionProse"]["properties"]["title"]["enum"] = _titles(assignment)
    return schema


def _request_to_repair(objection: str) -> Message:
    return Message("user", f"That does not fit the schema: {objection}. Answer again, JSON only.")


def _checked(text: str, titles: Sequence[str]) -> ModelAnswer:
    # Models without structured output often wrap JSON in a code fence.
    answer = ModelAnswer.model_validate_json(text.strip().removeprefix("```json").strip("`"))
    wanted, written = set(titles), [part.title for part in answer.sections]
    if set(written) != wanted or len(written) != len(wanted):
        raise ValueError(f"the sections must be exactly: {', '.join(sorted(wanted))}")
    return answer


def _objection(error: ValueError, completion: Completion) -> str:
    if completion.finish_reason == "length":
        return "the answer was too long and was cut off"
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'answer'} {validation_message(first)}"
    return str(error)


def compose(assignment: Assignment, reason: str) -> Narrative:
    """Returns prose composed from the data without a model; ``reason`` becomes the fallback reason."""
    sections = _composed(assignment, assignment.plans)
    routed = Routed(COMPOSED, "composed", fallback=True, fallback_reason=reason)
    return Narrative(_summary(assignment), sections, routed, Usage())


def _composed(assignment: Assignment, plans: Sequence[SectionPlan]) -> dict[str, SectionProse]:
    data, writer = assignment.data, assignment.writer
    return {plan.key: _composed_section(plan, data, writer) for plan in plans}


def _composed_section(plan: SectionPlan, data: ReportData, writer: Writer) -> SectionProse:
    """Returns composed prose; a risk that the text has word for word is not said twice.

    Where there are figures and no sentence fits them, it points to the figures.
    """
    content = plan.compose(data, writer) or writer.text("sections.in_table")
    risks = [risk for risk in plan.risks(data, writer) if risk not in content]
    return SectionProse(title=plan.title(writer), content=content, risk_factors=risks)


def _summary(assignment: Assignment) -> str:
    writer, recommendation = assignment.writer, assignment.recommendation
    if recommendation.action == "not_rated":
        verdict = writer.text("summary.not_rated")
    else:
        action = writer.text(f"actions.{recommendation.action}")
        target = recommendation.target_price or 0.0
        key = "rated_with_value" if recommendation.target_price is not None else "rated"
        if by_trend_alone(recommendation.components):
            key = "rated_by_trend"
        verdict = writer.say(f"summary.{key}", action=action, target=target)
    return writer.paragraph(compose_lead(assignment.data, writer), verdict, writer.text("summary.notice"))
