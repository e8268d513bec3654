"""The page of a symbol in a browser."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.console import Console, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

CANVAS = "#panel-chart canvas"
COLOURS = """canvas => new Set(new Uint32Array(
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer
)).size"""
"""Number of colours of a canvas."""


def legend(console: Console) -> str:
    return console.page.locator(".chart-legend").inner_text()


def wait_for_chart(console: Console) -> None:
    """Waits until the chart shows the state in the address."""
    console.page.locator("#panel-chart:not([aria-busy]) .chart-legend b").wait_for()


def expect_pressed(console: Console, name: str) -> None:
    expect(console.page.get_by_role("button", name=name, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_every_panel_has_contents(console: Console) -> None:
    console.open("#/symbol/AAPL")
    console.page.locator(CANVAS).first.wait_for()
    for name in (
        "technicals",
        "fundamentals",
        "statements",
        "earnings",
        "news",
        "peers",
        "profile",
        "holders",
        "filings",
    ):
        panel = console.page.locator(f"#panel-{name}")
        panel.scroll_into_view_if_needed()
        panel.locator(".panel-body :is(dl, table, ul)").first.wait_for()
        panel.get_by_text("Sample data").first.wait_for()
        expect(panel.locator(".problem")).to_have_count(0)
    console.page.locator(".statement-bars .column").nth(2).wait_for()


def test_indicators_and_scale_are_part_of_the_address(console: Console) -> None:
    console.open("#/symbol/AAPL")
    console.page.locator(CANVAS).first.wait_for()
    console.page.get_by_text("Indicators", exact=True).click()
    for name in ("Bollinger", "RSI 14", "MACD", "EMA 12"):
        console.page.get_by_label(name, exact=True).check()
    console.page.get_by_role("button", name="Log").click()
    console.page.get_by_role("button", name="5y", exact=True).click()
    console.wait_for_text(".chart-legend", "MACD signal")
    address = console.page.url
    assert "range=5y" in address
    assert "scale=log" in address
    console.open("#" + address.partition("#")[2])
    console.wait_for_text(".chart-legend", "MACD signal")
    console.wait_for_text(".chart-legend", re.compile(r"RSI 14 \d+\.\d\b"))
    console.wait_for_text(".chart-legend", "Bollinger upper")
    expect_pressed(console, "5y")
    # Price, RSI and MACD have panes of their own; the chart lays them out after the legend is filled.
    tops = (
        "all => new Set(all.filter(one => one.offsetWidth > 400)"
        ".map(one => one.getBoundingClientRect().top)).size"
    )
    canvases = console.page.locator(CANVAS)
    console.wait_until(lambda: canvases.evaluate_all(tops), lambda panes: panes >= 4)


def test_back_button_returns_to_the_range_before(console: Console) -> None:
    console.open("#/symbol/AAPL")
    console.page.locator(CANVAS).first.wait_for()
    console.page.get_by_role("button", name="1mo", exact=True).click()
    console.page.get_by_role("button", name="3mo", exact=True).click()
    console.page.go_back()
    console.page.wait_for_url(re.compile("range=1mo"))
    expect_pressed(console, "1mo")


def test_chart_is_used_by_keyboard(console: Console) -> None:
    console.open("#/symbol/AAPL?range=3mo")
    wait_for_chart(console)
    chart = console.page.get_by_role("group", name="Price chart of Apple")
    chart.focus()
    values = console.page.locator(".chart-legend")
    last = legend(console)
    console.page.keyboard.press("ArrowLeft")
    console.page.keyboard.press("ArrowLeft")
    expect(values).not_to_have_text(last, use_inner_text=True)
    console.page.keyboard.press("Home")
    console.wait_for_text(".chart-legend", "Aug")
    console.page.keyboard.press("End")
    expect(values).to_have_text(last, use_inner_text=True)


def test_crosshair_of_the_keyboard_stays_when_events_and_prices_arrive(console: Console) -> None:
    held: list[Route] = []
    console.page.clock.install()
    console.page.route("**/api/quotes/AAPL/actions", lambda route: held.append(route))
    console.open("#/symbol/AAPL?range=3mo")
    wait_for_chart(console)
    console.page.locator(".chart-canvas").focus()
    console.page.keyboard.press("Home")
    console.wait_for_text(".chart-legend", "Aug")
    first = legend(console)
    console.wait_until(lambda: len(held), lambda requests: requests == 1)
    with console.page.expect_response("**/api/quotes/AAPL/actions"):
        held[0].continue_()
    with console.page.expect_response("**/api/quotes/AAPL/history?*"):
        console.page.clock.run_for(61_000)
    wait_for_chart(console)
    assert legend(console) == first


@pytest.mark.parametrize(("symbol", "decimals"), [("AAPL", 2), ("EURUSD=X", 4)])
def test_prices_have_the_decimals_of_the_instrument(console: Console, symbol: str, decimals: int) -> None:
    console.open(f"#/symbol/{symbol}")
    wait_for_chart(console)
    console.wait_for_text(".chart-legend", re.compile(rf"C [\d,]+\.\d{{{decimals}}}(?!\d)"))


def test_intraday_chart_has_no_daily_indicators(console: Console) -> None:
    console.open("#/symbol/AAPL?range=5d")
    wait_for_chart(console)
    console.wait_for_text(".chart-legend", re.compile("E[SD]T"))
    console.page.get_by_text("Indicators", exact=True).click()
    expect(console.page.get_by_label("RSI 14")).to_be_disabled()
    expect(console.page.get_by_text("computed from daily candles")).to_be_visible()


def badges_of_last_candles(console: Console) -> set[str]:
    """Returns the events that the legend names at the last candles; earnings without their figure."""
    console.page.locator(".chart-canvas").focus()
    console.page.keyboard.press("End")
    badges = console.page.locator(".chart-legend .badge")
    seen: set[str] = set()
    for _ in range(20):
        seen.update(re.sub(r"(?<=share )\d+,\d+", "n", text) for text in badges.all_inner_texts())
        console.page.keyboard.press("ArrowLeft")
    return seen


def test_events_are_named_at_their_candles_in_the_readers_locale(browser: "Browser", host: str) -> None:
    def answer(route: "Route") -> None:
        dividend = {"ex_date": "2026-11-24", "amount": 0.265, "currency": "USD"}
        split = {"date": "2026-11-23", "numerator": 4, "denominator": 1}
        route.fulfill(json={**route.fetch().json(), "dividends": [dividend], "splits": [split]})

    context = browser.new_context(locale="de-DE")
    console = Console(context.new_page(), host)
    console.page.route("**/api/quotes/AAPL/actions", answer)
    console.open("#/symbol/AAPL?range=1mo")
    wait_for_chart(console)
    # The events arrive after the prices.
    named = {"Dividend 0,265 USD", "Split 4 for 1", "Earnings per share n"}
    console.wait_until(lambda: badges_of_last_candles(console), lambda seen: seen == named)
    # The figures of the panels, too.
    console.wait_for_text("#panel-quote", re.compile(r"\d,\d\d"))
    console.page.get_by_text("Indicators", exact=True).click()
    console.page.get_by_label("Dividends, splits, earnings").uncheck()
    console.page.wait_for_url(re.compile("show=volume"))
    wait_for_chart(console)
    assert badges_of_last_candles(console) == set()
    assert console.complaints == []
    context.close()


def test_chart_is_candles_or_a_line(console: Console) -> None:
    console.open("#/symbol/AAPL?range=3mo&show=none")
    wait_for_chart(console)
    canvas = console.page.locator(".chart-canvas canvas").first
    # Background, grid, rising and falling candles.
    console.wait_until(lambda: canvas.evaluate(COLOURS), lambda colours: colours >= 4)
    candles = canvas.screenshot()
    console.page.get_by_role("group", name="Chart type").get_by_role("button", name="Line").click()
    console.page.wait_for_url(re.compile("type=line"))
    expect_pressed(console, "Line")
    wait_for_chart(console)
    console.wait_until(lambda: canvas.evaluate(COLOURS), lambda colours: colours >= 3)
    assert canvas.screenshot() != candles


def test_crosshair_follows_the_mouse(console: Console) -> None:
    console.open("#/symbol/AAPL?range=3mo")
    wait_for_chart(console)
    last = legend(console)
    # The canvas has no size of its own until the chart is laid out.
    canvas = console.page.locator(CANVAS).first
    box = console.wait_until(canvas.bounding_box, lambda found: found is not None and found["width"] > 400)
    assert box
    console.page.locator(".chart-canvas").hover(position={"x": box["width"] / 3, "y": box["height"] / 3})
    console.wait_for_text(".chart-legend", re.compile("Sep|Oct"))
    expect(console.page.locator(".chart-legend")).not_to_have_text(last, use_inner_text=True)


def test_statement_is_chosen_by_address(console: Console) -> None:
    console.open("#/symbol/AAPL?statement=cash_flow&period=quarterly")
    panel = console.page.locator("#panel-statements")
    panel.scroll_into_view_if_needed()
    panel.get_by_role("rowheader", name="Free cash flow").wait_for()
    expect_pressed(console, "Quarterly")


def test_request_of_a_panel_is_copied_without_the_key(console: Console) -> None:
    console.open("#/symbol/AAPL")
    console.page.evaluate("sessionStorage.setItem('console.key', 'very-secret')")
    console.page.reload()
    console.page.locator("#panel-quote dl").wait_for()
    console.page.get_by_role("button", name="Copy as curl for Quote").click()
    copied = console.copied()
    assert copied.startswith(
        f"curl '{console.origin}/api/quotes/AAPL' -H \"x-functions-key: $FUNCTIONS_KEY\""
    )
    assert "very-secret" not in copied


def test_slash_focuses_the_search_and_enter_opens_a_match(console: Console) -> None:
    console.open("#/status")
    console.page.get_by_role("heading", name="Status").wait_for()
    console.page.keyboard.press("/")
    console.page.keyboard.type("micros")
    console.page.get_by_role("option", name="MSFT").wait_for()
    console.page.keyboard.press("ArrowDown")
    console.page.keyboard.press("Enter")
    console.page.get_by_role("heading", name="Microsoft").wait_for()
    assert console.page.url.endswith("#/symbol/MSFT")


def test_symbol_goes_on_the_watchlist_and_off_it(console: Console) -> None:
    console.open("#/symbol/KO")
    console.page.get_by_role("button", name="Add to watchlist").click()
    listed = console.page.get_by_role("button", name="On watchlist")
    listed.wait_for()
    listed.click()
    console.page.get_by_role("button", name="Add to watchlist").wait_for()


def test_amounts_of_a_few_pence_keep_their_digits(console: Console) -> None:
    console.open("#/symbol/VOD.L")
    for name, text in (
        ("earnings", r"0\.00[1-9]\d"),
        ("statements", r"EPS diluted\s*0\.0[1-9]\d\d"),
        ("fundamentals", r"Mean target\s*0\.\d{4}"),
    ):
        panel = console.page.locator(f"#panel-{name}")
        panel.scroll_into_view_if_needed()
        expect(panel).to_contain_text(re.compile(text))


def test_key_figures_have_the_decimals_of_a_quote_that_comes_later(console: Console) -> None:
    quotes: list[Route] = []
    console.page.route("**/api/quotes/VOD.L", lambda route: quotes.append(route))
    panel = console.page.locator("#panel-fundamentals")
    with console.page.expect_response(re.compile(r"/fundamentals$")):
        console.open("#/symbol/VOD.L")
        panel.scroll_into_view_if_needed()
    for quote in quotes:
        quote.continue_()
    expect(panel).to_contain_text(re.compile(r"Mean target\s*0\.\d{4}"))


def test_level_of_an_index_has_no_currency(console: Console) -> None:
    console.open("#/symbol/%5EGSPC")
    price = console.page.locator("b.price")
    expect(price).to_have_text(re.compile(r"^\d,\d{3}\.\d\d$"))
    expect(price.locator("xpath=..").locator("small").first).not_to_contain_text("USD")
    console.open("#/symbol/AAPL")
    expect(price.locator("xpath=..").locator("small").first).to_contain_text("USD")
