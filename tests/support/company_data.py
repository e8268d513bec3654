"""Earnings, profile, peers, holders and filings of a company, for reports in tests."""

from datetime import date
from typing import Any

from shared.domain.company import (
    Earnings,
    EarningsEstimate,
    Filing,
    Filings,
    Holders,
    Insider,
    Institution,
    NextEarnings,
    Peer,
    Peers,
    Profile,
    ReportedEarnings,
)
from tests.support.stock_data import NOW


def company_data(symbol: str, currency: str) -> dict[str, Any]:
    """Returns everything that is known of a company besides its figures, by kind."""
    origin = {"source": "yahoo", "as_of": NOW, "fetched_at": NOW, "symbol": symbol}
    return {
        "earnings": Earnings(
            **origin,
            currency=currency,
            history=(
                ReportedEarnings(
                    period_end=date(2026, 9, 30), reported_on=date(2026, 10, 29),
                    eps_estimate=1.77, eps_actual=1.85, surprise_percent=4.52,
                ),
            ),
            next=NextEarnings(
                date=date(2027, 1, 28), date_end=date(2027, 2, 2), time_of_day=None, confirmed=False
            ),
            estimates=(
                EarningsEstimate(
                    period="current_quarter", period_end=date(2026, 12, 31), eps_mean=2.67, eps_low=2.51,
                    eps_high=2.84, revenue_mean=None, revenue_low=None, revenue_high=None, analysts=21,
                ),
            ),
        ),
        "profile": Profile(
            **origin, name="Example", business_summary="It makes examples. It sells them, too.",
            sector="Industrials", industry="Specialty Industrial Machinery", sic="3550", employees=12_345,
            exchange="XXX", country="United States", fiscal_year_end="12-31",
        ),
        "peers": Peers(
            **origin, industry="Specialty Industrial Machinery", sic="3550", reason=None,
            peers=tuple(_peer(number, currency) for number in range(4)),
        ),
        "holders": Holders(
            **origin,
            currency=currency,
            insiders=(
                Insider(
                    name="DOE JANE", role="Director", shares=10_000, transaction="Sale",
                    transaction_date=date(2026, 11, 2), transaction_shares=-2_500,
                ),
            ),
            institutions=tuple(
                Institution(
                    name=f"Example Fund {number}", shares=90_000_000 - number * 10_000_000,
                    percent_held=8.13 - number * 1.07, value=None, reported_on=date(2026, 9, 30),
                )
                for number in range(3)
            ),
        ),
        "filings": Filings(
            **origin,
            form=None,
            filings=(
                Filing(
                    form="10-Q", filed=date(2026, 10, 30), period_end=date(2026, 9, 30),
                    accession="0000000000-26-000001", url="https://example.com/10-q",
                    title="Quarterly report",
                ),
                Filing(
                    form="8-K", filed=date(2026, 10, 29), period_end=None,
                    accession="0000000000-26-000002", url="https://example.com/8-k", title="Current report",
                ),
            ),
        ),
    }  # fmt: skip


def _peer(number: int, currency: str) -> Peer:
    return Peer(
        symbol=f"PEER{number}", name=f"Peer {number}", market_cap=90_000_000_000 - number * 7_000_000_000,
        currency=currency, revenue=40_000_000_000, revenue_growth=3.1 + number * 1.3,
        operating_margin=15.2 + number, net_margin=9.4 + number * 0.7, trailing_pe=17.5 + number * 2.1,
    )  # fmt: skip
