"""Market data as numbered facts, which a model reads and cites and the figures check compares with."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from shared.domain.company import Earnings, Filings, Holders, Peers, Profile
from shared.domain.facts import Fact, SourceJson
from shared.domain.formatting import decimals_of, fraction, money, number, percent, plain
from shared.domain.market_data import (
    Actions,
    Article,
    Candle,
    Fund,
    Fundamentals,
    History,
    News,
    Provenance,
    Quote,
)
from shared.domain.moments import rfc3339
from shared.domain.statements import Statements
from shared.domain.technicals import Technicals
from shared.grounding.company_text import filings_text, statements_digest, statements_text
from shared.grounding.quoting import inert, quoted
from shared.grounding.research_text import (
    earnings_text,
    holders_digest,
    holders_text,
    peers_digest,
    peers_text,
    profile_text,
)
from shared.market.analysis.quality import has_remark
from shared.market.providers.fields import difference, percent_change
from shared.market.section_metrics import (
    Metrics,
    analyst_metrics,
    business_metrics,
    fund_metrics,
    health_metrics,
    price_metrics,
    technical_metrics,
    valuation_metrics,
)

MAX_TEXT: Final = 4_000
"""Maximum characters of a fact's text."""

_SHOWN_CANDLES: Final = 24
_SHOWN_ACTIONS: Final = 12
_MAX_HOLDING: Final = 80
_MAX_BUSINESS: Final = 500
_MAX_ARTICLE: Final = 240
_MAX_SUMMARY: Final = 1_500


def fact_of(number: int, kind: str, symbol: str, part: Provenance) -> Fact:
    """Returns one record of market data as fact ``[number]``."""
    data = _data(part)
    return Fact(
        id=number,
        kind=kind,
        symbol=symbol,
        text=inert(_text(part) + _remarks(part))[:MAX_TEXT],
        data=data,
        source=part.source,
        as_of=rfc3339(part.as_of) if part.as_of else None,
        stale=part.stale,
        **page_of(part),
    )


def calculation_fact(
    number: int, symbol: str, text: str, data: Mapping[str, Any], as_of: datetime | None = None
) -> Fact:
    """Returns the result of a calculation over facts as fact ``[number]``."""
    moment = rfc3339(as_of) if as_of is not None else None
    return Fact(number, "calculation", symbol, inert(text)[:MAX_TEXT], data, "calculation", moment, False)


def price_fact(number: int, history: History, candle: Candle, day: date) -> Fact:
    """Returns the close of a day, or of the last session before it, as fact ``[number]``."""
    session = rfc3339(candle.timestamp)[:10]
    # Long before splits a price may be much smaller than today's.
    customary = decimals_of(history.symbol, candle.close, history.currency)
    decimals = max(customary, history.price_decimals or 0)
    close = money(candle.close, history.currency, decimals=decimals)
    note = "" if session == day.isoformat() else f" (no session on {day.isoformat()})"
    return Fact(
        id=number,
        kind="price_on",
        symbol=history.symbol,
        text=f"close of the session of {session}{note}: {close}, prices adjusted for {history.adjustment}",
        data={"date": session, "close": candle.close, "currency": history.currency},
        source=history.source,
        as_of=rfc3339(candle.timestamp),
        stale=history.stale,
    )


def report_fact(number: int, summary: Mapping[str, Any]) -> Fact:
    """Returns the summary of an earlier research report as fact ``[number]``.

    Args:
        number: Its number.
        summary: As ``GET /reports`` lists it.
    """
    recommendation = summary.get("recommendation") or {}
    named = ("action", "target_price", "confidence", "time_frame_months")
    figures = {name: recommendation[name] for name in named if recommendation.get(name) is not None}
    text = "; ".join(
        (
            f"{summary['report_type']}, {summary['time_horizon']}".replace("_", " "),
            *(f"{name} {value}".replace("_", " ") for name, value in figures.items()),
            f"summary {quoted(str(summary['summary']), _MAX_SUMMARY)}",
        )
    )
    return Fact(
        id=number,
        kind="report",
        symbol=str(summary["symbol"]),
        text=inert(text)[:MAX_TEXT],
        data=dict(summary),
        source="report",
        as_of=summary["timestamp"],
        stale=False,
    )


