"""Quotes of the last stored close."""

import pytest

from shared.domain.market_data import History
from shared.market.last_closes import close_quote
from tests.support.market import MOMENT, make_candles


def history_of(*closes: float, currency: str = "USD", decimals: int | None = None) -> History:
    return History(
        source="yahoo",
        as_of=MOMENT,
        fetched_at=MOMENT,
        symbol="CL=F",
        asset_type="future",
        currency=currency,
        period=None,
        interval="1d",
        adjustment="split",
        price_decimals=decimals,
        candles=make_candles(closes),
    )


@pytest.mark.parametrize(
    ("closes", "change", "percent"),
    [
        ((250.0, 250.1), 0.1, 0.04),
        ((4.32e-7, 5.6e-7), 1.28e-7, 29.6296296296),
        ((18.27, -37.63), -55.9, -305.966064587),
        ((-37.63, 10.01), 47.64, None),
        ((5.0,), None, None),
    ],
)
def test_change_invents_no_digits_and_is_in_percent_of_a_price_above_zero(
    closes: tuple[float, ...], change: float | None, percent: float | None
) -> None:
    history = history_of(*closes)
    quote = close_quote(history, history.candles, MOMENT)
    assert (quote.price, quote.change, quote.change_percent) == (closes[-1], change, percent)


def test_prices_have_the_decimals_of_the_history() -> None:
    for decimals, expected in ((4, 4), (None, 0)):
        history = history_of(150.0, 155.3, currency="JPY", decimals=decimals)
        assert close_quote(history, history.candles, MOMENT).price_decimals == expected
