"""The watchlist in a browser."""

import re
from typing import TYPE_CHECKING

from tests.support.console import Console, expect

if TYPE_CHECKING:
    from playwright.sync_api import Route


def symbols(console: Console) -> list[str]:
    rows = console.page.locator(".quotes tbody tr")
    listed: list[str] = rows.evaluate_all("rows => rows.map(row => row.dataset.symbol)")
    return listed


def test_new_reader_sees_quotes_and_sparklines(console: Console) -> None:
    console.open("")
    row = console.page.locator("[data-symbol=AAPL]")
    row.locator(".spark-line").wait_for()
    row.locator(".pill").wait_for()
    expect(row).to_contain_text("Apple Inc.")
    expect(row).to_contain_text(re.compile(r"\d+\.\d{2}\s+USD"), use_inner_text=True)
    expect(row).to_contain_text(re.compile(r"[+-−]\d+\.\d{2}%"))
    # The exchange's time and the reader's.
    expect(row).to_contain_text(re.compile(r"E[SD]T \(.*GMT\+[12]\)"))
    expect(console.page.locator(".panel-foot .badge.sample")).to_have_text("Sample data")


def test_symbol_is_added_by_search_and_stays(console: Console) -> None:
    console.open("#/watchlist")
    field = console.page.get_by_role("combobox", name="Add a symbol")
    field.fill("netflix")
    console.page.get_by_role("option", name="NFLX").click()
    console.page.locator(
        "[data-symbol=NFLX] .col-price b, [data-symbol=NFLX] .col-price span"
    ).first.wait_for()
    console.page.get_by_role("button", name="Remove MSFT").click()
    console.page.locator("[data-symbol=MSFT]").wait_for(state="detached")
    console.page.reload()
    console.page.locator("[data-symbol=NFLX]").wait_for()
    assert "NFLX" in symbols(console)
    assert "MSFT" not in symbols(console)


def test_readers_have_lists_of_their_own(console: Console) -> None:
    console.open("#/watchlist")
    console.page.locator("[data-symbol=AAPL]").wait_for()
    assert "NFLX" not in symbols(console)


def test_quotes_are_polled_with_their_etag(console: Console) -> None:
    seen: list[str | None] = []

    def note(route: "Route") -> None:
        seen.append(route.request.headers.get("if-none-match"))
        route.continue_()

    console.page.clock.install()
    console.page.route("**/api/quotes?symbols=*", note)
    console.open("#/watchlist")
    console.page.locator("[data-symbol=AAPL] .spark-line").wait_for()
    with console.page.expect_response("**/api/quotes?symbols=*") as second:
        console.page.clock.run_for(16_000)
    assert seen[0] is None
    assert re.fullmatch(r'"[0-9a-f]+"', seen[1] or "")
    assert second.value.status in {200, 304}


def test_order_of_the_list_is_part_of_the_address(console: Console) -> None:
    console.open("#/watchlist")
    console.page.locator("[data-symbol=AAPL] .spark-line").wait_for()
    console.page.get_by_role("button", name="Symbol", exact=True).click()
    listed = console.wait_until(lambda: symbols(console), lambda shown: shown == sorted(shown))
    assert listed
    console.page.wait_for_url("**/console#/watchlist?sort=symbol&order=asc")
    console.page.go_back()
    unsorted = console.wait_until(lambda: symbols(console), lambda shown: shown not in ([], sorted(shown)))
    assert unsorted[0] == "AAPL"


def test_hidden_tab_asks_for_nothing(console: Console) -> None:
    console.page.clock.install()
    console.open("#/watchlist")
    console.page.locator("[data-symbol=BTC-USD] .spark-line").wait_for()
    console.page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', {get: () => true});"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    console.await_requests()
    requests: list[str] = []
    console.page.on("request", lambda request: requests.append(request.url))
    console.page.clock.run_for(120_000)
    console.await_requests()
    assert [url for url in requests if not url.endswith("/health/live")] == []


def test_list_states_the_roles_of_a_table_for_browsers_that_drop_them_in_a_grid(console: Console) -> None:
    console.page.set_viewport_size({"width": 390, "height": 844})
    console.open("#/watchlist")
    row = console.page.locator("table[role=table] [role=row][data-symbol=AAPL]")
    row.locator("[role=rowheader]").wait_for()
    row.locator("[role=cell]").nth(2).wait_for(state="attached")
    expect(row.locator("td:not([role])")).to_have_count(0)
