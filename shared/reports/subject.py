"""The subject of a valuation, from the data of a report."""

from shared.domain.market_data import History
from shared.reports.data import MARKETS, Market, ReportData
from shared.reports.valuation.applicability import Instrument
from shared.reports.valuation.company_valuation import Subject
from shared.reports.valuation.cost_of_capital import Beta, Closes, EquityPremium, RiskFreeRate, beta_of
from shared.reports.valuation.history import fiscal_years

_PLAUSIBLE_YIELDS = (0.0, 20.0)
"""Percent; the exchange once quoted the same yield times ten."""


def subject_of(data: ReportData, premium: EquityPremium) -> Subject:
    """Returns what is to be valued. Blocks for some milliseconds: it computes a beta."""
    quote, fundamentals, profile = data.quote, data.fundamentals, data.profile
    statements = (data.income, data.balance, data.cash_flow)
    issuer = next((one.issuer for one in statements if one is not None and one.issuer is not None), None)
    closes = closes_of(data.history)
    market = MARKETS.get(quote.currency or "")
    return Subject(
        instrument=Instrument(
            name=quote.name,
            asset_type=quote.asset_type,
            security=issuer.security if issuer else profile.security if profile else None,
            sector=fundamentals.sector if fundamentals else None,
            industry=fundamentals.industry if fundamentals else None,
            sic=profile.sic if profile else None,
        ),
        price=quote.price,
        currency=quote.currency,
        market_value=quote.market_cap or (fundamentals.market_cap if fundamentals else None),
        years=fiscal_years(statements),
        closes=closes,
        peers=data.peers.peers if data.peers else (),
        risk_free=_risk_free(data, market) if market else None,
        measured_beta=_beta(data, market, closes) if market else None,
        equity_premium=premium,
    )


def closes_of(history: History | None) -> Closes:
    """Returns day and close of a history, oldest first; none when it is not adjusted for splits."""
    if history is None or history.adjustment == "none":
        return ()
    return [(candle.timestamp.date(), candle.close) for candle in history.candles]


def _risk_free(data: ReportData, market: Market) -> RiskFreeRate | None:
    bond = data.risk_free
    low, high = _PLAUSIBLE_YIELDS
    if bond is None or data.quote.currency is None or not low < bond.price < high:
        return None
    day = f" of {bond.as_of:%Y-%m-%d}" if bond.as_of else ""
    source = f"yield of {market.bond_name} ({market.bond}){day}, {bond.source}"
    return RiskFreeRate(bond.price / 100, data.quote.currency, source, data.source_id("risk_free_rate"))


def _beta(data: ReportData, market: Market, closes: Closes) -> Beta | None:
    if data.quote.currency is None:
        return None
    return beta_of(
        closes, closes_of(data.index), market.index_name, data.quote.currency, data.source_id("index")
    )
