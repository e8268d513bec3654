"""Recognises prices that may be those after a split that no source lists yet.

On the morning of a split the price is a fraction of the day before, and sources may list the split later than
they have the price: an alert far below would fire. That price has fallen (or risen) by a customary ratio,
and at the open already. A real gap of that size looks the same at first: alerts wait for the list no longer
than ``PATIENCE``. After a real gap prices swing, though, and after a split they do not: while all prices of
the session stay beside the ratio, alerts wait until the next session, by which the split is listed.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from shared.domain.market_data import Quote

PATIENCE: Final = timedelta(hours=1)
"""Time after the open of a session for which an alert waits for the split, whatever the prices do."""
_RATIOS: Final = (1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100)
"""New shares for an old one, or old ones for a new one. Real gaps as small as smaller ratios are commoner."""
_DRIFT: Final = 0.05
"""By what part a price may differ from the fraction: that of an ordinary day."""


def may_be_after_split(quote: Quote) -> bool:
    """Returns whether the open and the price differ from the previous close as by a customary split."""
    return _is_split(quote, [quote.open, quote.price])


def is_like_split_all_day(quote: Quote) -> bool:
    """Returns whether the whole session stays beside the price after a customary split; False if unknown."""
    known = quote.day_low is not None and quote.day_high is not None
    return known and _is_split(quote, [quote.open, quote.price, quote.day_low, quote.day_high])


def _is_split(quote: Quote, prices: Sequence[float | None]) -> bool:
    before = quote.previous_close
    if not before:
        return False
    changes = [price / before for price in prices if price is not None]
    return any(all(_fits(change, ratio) for change in changes) for ratio in _RATIOS)


def _fits(change: float, ratio: float) -> bool:
    return any(abs(change / fraction - 1) <= _DRIFT for fraction in (ratio, 1 / ratio))
