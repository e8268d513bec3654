"""The arguments of the tools that a model may call."""

import re
from datetime import date
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import from_json

from shared.chat.calculator import MAX_OPERANDS, FactOperand, Operation
from shared.domain.symbols import normalise_symbol
from shared.domain.terms import (
    FILING_FORM_PATTERN,
    Interval,
    Period,
    StatementFrequency,
    StatementKind,
)
from shared.domain.visible_text import visible_text
from shared.errors.request_errors import InvalidSymbolError
from shared.grounding.collector import ARTICLES

_FORM_PREFIX: Final = re.compile(r"^form\s+", re.IGNORECASE)
_NO_HYPHEN: Final = re.compile(r"^(6|8|10|11|18|20|40)([A-Z])(?=/|$)")


def _unwrapped(value: object) -> object:
    """Returns the list or object that a text holds as JSON; any other value as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        return from_json(value, allow_inf_nan=False)
    except ValueError:
        return value


def _symbol(raw: str) -> str:
    try:
        return normalise_symbol(raw.strip().removeprefix("$"))
    except InvalidSymbolError as error:
        # The message stands behind the name of the argument.
        detail = error.detail.removeprefix("symbol ")
        raise ValueError(f"{detail.rstrip('.')}; search_symbols finds the ticker of a name") from None


def _form(raw: str) -> str:
    """Returns the SEC's name of a form: models write ``10k`` and ``Form 10-K``."""
    name = _FORM_PREFIX.sub("", raw.strip()).upper()
    return _NO_HYPHEN.sub(r"\1-\2", name)


def _statement(raw: object) -> object:
    """Returns the kind of a statement that is written in full: ``balance_sheet``, ``Cash flow statement``."""
    if not isinstance(raw, str):
        return raw
    name = "_".join(re.findall(r"[a-z]+", raw.lower())).removesuffix("_statement").removesuffix("_sheet")
    return {"cashflow": "cash_flow", "cash_flows": "cash_flow", "profit_and_loss": "income"}.get(name, name)


def _frequency(raw: object) -> object:
    """Returns the length of periods that is written in another form: ``yearly``, ``quarter``."""
    if not isinstance(raw, str):
        return raw
    name = raw.strip().lower()
    return {"yearly": "annual", "year": "annual", "quarter": "quarterly"}.get(name, name)


class Arguments(BaseModel):
    """Base of the arguments of all tools.

    Models add arguments that do not exist, and write null or an empty text where they mean the default: both
    are ignored. Lists and objects may be written as JSON in a text.
    """

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {
            name: _unwrapped(value)
            for name, value in given.items()
            if (value is not None and value != "")
            or name not in cls.model_fields
            or cls.model_fields[name].is_required()
        }


class SymbolArguments(Arguments):
    """Arguments of the tools that take a symbol only."""

    symbol: Annotated[str, AfterValidator(_symbol), Field(description="Ticker, such as AAPL")]


class TechnicalsArguments(SymbolArguments):
    """Arguments of ``get_technicals``."""

    period: Period = "1y"


class HistoryArguments(SymbolArguments):
    """Arguments of ``get_history``."""

    period: Period | None = None
    interval: Interval = "1d"
    start: Annotated[date | None, Field(description="First day; in place of period")] = None
    end: Annotated[date | None, Field(description="Last day, included")] = None


class PriceOnArguments(SymbolArguments):
    """Arguments of ``get_price_on``."""

    day: Annotated[date, Field(description="Date at the exchange")]


class ActionsArguments(SymbolArguments):
    """Arguments of ``get_actions``."""

    start: date | None = None
    end: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("end must not be before start")
        return self


class CalculationArguments(Arguments):
    """Arguments of ``calculate``."""

    operation: Operation
    operands: Annotated[tuple[FactOperand, ...], Field(min_length=2, max_length=MAX_OPERANDS)]
    years: Annotated[float | None, Field(gt=0, description="Years between the figures, for cagr_percent")] = (
        None
    )


class StatementsArguments(SymbolArguments):
    """Arguments of ``get_statements``."""

    statement: Annotated[StatementKind, BeforeValidator(_statement)] = "income"
    period: Annotated[StatementFrequency, BeforeValidator(_frequency)] = "annual"
    limit: Annotated[int, Field(ge=1, le=8)] = 4


class FilingsArguments(SymbolArguments):
    """Arguments of ``get_filings``."""

    form: Annotated[
        str | None,
        AfterValidator(lambda raw: raw and _form(raw)),
        Field(pattern=FILING_FORM_PATTERN, description="Such as 10-K; all forms when absent"),
    ] = None
    limit: Annotated[int, Field(ge=1, le=20)] = 10


class NewsArguments(SymbolArguments):
    """Arguments of ``get_news``."""

    limit: Annotated[int, Field(ge=1, le=20)] = ARTICLES


class SearchArguments(Arguments):
    """Arguments of ``search_symbols``."""

    query: Annotated[
        str,
        Field(min_length=1, max_length=100, description="Company name or ticker"),
        AfterValidator(visible_text),
    ]
