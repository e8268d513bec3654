"""The section on performance: its words, how far it reaches back, and what it compares with."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest

from shared.domain.market_data import History, Remark
from shared.reports.data import ReportData
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Writer
from shared.reports.sections.performance import performance_figures, returns_of, usual_returns_of
from shared.reports.subject import closes_of
from tests.support.golden_reports import GOLDEN, golden_report
from tests.support.report_fakes import FakeMarketData


@pytest.mark.parametrize(
    ("name", "language", "said"),
    [
        ("pair", "en", "The rate fell over"),
        ("pair", "de", "Der Wechselkurs ist über"),
        ("pair", "ja", "為替レートは"),
        ("pair", "zh", "汇率在"),
        ("etf", "es", "El precio subió en"),
        ("rising", "fr", "Le cours a monté sur"),
        ("crypto", "en", "is below the usual one of −23.98%, the median of all spans of that length since"),
        ("germany", "en", "The DAX counts dividends, the price does not."),
    ],
)
async def test_returns_are_of_what_the_price_is_called(name: str, language: Language, said: str) -> None:
    report = await golden_report(name, "comprehensive_analysis", language)
    section = next(one for one in report.analysis_sections if one.name == "performance")
    assert said in section.content


@pytest.mark.parametrize("name", ["etf", "crypto", "pair"])
async def test_five_years_are_requested_for_every_kind_of_instrument(name: str) -> None:
    periods = []

    def recorded(market_data: FakeMarketData) -> None:
        answer = market_data.history

        async def history(request: Any) -> Any:
            periods.append(request.period)
            return await answer(request)

        market_data.history = history  # type: ignore[method-assign]

    await golden_report(name, "comprehensive_analysis", change=recorded)
    assert set(periods) == {"5y"}


def history_of(days: int, last: datetime) -> History:
    """A history of every day, whose close is the number of the day."""
    first = last - timedelta(days=days - 1)
    candles = tuple(
        candle.model_copy(update={"timestamp": first + timedelta(days=number), "close": float(1000 + number)})
        for number, candle in enumerate([GOLDEN["mature"].history.candles[0]] * days)
    )
    return GOLDEN["mature"].history.model_copy(update={"candles": candles})


@pytest.mark.parametrize(
    ("last", "first"),
    [
        # A month is one of the calendar, whatever its length; its last day replaces days it lacks.
        ("2026-11-27", {"1w": "2026-11-20", "1mo": "2026-10-27", "3mo": "2026-08-27", "6mo": "2026-05-27"}),
        ("2027-03-31", {"1mo": "2027-02-28", "3mo": "2026-12-31", "6mo": "2026-09-30"}),
        ("2028-12-01", {"1y": "2027-12-01", "3y": "2025-12-01", "5y": "2023-12-01"}),
        ("2028-02-29", {"1y": "2027-02-28", "3y": "2025-02-28", "5y": "2023-02-28"}),
    ],
)
def test_spans_begin_on_the_same_day_of_an_earlier_month(last: str, first: dict[str, str]) -> None:
    end = datetime.fromisoformat(f"{last}T00:00:00+00:00")
    history = history_of(2000, end)
    close = {f"{candle.timestamp:%Y-%m-%d}": candle.close for candle in history.candles}
    changes = returns_of(history)
    assert {code: changes[code] for code in first} == pytest.approx(
        {code: close[last] / close[day] - 1 for code, day in first.items()}
    )


def with_spin_off(history: History, days_ago: int) -> History:
    """A history in which a spin-off takes a third of the price."""
    first = len(history.candles) - days_ago
    candles = tuple(
        candle.model_copy(update={"close": candle.close * (1.5 if number < first else 1.0)} | adjusted)
        for number, candle in enumerate(history.candles)
        for adjusted in [{"adjusted_close": candle.close}]
    )
    return history.model_copy(update={"candles": candles})


def test_spin_off_is_no_fall_of_the_price() -> None:
    history = GOLDEN["mature"].history
    assert returns_of(with_spin_off(history, 40)) == pytest.approx(returns_of(history))


def test_without_an_index_the_usual_change_of_the_own_history_stands_beside() -> None:
    golden = GOLDEN["mature"]
    quote = golden.quote.model_copy(update={"asset_type": "cryptocurrency"})
    figures = {
        figure.name: figure.value
        for figure in performance_figures(ReportData(quote, history=golden.history, index=None))
    }
    assert {"return_3y", "return_5y", "usual_return_1y"} <= set(figures)
    assert "usual_return_3y" not in figures
    closes = [candle.close for candle in golden.history.candles]
    # Candles of weekdays: a week is five of them.
    weeks = [later / earlier - 1 for earlier, later in zip(closes, closes[5:], strict=False)]
    assert figures["usual_return_1w"] == pytest.approx(median(weeks))


def test_shares_and_funds_are_compared_with_the_index_of_their_market() -> None:
    golden, history = GOLDEN["germany"], GOLDEN["mature"].history
    figures = performance_figures(ReportData(golden.quote, history=golden.history, index=history))
    assert {figure.symbol for figure in figures} == {None, "^GDAXI"}
    assert [figure.name for figure in figures[:2]] == ["return_1w", "index_return_1w"]


def test_no_span_crosses_a_jump_that_nothing_explains() -> None:
    history = GOLDEN["mature"].history
    first = len(history.candles) - 100
    in_pence = tuple(
        candle.model_copy(update={"close": candle.close / (100 if at < first else 1), "adjusted_close": None})
        for at, candle in enumerate(history.candles)
    )
    jump = Remark(code="unexplained_jump", detail="The price moves by the factor 100.")
    changed = history.model_copy(update={"candles": in_pence, "quality": (jump,)})
    expected = {code: value for code, value in returns_of(history).items() if code in ("1w", "1mo", "3mo")}
    assert returns_of(changed) == pytest.approx(expected)
    assert usual_returns_of(changed).keys() <= {"1w", "1mo"}
    assert [day for day, _ in closes_of(changed)] == [one.timestamp.date() for one in in_pence[first:]]


def test_index_is_compared_over_the_days_of_the_price() -> None:
    golden, index = GOLDEN["germany"], GOLDEN["mature"].history
    halted = golden.history.model_copy(update={"candles": golden.history.candles[:-60]})
    figures = performance_figures(ReportData(golden.quote, history=halted, index=index))
    last = halted.candles[-1].timestamp
    until = tuple(candle for candle in index.candles if candle.timestamp <= last)
    expected = returns_of(index.model_copy(update={"candles": until}))
    found = {one.name: one.value for one in figures}
    assert found["index_return_1y"] == expected["1y"] != returns_of(index)["1y"]


def beside_another_index(market_data: FakeMarketData) -> None:
    """Gives the indexes another history than that of the share."""
    other = GOLDEN["germany"].history
    market_data.others |= {symbol: other for symbol in market_data.others if symbol != "^TNX"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "beside"), [("rising", "index"), ("falling", "index"), ("crypto", "usual")])
async def test_sentences_have_the_figures_of_the_longest_the_best_and_the_worst_span(
    name: str, beside: str, language: Language
) -> None:
    report = await golden_report(name, "comprehensive_analysis", language, beside_another_index)
    assert report.figures is not None
    assert report.figures.supported == report.figures.stated
    section = next(one for one in report.analysis_sections if one.name == "performance")
    changes = {figure.name: figure.value for figure in section.figures}
    compared = [one for one in ("1w", "1mo", "3mo", "6mo", "1y") if f"{beside}_return_{one}" in changes]
    ahead = {one: changes[f"return_{one}"] - changes[f"{beside}_return_{one}"] for one in compared}
    *shorter, longest = compared
    writer, said = Writer.of(language, "USD"), section.content
    for span in (longest, max(shorter, key=ahead.__getitem__), min(shorter, key=ahead.__getitem__)):
        assert writer.figure(changes[f"return_{span}"], "signed_fraction") in said
        assert writer.figure(changes[f"{beside}_return_{span}"], "signed_fraction") in said


async def test_price_that_never_moved_is_compared_with_nothing() -> None:
    report = await golden_report("flat", "comprehensive_analysis", "en", beside_another_index)
    section = next(one for one in report.analysis_sections if one.name == "performance")
    assert section.content.startswith("The price did not change")
    assert "%" not in section.content
