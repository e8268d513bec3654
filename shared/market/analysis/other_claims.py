"""Withholds what a source tells of the issuer where the symbol is a preferred share, a note or a warrant.

Earnings, targets and the market value of a company are those of its ordinary shares. Beside the price of one
of its other securities they give wrong multiples: 1,200 dollars of a preferred share over the earnings of an
ordinary one are a P/E of 375.
"""

from typing import Final

from shared.domain.company import SecurityKind
from shared.domain.market_data import Fundamentals, Remark

OF_ORDINARY_SHARES: Final = (
    "trailing_pe", "forward_pe", "peg_ratio", "ev_to_ebitda", "market_cap", "enterprise_value",
    "price_to_book", "price_to_sales", "earnings_per_share", "book_value_per_share", "payout_ratio",
    "analyst_rating", "analyst_count", "target_mean_price", "target_high_price", "target_low_price",
)  # fmt: skip


def without_figures_of_ordinary_shares(known: Fundamentals, security: SecurityKind) -> Fundamentals:
    """Returns fundamentals without the figures per ordinary share, with a remark that states this."""
    withheld = [name for name in OF_ORDINARY_SHARES if getattr(known, name) is not None]
    if not withheld:
        return known
    detail = (
        f"{known.symbol} is no ordinary share ({security.replace('_', ' ')}): the issuer's valuation "
        f"multiples do not apply to it; withheld: {', '.join(withheld)}."
    )
    remark = Remark(code="other_security", detail=detail)
    return known.model_copy(update={**dict.fromkeys(withheld), "quality": (*known.quality, remark)})
