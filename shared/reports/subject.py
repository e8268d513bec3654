"""The subject of a valuation, from the data of a report."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from shared.domain.currencies import HIGH_INFLATION
from shared.domain.market_data import Candle, History
from shared.market.analysis.adjustment import indicator_candles, special_distributions
from shared.market.analysis.indicators import breaks_of
from shared.market.analysis.other_claims import OF_ORDINARY_SHARES
from shared.reports.data import MARKETS, Market, ReportData
from shared.reports.language.writer import Writer
from shared.reports.valuation.applicability import Instrument, other_claim
from shared.reports.valuation.company_valuation import Subject
from shared.reports.valuation.cost_of_capital import Beta, Closes, EquityPremium, RiskFreeRate, beta_of
from shared.reports.valuation.history import fiscal_quarters, fiscal_years, last_four_quarters

_PLAUSIBLE_YIELDS = (0.0, 20.0)
"""Percent; the exchange once quoted the same yield times ten."""


_LARGE_DISTRIBUTION: Final = 0.1
"""Share of the price that a yearly dividend, which the year's profit pays, hardly reaches."""
_OF_EARNINGS: Final = ("trailing_pe", "forward_pe", "peg_ratio", "ev_to_ebitda")
_OF_EQUITY: Final = ("price_to_book", "debt_to_equity")


def subject_of(data: ReportData, premium: EquityPremium, writer: Writer) -> Subject:
    """Returns what is to be valued. Blocks for some milliseconds: it computes a beta.

    Args:
        data: The data of the report.
        premium: Premium of shares over the risk-free rate.
        writer: Writes the source of the risk-free rate.
    """
    quote, fundamentals = data.quote, data.fundamentals
    statements = (data.income, data.balance, data.cash_flow)
    years, quarters = fiscal_years(statements), fiscal_quarters((data.quarterly_income,))
    closes = closes_of(data.history)
    market = MARKETS.get(quote.currency or "")
    return Subject(
        instrument=instrument_of(data),
        price=quote.price,
        currency=quote.currency,
        market_value=quote.market_cap or (fundamentals.market_cap if fundamentals else None),
        years=years,
        closes=closes,
        peers=data.peers.peers if data.peers else (),
        trailing_earnings=last_four_quarters(quarters, years, "eps_diluted"),
        trailing_revenue=last_four_quarters(quarters, years, "revenue"),
        risk_free=_risk_free(data, market, writer) if market else None,
        measured_beta=_beta(data, market) if market else None,
        equity_premium=premium,
        untraded_since=data.untraded_since,
        distribution=distribution_since_statements(data),
    )


def instrument_of(data: ReportData) -> Instrument:
    """Returns what decides which figures apply: kind, security and industry."""
    quote, fundamentals, profile = data.quote, data.fundamentals, data.profile
    statements = (data.income, data.balance, data.cash_flow)
    issuer = next((one.issuer for one in statements if one is not None and one.issuer is not None), None)
    return Instrument(
        name=quote.name,
        asset_type=quote.asset_type,
        security=issuer.security if issuer else profile.security if profile else None,
        sector=fundamentals.sector if fundamentals else None,
        industry=fundamentals.industry if fundamentals else None,
        sic=profile.sic if profile else None,
        symbol=quote.symbol,
    )


def with_own_multiples(data: ReportData) -> ReportData:
    """Returns the data without multiples that say nothing: of a loss, of debts, or of other claims.

    The earnings and targets of a company are those of its ordinary shares: beside the price of a preferred
    share, note or warrant they give a wrong P/E, and so a wrong rating.
    """
    known = data.fundamentals
    if known is None or data.quote.asset_type != "equity":
        return data
    if other_claim(instrument_of(data)):
        left_out: tuple[str, ...] = OF_ORDINARY_SHARES
    else:
        left_out = tuple(name for name in _OF_EARNINGS if (getattr(known, name) or 0) <= 0)
        if _has_negative_equity(data):
            left_out = (*left_out, *_OF_EQUITY, "return_on_equity")
    return replace(data, fundamentals=known.model_copy(update=dict.fromkeys(left_out)))


def _has_negative_equity(data: ReportData) -> bool:
    """Returns whether debts exceed assets; a loss by negative equity would read as a high return."""
    known, years = data.fundamentals, fiscal_years((data.balance,))
    by_source = known is not None and any((getattr(known, name) or 0) < 0 for name in _OF_EQUITY)
    return by_source or (bool(years) and (years[0].get("parent_equity") or 0) < 0)


def high_inflation_currency(data: ReportData) -> str | None:
    """Returns the currency of the statements if growth in it includes high inflation, else None."""
    periods = data.income.periods if data.income else ()
    currency = periods[0].currency if periods else data.quote.currency
    return currency if currency in HIGH_INFLATION else None


def closes_of(history: History | None) -> Closes:
    """Returns day and close of a history, oldest first; none when it is not adjusted for splits.

    What is before a jump that nothing explains is left out: it may be in another unit.
    """
    return [(candle.timestamp.date(), candle.close) for candle in _comparable(history)]


def return_closes_of(history: History | None) -> Closes:
    """Returns what ``closes_of`` does, without the falls on the days of special dividends and spin-offs."""
    return [(candle.timestamp.date(), candle.close) for candle in indicator_candles(_comparable(history))]


def _comparable(history: History | None) -> Sequence[Candle]:
    if history is None or history.adjustment == "none":
        return ()
    return history.candles[max(breaks_of(history), default=0) :]


def distribution_since_statements(data: ReportData) -> tuple[date, float] | None:
    """Returns ex-date and share of the price of a large distribution since the last fiscal year, or None.

    The statements are then those of a company with what it has spun off or paid out.
    """
    years = fiscal_years((data.income, data.balance, data.cash_flow))
    if not years or data.history is None or data.history.adjustment == "none":
        return None
    found = special_distributions(data.history.candles)
    return next(
        (
            (day, share)
            for day, share in reversed(found)
            if day > years[0].end and share >= _LARGE_DISTRIBUTION
        ),
        None,
    )


def _risk_free(data: ReportData, market: Market, writer: Writer) -> RiskFreeRate | None:
    bond = data.risk_free
    low, high = _PLAUSIBLE_YIELDS
    if bond is None or data.quote.currency is None or not low < bond.price < high:
        return None
    currency = data.quote.currency
    named = {
        "bond": writer.text(f"evidence.bonds.{currency}"),
        "symbol": market.bond,
        "source": writer.word("source_names", bond.source, bond.source),
    }
    source = writer.say("evidence.bond", **named, day=bond.as_of) or writer.say(
        "evidence.bond_undated", **named
    )
    return RiskFreeRate(bond.price / 100, currency, source, data.source_id("risk_free_rate"))


def _beta(data: ReportData, market: Market) -> Beta | None:
    if data.quote.currency is None:
        return None
    own, other = return_closes_of(data.history), return_closes_of(data.index)
    return beta_of(own, other, market.index.name, data.quote.currency, data.source_id("index"))
