"""Many concurrent tabs: browsers allow six connections to a host over HTTP/1.1, for all tabs together."""

from typing import TYPE_CHECKING

from tests.support.console import Console

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

TABS = 7


def test_seven_tabs_work_at_once(context: "BrowserContext", host: str) -> None:
    tabs = [Console(context.new_page(), host) for _ in range(TABS)]
    for number, tab in enumerate(tabs):
        tab.open("#/chat" if number % 2 else "#/symbol/AAPL")
    for number, tab in enumerate(tabs):
        if number % 2:
            tab.page.get_by_role("textbox", name="Question").fill("How is Apple doing?")
            tab.page.keyboard.press("Enter")
            tab.page.locator(".answer:not(.running) .figures-summary").wait_for()
        else:
            tab.page.locator("#panel-chart canvas").first.wait_for()
    # No stream is left open: the tab that comes last gets its data, too.
    last = Console(context.new_page(), host)
    last.open("#/watchlist")
    last.page.locator("[data-symbol=AAPL] .pill").wait_for()
    assert [tab.complaints for tab in (*tabs, last)] == [[]] * (TABS + 1)
