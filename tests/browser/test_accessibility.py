"""WCAG 2.2 AA on every page, by axe-core (``npm ci`` in this folder installs it)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import OVERFLOW, PHONE, WIDE, Console, new_context
from tests.support.requirements import not_there

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [(WIDE, False), (PHONE, True)]


if not AXE.exists():
    not_there("axe-core is not installed (npm ci --prefix tests/browser)", module=True)


@pytest.fixture(scope="module")
def axe() -> str:
    return AXE.read_text("utf-8")


def findings(console: Console, axe: str) -> list[str]:
    console.page.evaluate(axe)
    result: dict[str, Any] = console.page.evaluate(
        "tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def visit(console: Console, page: str) -> None:
    """Opens a page and waits until everything on it is drawn."""
    if page == "chat":
        console.open("#/chat")
        console.page.get_by_role("textbox", name="Question").fill("How is Apple doing?")
        console.page.keyboard.press("Enter")
        console.page.locator(".answer:not(.running) .figures-summary").wait_for()
        console.page.locator(".figure.supported").first.focus()
    elif page == "report":
        console.open("#/reports?symbol=AAPL&type=comprehensive_analysis")
        console.page.get_by_role("button", name="Create report").click()
        console.page.locator(".report-grid").wait_for()
    elif page == "symbol":
        console.open("#/symbol/AAPL?show=volume,sma50,rsi,macd,events")
        console.page.locator("#panel-chart canvas").first.wait_for()
        for name in ("statements", "earnings", "peers", "holders", "filings"):
            console.page.locator(f"#panel-{name}").scroll_into_view_if_needed()
            console.page.locator(f"#panel-{name} table").first.wait_for()
    elif page == "problem":
        console.open("#/symbol/NOSUCH")
        console.page.locator("#panel-quote .problem").wait_for()
        console.page.get_by_role("button", name="Access key").click()
    else:
        console.open(f"#/{page}")
        console.page.locator(
            {"watchlist": ".spark-line", "status": "#panel-config dl"}.get(page, ".empty")
        ).first.wait_for()


@pytest.mark.parametrize("page", ["watchlist", "symbol", "chat", "reports", "report", "status", "problem"])
@pytest.mark.parametrize(("size", "dark"), LOOKS, ids=["wide-light", "phone-dark"])
def test_page_has_no_findings(
    browser: "Browser", host: str, axe: str, page: str, size: tuple[int, int], dark: bool
) -> None:
    context = new_context(browser, size=size, dark=dark)
    console = Console(context.new_page(), host)
    visit(console, page)
    found = findings(console, axe)
    assert found == []
    # The page does not scroll sideways.
    root = console.page.locator("html")
    console.wait_until(lambda: root.evaluate(OVERFLOW), lambda pixels: pixels <= 0)
    context.close()