def line_of(fact: Fact) -> str:
    """Returns a fact as one line of the prompt."""
    stale = ", stale" if fact.stale else ""
    return (
        f"[{fact.id}] {fact.kind} of {fact.symbol}, source {fact.source}, "
        f"as of {fact.as_of or 'unknown'}{stale}: {fact.text}"
    )


def source_of(fact: Fact) -> SourceJson:
    """Returns the source of a fact in the form of the contract."""
    return {
        "id": fact.id,
        "kind": fact.kind,
        "symbol": fact.symbol,
        "source": fact.source,
        "as_of": fact.as_of,
        "stale": fact.stale,
        "url": fact.url,
        "title": fact.title,
    }


def page_of(part: Provenance) -> dict[str, str | None]:
    """Returns address and title of the page that a fact leads to: the first article, the newest filing."""
    if isinstance(part, News) and part.articles:
        return {"url": part.articles[0].url, "title": part.articles[0].title}
    if isinstance(part, Filings) and part.filings:
        return {"url": part.filings[0].url, "title": part.filings[0].title}
    if isinstance(part, Statements) and part.periods and part.periods[0].url:
        period = part.periods[0]
        return {"url": period.url, "title": f"{period.form or 'Filing'} of {period.filed or period.end}"}
    return {}


def _remarks(part: Provenance) -> str:
    if not part.quality:
        return ""
    return f"; data quality: {' '.join(remark.detail for remark in part.quality)}"


def _data(part: Provenance) -> dict[str, Any]:
    if isinstance(part, History):
        return _digest(part)
    if isinstance(part, Statements):
        return statements_digest(part)
    if isinstance(part, Holders):
        return holders_digest(part)
    return peers_digest(part) if isinstance(part, Peers) else part.model_dump(mode="json")


def _text(part: Provenance) -> str:
    text = next((text for kind, text in _TEXTS.items() if isinstance(part, kind)), None)
    if text is None:
        raise TypeError(f"no text for {type(part).__name__}")
    return text(part)


def _quote(part: Quote) -> str:
    return _line({"Name": quoted(part.name or part.symbol), **price_metrics(part)})


def _technicals(part: Technicals) -> str:
    signals = " ".join(signal.detail for signal in part.signals)
    return f"{_line(technical_metrics(part))}. {signals}".strip()


def _news(part: News) -> str:
    return "; ".join(_headline(article) for article in part.articles) or "no articles"


def _fundamentals(part: Fundamentals) -> str:
    groups = (fund_metrics, _weights, valuation_metrics, business_metrics, health_metrics, analyst_metrics)
    said = {"Sector": part.sector, "Industry": part.industry, "Country": part.country}
    lines = [_line({name: quoted(words) for name, words in said.items() if words})]
    lines += [_line(group(part)) for group in groups]
    counts = {"Employees": part.employees, "Shares outstanding": part.shares_outstanding}
    lines.append(_line({name: f"{count:,}" for name, count in counts.items() if count is not None}))
    if part.summary:
        lines.append(f"Business {quoted(part.summary, _MAX_BUSINESS)}")
    return "; ".join(line for line in lines if line) or "no figures"


def _weights(part: Fundamentals) -> Metrics:
    """Returns the weights of the largest holdings and of the sectors of a fund."""
    fund = part.fund or Fund()
    weights = [(one.name or one.symbol or "", one.weight) for one in fund.holdings]
    weights += [(one.sector, one.weight) for one in fund.sectors]
    return {f"Weight of {quoted(name, _MAX_HOLDING)}": fraction(weight) for name, weight in weights}


