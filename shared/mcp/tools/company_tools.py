"""Tools for companies: fundamentals, statements, earnings, actions, filings, peers."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from shared.domain.statements import StatementsRequest
from shared.domain.terms import FILING_FORM_PATTERN, StatementFrequency, StatementKind
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import ServiceError
from shared.http.market_parameters import CurrencyParameter, IsoDate, KnownOn
from shared.http.parameters import SymbolParameter
from shared.mcp.tools.tool import (
    OBJECT,
    OBJECTS,
    PROVENANCE,
    TEXT,
    DetailArguments,
    HasBody,
    JsonObject,
    Tool,
    ToolAnswer,
    ToolContext,
)

CompanyTopic = Literal["fundamentals", "profile", "holders"]


class FundamentalsArguments(DetailArguments):
    """Arguments of the fundamentals."""

    symbol: SymbolParameter
    include: Annotated[tuple[CompanyTopic, ...], Field(min_length=1)] = ("fundamentals",)
    convert_to: Annotated[CurrencyParameter | None, Field(description="Adds the exchange rate")] = None


class StatementsToolArguments(DetailArguments):
    """Arguments of the statements."""

    symbol: SymbolParameter
    statement: StatementKind = "income"
    period: StatementFrequency = "annual"
    limit: Annotated[int, Field(ge=1, le=12)] = 4
    known_on: KnownOn | None = None


class SymbolToolArguments(DetailArguments):
    """Arguments of tools that need nothing but a symbol."""

    symbol: SymbolParameter


class EventsArguments(DetailArguments):
    """Arguments of actions and filings."""

    symbol: SymbolParameter
    kind: Literal["actions", "filings"] = "actions"
    form: Annotated[str | None, Field(pattern=FILING_FORM_PATTERN, description="Such as 10-K")] = None
    start: IsoDate | None = None
    end: IsoDate | None = None

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        # An argument of the other kind would be ignored, and the model would not notice.
        if self.kind == "actions" and self.form is not None:
            raise ValueError("form is for filings: set kind to filings")
        if self.kind == "filings" and (self.start or self.end):
            raise ValueError("start and end are for actions; filings come newest first")
        return self


async def _fundamentals(call: ToolContext, arguments: FundamentalsArguments) -> ToolAnswer:
    market = call.app.market_data
    asked: Mapping[str, Callable[[str], Awaitable[HasBody]]] = {
        "fundamentals": market.fundamentals,
        "profile": market.profile,
        "holders": market.holders,
    }
    data: JsonObject = {"symbol": arguments.symbol}
    missing: list[Exception] = []
    for topic in dict.fromkeys(arguments.include):
        try:
            data[topic] = json.loads((await asked[topic](arguments.symbol)).body)
        except (NotFoundError, ServiceError) as error:
            # One missing part must not cost the others.
            data.setdefault("errors", []).append({"part": topic, "code": error.code, "detail": error.detail})
            missing.append(error)
    if missing and len(data) == len({"symbol", "errors"}):
        raise missing[0]
    if arguments.convert_to is not None:
        data["exchange_rate"] = await _rate(call, arguments, data)
    # Holders are the only long lists: they move up, where they can be cut.
    holders = data.get("holders", {})
    data |= {name: holders.pop(name) for name in ("institutions", "insiders") if name in holders}
    return ToolAnswer(
        f"{arguments.symbol}: {', '.join(dict.fromkeys(arguments.include))}.",
        data,
        ("insiders", "institutions"),
        how_to_get="Call again with fewer parts in include, or with detail=true.",
    )


async def _rate(call: ToolContext, arguments: FundamentalsArguments, data: JsonObject) -> JsonObject:
    currency = (data.get("fundamentals") or data.get("holders") or {}).get("currency")
    if currency is None:
        currency = (await call.app.market_data.quote(arguments.symbol)).value.currency
    if currency is None:
        raise NotFoundError(f"The currency of {arguments.symbol} is not known.")
    rate: JsonObject = json.loads(
        (await call.app.market_data.exchange_rate(currency, arguments.convert_to or currency)).body
    )
    return rate


async def _statements(call: ToolContext, arguments: StatementsToolArguments) -> ToolAnswer:
    request = StatementsRequest(
        symbol=arguments.symbol,
        statement=arguments.statement,
        period=arguments.period,
        limit=arguments.limit,
        known_on=arguments.known_on,
    )
    data: JsonObject = json.loads((await call.app.market_data.statements(request)).body)
    if not arguments.detail:
        for period in data["periods"]:
            period["lines"] = {name: line["value"] for name, line in period["lines"].items()}
    first = data["periods"][0] if data["periods"] else {}
    ends = f", newest to {first['end']}" if first else ""
    return ToolAnswer(
        f"{data['symbol']}: {len(data['periods'])} periods of {arguments.statement}{ends}.",
        data,
        ("periods",),
    )


async def _earnings(call: ToolContext, arguments: SymbolToolArguments) -> ToolAnswer:
    data: JsonObject = json.loads((await call.app.market_data.earnings(arguments.symbol)).body)
    coming = data.get("next")
    summary = f"next on {coming['date']}" if coming else "next date not known"
    return ToolAnswer(f"{data['symbol']} earnings: {summary}.", data, ("history", "estimates"))


async def _events(call: ToolContext, arguments: EventsArguments) -> ToolAnswer:
    market = call.app.market_data
    if arguments.kind == "filings":
        data: JsonObject = json.loads((await market.filings(arguments.symbol, arguments.form)).body)
        return ToolAnswer(
            f"{data['symbol']}: {len(data['filings'])} filings.",
            data,
            ("filings",),
            how_to_get="Call again with form, such as 10-K, or with detail=true.",
        )
    data = json.loads((await market.actions(arguments.symbol, start=arguments.start, end=arguments.end)).body)
    summary = f"{len(data['dividends'])} dividends, {len(data['splits'])} splits"
    return ToolAnswer(
        f"{data['symbol']}: {summary}.",
        data,
        ("dividends", "splits"),
        keeps_last=True,
        how_to_get="Call again with start and end around them, or with detail=true.",
    )


async def _peers(call: ToolContext, arguments: SymbolToolArguments) -> ToolAnswer:
    data: JsonObject = json.loads((await call.app.market_data.peers(arguments.symbol)).body)
    names = ", ".join(peer["symbol"] for peer in data["peers"][:10])
    return ToolAnswer(f"Peers of {data['symbol']}: {names or 'none'}.", data, ("peers",))


FUNDAMENTALS: Final = Tool(
    "get_fundamentals",
    "Fundamentals, profile, holders",
    "Valuation, margins, growth, balance sheet, dividend, analyst view (ratios are fractions); on request "
    "profile, holders, exchange rate.",
    FundamentalsArguments,
    {
        "symbol": TEXT,
        "fundamentals": OBJECT,
        "profile": OBJECT,
        "holders": OBJECT,
        "insiders": OBJECTS,
        "institutions": OBJECTS,
        "exchange_rate": OBJECT,
        "errors": OBJECTS,
    },
    _fundamentals,
)
STATEMENTS: Final = Tool(
    "get_statements",
    "Financial statements",
    "Lines as filed, whole units of the currency, newest period first; known_on gives what was known then; "
    "detail adds the origin of each line.",
    StatementsToolArguments,
    {"symbol": TEXT, "statement": TEXT, "periods": OBJECTS, **PROVENANCE},
    _statements,
)
EARNINGS: Final = Tool(
    "get_earnings",
    "Earnings",
    "Past earnings per share with estimates and surprises, next date, estimates.",
    SymbolToolArguments,
    {
        "symbol": TEXT,
        "currency": TEXT,
        "history": OBJECTS,
        "next": OBJECT,
        "estimates": OBJECTS,
        **PROVENANCE,
    },
    _earnings,
)
EVENTS: Final = Tool(
    "get_actions_and_filings",
    "Dividends, splits, filings",
    "Dividends and splits, or filings with the SEC and their addresses.",
    EventsArguments,
    {"symbol": TEXT, "dividends": OBJECTS, "splits": OBJECTS, "filings": OBJECTS, **PROVENANCE},
    _events,
)
PEERS: Final = Tool(
    "get_peers",
    "Peers",
    "Companies of the same industry with comparable figures (percent), largest first.",
    SymbolToolArguments,
    {"symbol": TEXT, "peers": OBJECTS, "reason": TEXT, **PROVENANCE},
    _peers,
)
