"""Sample data on companies: profile, earnings, peers and holders that fit the sample accounts and prices."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from shared.domain.company import (
    Earnings,
    EarningsEstimate,
    Holders,
    Insider,
    Institution,
    NextEarnings,
    Peer,
    Peers,
    Profile,
    ReportedEarnings,
)
from shared.domain.market_data import Provenance
from shared.market.providers.sample.accounts import Quarter, quarters_of
from shared.market.providers.sample.reported_figures import reported_figures
from shared.market.providers.sample.sample_company import per_share, sample_figures
from shared.market.providers.sample.sample_instruments import INSTRUMENTS, SampleInstrument
from shared.market.providers.sample.walk import seeded_generator

_HISTORY: Final = 12
"""Quarters of past earnings."""
_DAYS_CONFIRMED: Final = 14
"""A company announces the day of its earnings about two weeks before."""
_RANGE_DAYS: Final = 4
_SPREAD: Final = 0.06
"""Distance of the lowest and highest estimate from the mean, as a fraction."""
_INSTITUTIONS: Final = (
    ("Sample Index Funds", 0.085),
    ("Sample Asset Management", 0.062),
    ("Example Pension Trust", 0.031),
    ("Sample Value Partners", 0.018),
    ("Example Sovereign Fund", 0.012),
)
_INSIDERS: Final = (
    ("Sample Chief Executive", "Chief Executive Officer", 0.0004),
    ("Sample Finance Chief", "Chief Financial Officer", 0.00015),
    ("Sample Director", "Director", 0.00005),
)


def sample_profile(instrument: SampleInstrument, provenance: Provenance) -> Profile:
    """Returns what the sample knows of a company; its summary states that it is made up."""
    return Profile(
        **dict(provenance),
        symbol=instrument.symbol,
        name=instrument.name,
        security="common_stock",
        business_summary=f"Sample text: {instrument.name} is a company of the sector {instrument.sector}. "
        "Its figures are made up by the sample source.",
        sector=instrument.sector,
        industry=instrument.industry,
        employees=sample_figures(instrument)["employees"],
        exchange=instrument.exchange,
        country=instrument.country,
        fiscal_year_end="12-31",
    )


def sample_earnings(instrument: SampleInstrument, provenance: Provenance, today: date) -> Earnings:
    """Returns earnings of the sample accounts; estimates are what the accounts will say."""
    quarters = quarters_of(instrument, today.year + 2)
    past = [quarter for quarter in quarters if quarter.filed <= today]
    coming = quarters[len(past) :]
    return Earnings(
        **dict(provenance),
        symbol=instrument.symbol,
        currency=instrument.currency,
        history=tuple(_reported(instrument, quarter) for quarter in reversed(past[-_HISTORY:])),
        next=_next_earnings(coming[0].filed, today),
        estimates=(
            _estimate("current_quarter", coming[:1]),
            _estimate("next_quarter", coming[1:2]),
            _estimate("current_year", _year_of(quarters, coming[0].year)),
            _estimate("next_year", _year_of(quarters, coming[0].year + 1)),
        ),
    )


def sample_peers(instrument: SampleInstrument, provenance: Provenance, market_caps: dict[str, int]) -> Peers:
    """Returns the other companies of the industry with the same currency, one per issuer.

    Args:
        instrument: A company.
        provenance: Source and time of the answer.
        market_caps: Market values of ``peer_companies``, by symbol.
    """
    companies = peer_companies(instrument)
    of_industry = all(peer.industry == instrument.industry for peer in companies)
    by_issuer = {_issuer(peer): peer for peer in reversed(companies)}
    today = provenance.fetched_at.date()
    peers = [_peer(peer, market_caps[peer.symbol], today) for peer in by_issuer.values()]
    peers.sort(key=lambda peer: peer.market_cap or 0, reverse=True)
    return Peers(
        **dict(provenance),
        symbol=instrument.symbol,
        industry=instrument.industry if of_industry else instrument.sector,
        sic=None,
        peers=tuple(peers),
        reason=None if peers else f"no other company of the sector is quoted in {instrument.currency}",
    )


def peer_companies(instrument: SampleInstrument) -> list[SampleInstrument]:
    """Returns the companies of other issuers of the same industry and currency, the best known first.

    Where there are none, they are those of the sector.
    """
    of_sector = [
        peer
        for peer in INSTRUMENTS.values()
        if peer.asset_type == "equity"
        and (peer.sector, peer.currency) == (instrument.sector, instrument.currency)
        and _issuer(peer) != _issuer(instrument)
    ]
    return [peer for peer in of_sector if peer.industry == instrument.industry] or of_sector


def sample_holders(instrument: SampleInstrument, provenance: Provenance, today: date) -> Holders:
    """Returns made-up holders; their shares are a part of the shares outstanding."""
    reported_on = max(_quarter_ends_before(today))
    return Holders(
        **dict(provenance),
        symbol=instrument.symbol,
        currency=instrument.currency,
        insiders_percent=round(sum(part for _, _, part in _INSIDERS) * 100, 2),
        institutions_percent=round(sum(part for _, part in _INSTITUTIONS) * 100, 2),
        institution_count=len(_INSTITUTIONS),
        insiders=tuple(
            Insider(name=name, role=role, shares=round(instrument.shares * part))
            for name, role, part in _INSIDERS
        ),
        institutions=tuple(
            Institution(
                name=name,
                shares=round(instrument.shares * part),
                percent_held=round(part * 100, 2),
                value=round(instrument.shares * part * instrument.price),
                reported_on=reported_on,
            )
            for name, part in _INSTITUTIONS
        ),
    )


def _reported(instrument: SampleInstrument, quarter: Quarter) -> ReportedEarnings:
    actual = _per_share([quarter])
    random = seeded_generator(instrument.seed, "estimate", str(quarter.end))
    estimate = per_share(actual * (1 + 0.08 * (float(random.random()) - 0.6)))
    return ReportedEarnings(
        period_end=quarter.end,
        reported_on=quarter.filed,
        eps_estimate=estimate,
        eps_actual=actual,
        surprise_percent=round((actual - estimate) / abs(estimate) * 100, 4) if estimate else None,
    )


def _next_earnings(day: date, today: date) -> NextEarnings:
    confirmed = day - today <= timedelta(days=_DAYS_CONFIRMED)
    return NextEarnings(
        date=day,
        date_end=None if confirmed else day + timedelta(days=_RANGE_DAYS),
        time_of_day="after_market" if confirmed else None,
        confirmed=confirmed,
    )


def _estimate(period: str, quarters: Sequence[Quarter]) -> EarningsEstimate:
    mean, revenue = _per_share(quarters), round(sum(quarter.lines["revenue"] for quarter in quarters))
    return EarningsEstimate.model_validate(
        {
            "period": period,
            "period_end": quarters[-1].end,
            "eps_mean": mean,
            "eps_low": per_share(mean * (1 - _SPREAD)),
            "eps_high": per_share(mean * (1 + _SPREAD)),
            "revenue_mean": revenue,
            "revenue_low": round(revenue * (1 - _SPREAD)),
            "revenue_high": round(revenue * (1 + _SPREAD)),
            "analysts": 20,
        }
    )


def _year_of(quarters: Iterable[Quarter], year: int) -> list[Quarter]:
    return [quarter for quarter in quarters if quarter.year == year]


def _per_share(quarters: Sequence[Quarter]) -> float:
    profit = sum(quarter.lines["net_income"] for quarter in quarters)
    return per_share(profit / quarters[-1].lines["shares_diluted"])


def _peer(instrument: SampleInstrument, market_cap: int, today: date) -> Peer:
    figures = reported_figures(instrument, market_cap / instrument.shares, today)
    return Peer(
        symbol=instrument.symbol,
        name=instrument.name,
        market_cap=market_cap,
        currency=instrument.currency,
        revenue=figures["revenue"],
        revenue_growth=round(figures["revenue_growth"] * 100, 2),
        operating_margin=round(figures["operating_margin"] * 100, 2),
        net_margin=round(figures["profit_margin"] * 100, 2),
        trailing_pe=figures["trailing_pe"],
    )


def _issuer(instrument: SampleInstrument) -> str:
    """Returns the name without the share class."""
    return instrument.name.split(" Class ")[0]


def _quarter_ends_before(today: date) -> list[date]:
    ends = [(3, 31), (6, 30), (9, 30), (12, 31)]
    return [
        end
        for year in (today.year - 1, today.year)
        for end in (date(year, *day) for day in ends)
        if end < today
    ]
