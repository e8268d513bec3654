"""Recognises prices that may be those after a split that no source lists yet.

On the morning of a split the price is a fraction of the day before, and sources may list the split later than
they have the price: an alert far below would fire. That price has fallen (or risen) by a customary ratio,
and at the open already. A real gap of that size looks the same, so alerts wait for the list no longer
than ``PATIENCE``.
"""

from datetime import timedelta
from typing import Final

from shared.domain.market_data import Quote

PATIENCE: Final = timedelta(hours=1)
"""Time after the open of a session for which an alert waits for the split."""
_RATIOS: Final = (1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100)
"""New shares for an old one, or old ones for a new one. Real gaps as small as smaller ratios are commoner."""
_DRIFT: Final = 0.05
"""By what part a price may differ from the fraction: that of an ordinary day."""


def may_be_after_split(quote: Quote) -> bool:
    """Returns whether the open and the price differ from the previous close as by a customary split."""
    if not quote.previous_close:
        return False
    prices = [quote.price] if quote.open is None else [quote.open, quote.price]
    return any(all(_fits(price / quote.previous_close, ratio) for price in prices) for ratio in _RATIOS)


def _fits(change: float, ratio: float) -> bool:
    return any(abs(change / fraction - 1) <= _DRIFT for fraction in (ratio, 1 / ratio))
