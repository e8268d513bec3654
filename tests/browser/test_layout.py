"""What readers see at the widths of a phone, a tablet and a desktop: nothing squeezed, cut or out of view."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.console import PHONE, WIDE, Console, new_context

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TABLET = (820, 1180)
SIZES = {
    "wide": WIDE,
    "small laptop": (1024, 768),
    "tablet": TABLET,
    "small tablet": (768, 1024),
    "phone": PHONE,
}

BROKEN_WORDS = """(all) => all.filter((node) => {
  const text = node.firstChild;
  if (!(text instanceof Text)) return false;
  return [...text.data.matchAll(/[^\\s–-]+/g)].some((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
  });
}).map((node) => node.textContent)"""
"""Elements of which a word is on two lines."""


@contextmanager
def reader(browser: "Browser", host: str, size: tuple[int, int]) -> Iterator[Console]:
    context = new_context(browser, size=size)
    console = Console(context.new_page(), host)
    yield console
    assert console.complaints == []
    context.close()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_bar_has_room_for_the_search_and_list_for_its_buttons(
    browser: "Browser", host: str, size: tuple[int, int]
) -> None:
    with reader(browser, host, size) as console:
        console.open("#/watchlist")
        console.page.locator("[data-symbol=BTC-USD] .spark-line").wait_for()
        field = console.page.get_by_role("combobox", name="Search symbols").bounding_box()
        assert field
        assert field["width"] >= 130
        button = console.page.get_by_role("button", name="Remove BTC-USD").bounding_box()
        assert button
        assert button["x"] + button["width"] <= size[0]
        assert (
            console.page.locator(".page-watchlist .table-wrap").evaluate(
                "node => node.scrollWidth - node.clientWidth"
            )
            <= 0
        )


@pytest.mark.parametrize("size", [WIDE, TABLET, PHONE], ids=["wide", "tablet", "phone"])
def test_names_and_values_are_not_broken_within_words(
    browser: "Browser", host: str, size: tuple[int, int]
) -> None:
    with reader(browser, host, size) as console:
        console.open("#/symbol/AAPL")
        for panel in ("quote", "technicals", "fundamentals", "profile"):
            console.page.locator(f"#panel-{panel}").scroll_into_view_if_needed()
            facts = console.page.locator(f"#panel-{panel} .facts")
            facts.wait_for()
            assert facts.locator("dt, dd").evaluate_all(BROKEN_WORDS) == []
        filings = console.page.locator("#panel-filings")
        filings.scroll_into_view_if_needed()
        filings.locator("tbody th").first.wait_for()
        assert filings.locator("tbody th").evaluate_all(BROKEN_WORDS) == []
        # A title has several words on a line.
        link = filings.locator("tbody a").first.bounding_box()
        assert link
        assert link["height"] <= 80
        console.open("#/reports?symbol=AAPL&type=comprehensive_analysis")
        console.page.get_by_role("button", name="Create report").click()
        console.page.locator(".report-grid").wait_for()
        assert console.page.locator(".facts :is(dt, dd)").evaluate_all(BROKEN_WORDS) == []


def test_newest_period_is_in_view_on_a_phone(browser: "Browser", host: str) -> None:
    with reader(browser, host, PHONE) as console:
        console.open("#/symbol/AAPL")
        panel = console.page.locator("#panel-statements")
        panel.scroll_into_view_if_needed()
        newest = panel.locator("thead th").last
        newest.wait_for()
        box = newest.bounding_box()
        assert box
        assert box["x"] + box["width"] <= PHONE[0]


def test_every_range_is_in_view_on_a_phone(browser: "Browser", host: str) -> None:
    with reader(browser, host, PHONE) as console:
        console.open("#/symbol/AAPL")
        box = console.page.get_by_role("button", name="MAX", exact=True).bounding_box()
        assert box
        assert box["x"] + box["width"] <= PHONE[0]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_answer_is_shown_from_its_beginning(browser: "Browser", host: str, size: tuple[int, int]) -> None:
    with reader(browser, host, size) as console:
        console.open("#/chat")
        questions = ("How is Apple doing?", "Compare Apple, Microsoft and Nvidia")
        for number, question in enumerate(questions):
            console.page.get_by_role("textbox", name="Question").fill(question)
            console.page.keyboard.press("Enter")
            console.page.locator(".answer:not(.running) .figures-summary").nth(number).wait_for()
        asked = console.page.locator(".question").last.bounding_box()
        log = console.page.locator(".chat-log").bounding_box()
        assert asked
        assert log
        assert log["y"] <= asked["y"] < log["y"] + 40
        # Read again from the list of conversations.
        console.page.reload()
        console.page.locator(".answer:not(.running) .figures-summary").nth(1).wait_for()
        asked = console.page.locator(".question").last.bounding_box()
        assert asked
        assert log["y"] <= asked["y"] < log["y"] + 40


def test_lines_of_a_report_have_a_scale(browser: "Browser", host: str) -> None:
    with reader(browser, host, WIDE) as console:
        console.open("#/reports?symbol=AAPL&type=technical_analysis")
        console.page.get_by_role("button", name="Create report").click()
        chart = console.page.locator(".report-chart").first
        chart.wait_for()
        high, middle, low = (
            float(text.replace(",", "")) for text in chart.locator(".lines-scale span").all_inner_texts()
        )
        assert high > middle > low > 0
        said = chart.get_by_role("img").get_attribute("aria-label") or ""
        assert said.endswith(f"between {low:,.2f} and {high:,.2f}")
        boxes = [part.bounding_box() for part in chart.locator(".lines-scale span, .grid-line").all()]
        tops = [box["y"] + box["height"] / 2 for box in boxes if box]
        assert all(
            abs(line - text) <= 4 for line, text in zip(sorted(tops[:3]), sorted(tops[3:]), strict=True)
        )