def _actions(part: Actions) -> str:
    basis = "per share of today" if part.adjustment == "split" else "as paid"
    dividends = [f"{one.ex_date} {plain(one.amount)} {one.currency or ''}".strip() for one in part.dividends]
    splits = [f"{one.date} {one.numerator}:{one.denominator}" for one in part.splits]
    paid = (
        f"dividends by ex-date, {basis}: {'; '.join(dividends[-_SHOWN_ACTIONS:])}"
        if dividends
        else "no dividends"
    )
    return f"{paid}; splits: {'; '.join(splits[-_SHOWN_ACTIONS:])}" if splits else f"{paid}; no splits"


def _headline(article: Article) -> str:
    details = [
        quoted(article.publisher, 80) if article.publisher else "",
        rfc3339(article.published_at) if article.published_at else "",
        "" if article.sentiment is None else f"sentiment {number(article.sentiment, signed=True)}",
        quoted(article.summary, _MAX_ARTICLE) if article.summary else "",
    ]
    known = ", ".join(detail for detail in details if detail)
    return f"{quoted(article.title)} ({known})" if known else quoted(article.title)


def _digest(history: History) -> dict[str, Any]:
    """Returns the first, last, highest and lowest prices of a history.

    Not every candle: the model does not see them, and among thousands of numbers any number would be found.
    There is no change across an unexplained jump, nor of prices as traded, which a split may lie between. The
    total return includes dividends.
    """
    candles = history.candles
    about = history.model_dump(mode="json", exclude={"candles"}) | {"candle_count": len(candles)}
    if not candles:
        return about
    first, last = candles[0].close, candles[-1].close
    is_comparable = history.adjustment != "none" and not has_remark(history.quality, "unexplained_jump")
    return about | {
        "first_close": first,
        "last_close": last,
        "change": difference(last, first) if is_comparable else None,
        "change_percent": percent_change(last, first) if is_comparable else None,
        "total_return_percent": percent_change(candles[-1].adjusted_close, candles[0].adjusted_close)
        if is_comparable
        else None,
        "highest": max(candle.high for candle in candles),
        "lowest": min(candle.low for candle in candles),
    }


def _history(history: History) -> str:
    if not history.candles:
        return "no candles"
    about = _digest(history)
    change = about["change_percent"]
    last = history.candles[-1].close
    decimals = decimals_of(history.symbol, last, history.currency, history.price_decimals)
    shown = "; ".join(
        f"{_day(candle, history)} {number(candle.close, decimals)}" for candle in _some_of(history.candles)
    )
    moved = "" if change is None else f"change {percent(change, signed=True)}{_with_dividends(about)}, "
    return (
        f"{about['candle_count']} candles of {history.interval}: "
        f"first close {number(about['first_close'], decimals)}, "
        f"last close {number(about['last_close'], decimals)}, {moved}"
        f"lowest {number(about['lowest'], decimals)}, "
        f"highest {money(about['highest'], history.currency, decimals=decimals)}; closes: {shown}"
    )


def _with_dividends(about: Mapping[str, Any]) -> str:
    """Returns the total return in brackets, if dividends make a difference."""
    change, total = about["change_percent"], about["total_return_percent"]
    if total is None or percent(total) == percent(change):
        return ""
    return f" ({percent(total, signed=True)} with dividends)"


def _some_of(candles: tuple[Candle, ...]) -> tuple[Candle, ...]:
    """Returns evenly spaced candles, always including the last one."""
    step = -(-len(candles) // _SHOWN_CANDLES)
    return candles[::-1][::step][::-1]


def _day(candle: Candle, history: History) -> str:
    moment = rfc3339(candle.timestamp)
    return moment if history.interval.endswith(("m", "h")) else moment[:10]


def _line(metrics: Metrics) -> str:
    return "; ".join(f"{label} {value}" for label, value in metrics.items())


_TEXTS: Final[Mapping[type[Provenance], Callable[[Any], str]]] = {
    Quote: _quote,
    Technicals: _technicals,
    Fundamentals: _fundamentals,
    News: _news,
    History: _history,
    Statements: statements_text,
    Filings: filings_text,
    Earnings: earnings_text,
    Peers: peers_text,
    Profile: profile_text,
    Holders: holders_text,
    Actions: _actions,
}
