"""Earnings, peers, profiles and holders as a model reads them."""

from collections.abc import Iterable
from typing import Any, Final

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
from shared.domain.formatting import large, number, percent
from shared.grounding.quoting import quoted

_SHOWN_QUARTERS: Final = 8
_SHOWN_HOLDERS: Final = 10
_MAX_BUSINESS: Final = 1_200
_IN_PERCENT: Final = ("revenue_growth", "operating_margin", "net_margin")


def earnings_text(part: Earnings) -> str:
    """Returns earnings in words: past quarters, newest first, then the next date and the estimates."""
    past = [_quarter(row) for row in part.history[:_SHOWN_QUARTERS]]
    expected = [_estimate(row) for row in part.estimates]
    currency = f" in {part.currency}" if part.currency else ""
    return "; ".join(
        (
            f"earnings per share{currency} by quarter: {'; '.join(past)}"
            if past
            else "no past earnings known",
            _next(part.next) if part.next else "date of the next earnings not known",
            *([f"analysts expect{currency}: {'; '.join(expected)}"] if expected else []),
        )
    )


def peers_text(part: Peers) -> str:
    """Returns peers in words, the largest first, or why there are none."""
    if not part.peers:
        return f"no peers: {part.reason}"
    code = f", SIC code {part.sic}" if part.sic else ""
    return f"peers in {quoted(part.industry or 'the same industry')}{code}, the largest first: " + "; ".join(
        _peer(peer) for peer in part.peers
    )


def peers_digest(part: Peers) -> dict[str, Any]:
    """Returns the JSON of peers with margins and growth as fractions, as the figures check reads them."""
    digest = part.model_dump(mode="json")
    for peer in digest["peers"]:
        peer |= {name: peer[name] / 100 for name in _IN_PERCENT if peer[name] is not None}
    return digest


def holders_digest(part: Holders) -> dict[str, Any]:
    """Returns the JSON of holders with ownership as fractions, as the figures check reads it."""
    digest = part.model_dump(mode="json")
    for row in digest["institutions"]:
        # The check takes a figure called "value" for one of the name beside it.
        row["worth"] = row.pop("value")
    for place, name, ours in (
        *((row, "percent_held", "percent_held") for row in digest["institutions"]),
        (digest, "percent_held_by_insiders", "insiders_percent"),
        (digest, "percent_held_by_institutions", "institutions_percent"),
    ):
        percent_held = place.pop(ours)
        place[name] = None if percent_held is None else percent_held / 100
    return digest


def company_text(profile: Profile, holders: Holders | None) -> str:
    """Returns what a company is and who holds its shares in words; None says nothing of holders."""
    return f"{profile_text(profile)}; {holders_text(holders) if holders else 'holders not known'}"


def holders_text(part: Holders) -> str:
    """Returns who holds the shares of a company in words."""
    return "; ".join(_holders(part)) or "holders not known"


def profile_text(profile: Profile) -> str:
    """Returns what a company is and does in words."""
    facts = {
        "name": profile.name and quoted(profile.name),
        "security": profile.security and profile.security.replace("_", " "),
        "sector": profile.sector and quoted(profile.sector),
        "industry": profile.industry and quoted(profile.industry),
        "SIC code": profile.sic,
        "employees": None if profile.employees is None else f"{profile.employees:,}",
        "exchange": profile.exchange,
        "country": profile.country,
        "fiscal year ends (month-day)": profile.fiscal_year_end,
        "business": profile.business_summary and quoted(profile.business_summary, _MAX_BUSINESS),
    }
    return "; ".join(f"{label} {value}" for label, value in facts.items() if value)


def _quarter(row: ReportedEarnings) -> str:
    reported = f", reported {row.reported_on}" if row.reported_on else ""
    surprise = (
        "" if row.surprise_percent is None else f", surprise {percent(row.surprise_percent, signed=True)}"
    )
    return (
        f"quarter to {row.period_end}{reported}: actual {number(row.eps_actual)}, "
        f"estimate {number(row.eps_estimate)}{surprise}"
    )


def _next(coming: NextEarnings) -> str:
    if coming.date_end is not None:
        return f"next earnings estimated between {coming.date} and {coming.date_end}, not confirmed"
    when = f", {coming.time_of_day.replace('_', ' ')}" if coming.time_of_day else ""
    confirmed = "confirmed" if coming.confirmed else "estimated, not confirmed"
    return f"next earnings on {coming.date}{when}, {confirmed}"


def _estimate(row: EarningsEstimate) -> str:
    end = f" to {row.period_end}" if row.period_end else ""
    spread = "" if row.eps_low is None else f" ({number(row.eps_low)} to {number(row.eps_high)})"
    analysts = f", {row.analysts} analysts" if row.analysts else ""
    revenue = "" if row.revenue_mean is None else f", revenue {large(row.revenue_mean)}"
    return (
        f"{row.period.replace('_', ' ')}{end}: earnings per share {number(row.eps_mean)}{spread}"
        f"{revenue}{analysts}"
    )


def _peer(peer: Peer) -> str:
    figures = {
        "market value": peer.market_cap and large(peer.market_cap, peer.currency),
        "revenue": peer.revenue and large(peer.revenue, peer.currency),
        "revenue growth": peer.revenue_growth is not None and percent(peer.revenue_growth, signed=True),
        "operating margin": peer.operating_margin is not None and percent(peer.operating_margin),
        "net margin": peer.net_margin is not None and percent(peer.net_margin),
        "P/E": peer.trailing_pe is not None and number(peer.trailing_pe),
    }
    known = ", ".join(f"{label} {value}" for label, value in figures.items() if value)
    return f"{peer.symbol} {quoted(peer.name or peer.symbol, 60)}: {known or 'no figures'}"


def _holders(part: Holders) -> Iterable[str]:
    if part.insiders_percent is not None:
        yield f"insiders hold {percent(part.insiders_percent)}"
    if part.institutions_percent is not None:
        count = f" ({part.institution_count:,} institutions)" if part.institution_count else ""
        yield f"institutions hold {percent(part.institutions_percent)}{count}"
    if part.institutions:
        shown = part.institutions[:_SHOWN_HOLDERS]
        yield f"largest institutions: {'; '.join(_institution(row, part.currency) for row in shown)}"
    if part.insiders:
        yield f"insiders: {'; '.join(_insider(row) for row in part.insiders[:_SHOWN_HOLDERS])}"


def _institution(row: Institution, currency: str | None) -> str:
    figures = [
        percent(row.percent_held) if row.percent_held is not None else "",
        f"{row.shares:,} shares" if row.shares is not None else "",
        f"worth {large(row.value, currency)}" if row.value is not None else "",
        f"on {row.reported_on}" if row.reported_on else "",
    ]
    return f"{quoted(row.name, 60)} {', '.join(figure for figure in figures if figure)}"


def _insider(row: Insider) -> str:
    role = f" ({quoted(row.role, 60)})" if row.role else ""
    shares = f" {row.shares:,} shares" if row.shares is not None else ""
    trade = f", {quoted(row.transaction, 60)} on {row.transaction_date}" if row.transaction else ""
    return f"{quoted(row.name, 60)}{role}{shares}{trade}"
