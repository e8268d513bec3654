"""The charts of a report as data."""

from datetime import date, timedelta

import pytest

from shared.reports.chart_data import charts_of
from shared.reports.language.writer import Writer
from tests.support.golden_reports import GOLDEN

SECTIONS = (("Price", ("price",)), ("Technical picture", ("rsi", "macd")))


def charts(name: str) -> dict[str, dict[str, tuple[float | None, ...]]]:
    found = charts_of(GOLDEN[name].history, SECTIONS, Writer.of("en"))  # type: ignore[arg-type]
    return {chart.kind: {series.name: series.values for series in chart.series} for chart in found}


def test_year_is_shown_and_the_averages_reach_over_all_of_it() -> None:
    price, rsi, macd = charts_of(GOLDEN["rising"].history, SECTIONS, Writer.of("en"))  # type: ignore[arg-type]
    assert price.dates[-1] == date(2026, 11, 20)
    assert price.dates[-1] - price.dates[0] <= timedelta(days=366)
    assert {len(series.values) for chart in (price, rsi, macd) for series in chart.series} == {
        len(price.dates)
    }
    assert all(None not in series.values for series in price.series)
    assert (price.section, rsi.section, macd.section) == ("Price", "Technical picture", "Technical picture")
    assert (rsi.levels, price.currency, rsi.currency) == ((30.0, 70.0), "USD", None)


def test_latest_values_are_the_figures_of_the_report() -> None:
    drawn, figures = charts("falling"), GOLDEN["falling"].technicals
    assert figures.sma_200 is not None
    assert figures.sma_50 is not None
    assert drawn["price"]["SMA 200"][-1] == figures.sma_200
    assert drawn["price"]["SMA 50"][-1] == figures.sma_50
    assert drawn["price"]["Close"][-1] == pytest.approx(GOLDEN["falling"].quote.price)


def test_young_listing_has_its_price_and_no_averages() -> None:
    assert charts("listing").keys() == {"price"}
    assert charts("listing")["price"].keys() == {"Close", "Volume"}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("rising", "Price, 50- and 200-day averages, volume"),
        ("listing", "Price, volume"),
        ("pair", "Price, 50- and 200-day averages"),
    ],
)
def test_title_names_what_is_drawn(name: str, title: str) -> None:
    assert charts_of(GOLDEN[name].history, SECTIONS, Writer.of("en"))[0].title == title  # type: ignore[arg-type]


def test_title_of_a_few_months_names_the_shorter_average() -> None:
    history = GOLDEN["rising"].history
    months = history.model_copy(update={"candles": history.candles[-110:]})
    chart = charts_of(months, SECTIONS, Writer.of("en"))[0]  # type: ignore[arg-type]
    assert chart.title == "Price, 50-day average, volume"


def test_what_has_no_volume_shows_none() -> None:
    assert "Volume" not in charts("pair")["price"]


def test_one_candle_is_no_chart() -> None:
    history = GOLDEN["listing"].history
    one = history.model_copy(update={"candles": history.candles[:1]})
    assert charts_of(one, SECTIONS, Writer.of("en")) == ()  # type: ignore[arg-type]


def test_close_is_drawn_in_the_prices_of_its_averages() -> None:
    history = GOLDEN["rising"].history
    spun_off = len(history.candles) - 40
    candles = tuple(
        candle.model_copy(
            update={"close": candle.close * (1.5 if at < spun_off else 1.0), "adjusted_close": candle.close}
        )
        for at, candle in enumerate(history.candles)
    )
    with_spin_off = charts_of(history.model_copy(update={"candles": candles}), SECTIONS, Writer.of("en"))  # type: ignore[arg-type]
    without = charts_of(history, SECTIONS, Writer.of("en"))  # type: ignore[arg-type]
    assert with_spin_off[0].series[0].values == pytest.approx(without[0].series[0].values)
