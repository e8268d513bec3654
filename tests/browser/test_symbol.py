"""The page of a symbol in a browser."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.console import Console

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

CANVAS = "#panel-chart canvas"


def legend(console: Console) -> str:
    return console.page.locator(".chart-legend").inner_text()


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
        assert panel.locator(".problem").count() == 0
        assert panel.get_by_text("Sample data").count() >= 1
    assert console.page.locator(".statement-bars .column").count() >= 3


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
    shown = legend(console)
    assert re.search(r"RSI 14 \d+\.\d\b", shown)
    assert "Bollinger upper" in shown
    assert console.page.get_by_role("button", name="5y", exact=True).get_attribute("aria-pressed") == "true"
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
    button = console.page.get_by_role("button", name="1mo", exact=True)
    console.page.wait_for_url(re.compile("range=1mo"))
    assert button.get_attribute("aria-pressed") == "true"


def test_chart_is_used_by_keyboard(console: Console) -> None:
    console.open("#/symbol/AAPL?range=3mo")
    console.page.locator(CANVAS).first.wait_for()
    chart = console.page.get_by_role("group", name="Price chart of Apple")
    chart.focus()
    last = legend(console)
    console.page.keyboard.press("ArrowLeft")
    console.page.keyboard.press("ArrowLeft")
    assert legend(console) != last
    console.page.keyboard.press("Home")
    first = legend(console)
    console.page.keyboard.press("End")
    assert legend(console) == last != first


@pytest.mark.parametrize(("symbol", "decimals"), [("AAPL", 2), ("EURUSD=X", 4)])
def test_prices_have_the_decimals_of_the_instrument(console: Console, symbol: str, decimals: int) -> None:
    console.open(f"#/symbol/{symbol}")
    console.page.locator(CANVAS).first.wait_for()
    console.wait_for_text(".chart-legend", "C ")
    assert re.search(rf"C [\d,]+\.\d{{{decimals}}}\b", legend(console))


def test_intraday_chart_has_no_daily_indicators(console: Console) -> None:
    console.open("#/symbol/AAPL?range=5d")
    console.page.locator(CANVAS).first.wait_for()
    console.wait_for_text(".chart-legend", re.compile("E[SD]T"))
    console.page.get_by_text("Indicators", exact=True).click()
    assert console.page.get_by_label("RSI 14").is_disabled()
    assert console.page.get_by_text("computed from daily candles").is_visible()


def test_events_are_named_at_their_candles_in_the_readers_locale(browser: "Browser", host: str) -> None:
    def answer(route: "Route") -> None:
        dividend = {"ex_date": "2026-11-24", "amount": 0.265, "currency": "USD"}
        split = {"date": "2026-11-23", "numerator": 4, "denominator": 1}
        route.fulfill(json={**route.fetch().json(), "dividends": [dividend], "splits": [split]})

    context = browser.new_context(locale="de-DE")
    console = Console(context.new_page(), host)
    console.page.route("**/api/quotes/AAPL/actions", answer)
    console.open("#/symbol/AAPL?range=1mo")
    console.page.locator(CANVAS).first.wait_for()
    console.page.wait_for_load_state("networkidle")
    chart = console.page.locator(".chart-canvas")
    badges = console.page.locator(".chart-legend .badge")
    chart.focus()
    seen: set[str] = set()
    for _ in range(20):
        console.page.keyboard.press("ArrowLeft")
        seen.update(re.sub(r"(?<=share )\d+,\d+", "n", text) for text in badges.all_inner_texts())
    assert seen == {"Dividend 0,265 USD", "Split 4 for 1", "Earnings per share n"}
    # The figures of the panels, too.
    assert re.search(r"\d,\d\d", console.page.locator("#panel-quote").inner_text())
    console.page.get_by_text("Indicators", exact=True).click()
    console.page.get_by_label("Dividends, splits, earnings").uncheck()
    console.page.wait_for_url(re.compile("show=volume"))
    chart.focus()
    for _ in range(20):
        console.page.keyboard.press("ArrowLeft")
        assert badges.count() == 0
    assert console.complaints == []
    context.close()


def test_chart_is_candles_or_a_line(console: Console) -> None:
    console.open("#/symbol/AAPL?range=3mo&show=none")
    canvas = console.page.locator(".chart-canvas canvas").first
    canvas.wait_for()
    console.page.wait_for_load_state("networkidle")
    group = console.page.get_by_role("group", name="Chart type")
    candles = canvas.screenshot()
    group.get_by_role("button", name="Line").click()
    console.page.wait_for_url(re.compile("type=line"))
    console.page.wait_for_load_state("networkidle")
    assert canvas.screenshot() != candles
    assert group.get_by_role("button", name="Line").get_attribute("aria-pressed") == "true"


def test_crosshair_follows_the_mouse(console: Console) -> None:
    console.open("#/symbol/AAPL?range=3mo")
    canvas = console.page.locator(".chart-canvas")
    console.page.locator(CANVAS).first.wait_for()
    console.wait_for_text(".chart-legend", "C ")
    last = legend(console)
    box = canvas.bounding_box()
    assert box
    console.page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    console.wait_for_text(".chart-legend", re.compile("Sep|Oct"))
    assert legend(console) != last


def test_statement_is_chosen_by_address(console: Console) -> None:
    console.open("#/symbol/AAPL?statement=cash_flow&period=quarterly")
    panel = console.page.locator("#panel-statements")
    panel.scroll_into_view_if_needed()
    panel.get_by_role("rowheader", name="Free cash flow").wait_for()
    assert panel.get_by_role("button", name="Quarterly").get_attribute("aria-pressed") == "true"


def test_request_of_a_panel_is_copied_without_the_key(console: Console) -> None:
    console.open("#/symbol/AAPL")
    console.page.evaluate("sessionStorage.setItem('console.key', 'very-secret')")
    console.page.reload()
    console.page.locator("#panel-quote dl").wait_for()
    console.page.get_by_role("button", name="Copy as curl for Quote").click()
    copied = console.page.evaluate("navigator.clipboard.readText()")
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
