"""What readers see at the widths of a phone, a tablet and a desktop: nothing squeezed, cut or out of view."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.console import OVERFLOW, PHONE, WIDE, Console, expect, new_context

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
QUESTION_BELOW_TOP = """log => {
  const question = [...log.querySelectorAll(".question")].at(-1);
  return question.getBoundingClientRect().top - log.getBoundingClientRect().top;
}"""
"""Pixels between the top of the conversation and its last question."""
LEVELS = """chart => {
  const middle = (node) => {
    const { top, height } = node.getBoundingClientRect();
    return top + height / 2;
  };
  return [".lines-scale span", ".grid-line"].map((part) => [...chart.querySelectorAll(part)].map(middle));
}"""
"""Heights of the values of a scale and of the lines of its grid."""


@contextmanager
def reader(browser: "Browser", host: str, size: tuple[int, int]) -> Iterator[Console]:
    context = new_context(browser, size=size)
    console = Console(context.new_page(), host)
    yield console
    assert console.complaints == []
    context.close()


def expect_whole_words(console: Console, selector: str) -> None:
    """Waits until there are such elements, and no word of theirs is on two lines."""
    console.page.locator(selector).first.wait_for()
    parts = console.page.locator(selector)
    console.wait_until(lambda: parts.evaluate_all(BROKEN_WORDS), lambda broken: broken == [])


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_bar_has_room_for_the_search_and_list_for_its_buttons(
    browser: "Browser", host: str, size: tuple[int, int]
) -> None:
    with reader(browser, host, size) as console:
        console.open("#/watchlist")
        console.page.locator("[data-symbol=BTC-USD] .spark-line").wait_for()
        field = console.page.get_by_role("combobox", name="Search symbols")
        console.wait_for_box(field, lambda box: box["width"] >= 130)
        button = console.page.get_by_role("button", name="Remove BTC-USD")
        console.wait_for_box(button, lambda box: box["x"] + box["width"] <= size[0])
        quotes = console.page.locator(".page-watchlist .table-wrap")
        console.wait_until(lambda: quotes.evaluate(OVERFLOW), lambda pixels: pixels <= 0)


@pytest.mark.parametrize("size", [WIDE, TABLET, PHONE], ids=["wide", "tablet", "phone"])
def test_names_and_values_are_not_broken_within_words(
    browser: "Browser", host: str, size: tuple[int, int]
) -> None:
    with reader(browser, host, size) as console:
        console.open("#/symbol/AAPL")
        for panel in ("quote", "technicals", "fundamentals", "profile"):
            console.page.locator(f"#panel-{panel}").scroll_into_view_if_needed()
            expect_whole_words(console, f"#panel-{panel} .facts :is(dt, dd)")
        filings = console.page.locator("#panel-filings")
        filings.scroll_into_view_if_needed()
        expect_whole_words(console, "#panel-filings tbody th")
        # A title has several words on a line.
        console.wait_for_box(filings.locator("tbody a").first, lambda box: box["height"] <= 80)
        console.open("#/reports?symbol=AAPL&type=comprehensive_analysis")
        console.page.get_by_role("button", name="Create report").click()
        console.page.locator(".report-grid").wait_for()
        expect_whole_words(console, ".facts :is(dt, dd)")


def test_newest_period_is_in_view_on_a_phone(browser: "Browser", host: str) -> None:
    with reader(browser, host, PHONE) as console:
        console.open("#/symbol/AAPL")
        panel = console.page.locator("#panel-statements")
        panel.scroll_into_view_if_needed()
        newest = panel.locator("thead th").last
        console.wait_for_box(newest, lambda box: box["x"] + box["width"] <= PHONE[0])


def test_every_range_is_in_view_on_a_phone(browser: "Browser", host: str) -> None:
    with reader(browser, host, PHONE) as console:
        console.open("#/symbol/AAPL")
        longest = console.page.get_by_role("button", name="MAX", exact=True)
        console.wait_for_box(longest, lambda box: box["x"] + box["width"] <= PHONE[0])


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_answer_is_shown_from_its_beginning(browser: "Browser", host: str, size: tuple[int, int]) -> None:
    with reader(browser, host, size) as console:
        console.open("#/chat")
        questions = ("How is Apple doing?", "Compare Apple, Microsoft and Nvidia")
        for number, question in enumerate(questions):
            console.page.get_by_role("textbox", name="Question").fill(question)
            console.page.keyboard.press("Enter")
            console.page.locator(".answer:not(.running) .figures-summary").nth(number).wait_for()
        log = console.page.locator(".chat-log")
        console.wait_until(lambda: log.evaluate(QUESTION_BELOW_TOP), lambda pixels: 0 <= pixels < 40)
        # Read again from the list of conversations.
        console.page.reload()
        console.page.locator(".answer:not(.running) .figures-summary").nth(1).wait_for()
        console.wait_until(lambda: log.evaluate(QUESTION_BELOW_TOP), lambda pixels: 0 <= pixels < 40)


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
        ending = re.compile(re.escape(f"between {low:,.2f} and {high:,.2f}") + "$")
        expect(chart.get_by_role("img")).to_have_attribute("aria-label", ending)
        console.wait_until(lambda: chart.evaluate(LEVELS), lambda levels: same_heights(*levels))


def same_heights(texts: list[float], lines: list[float]) -> bool:
    pairs = zip(sorted(texts), sorted(lines), strict=True)
    return len(lines) == 3 and all(abs(line - text) <= 4 for text, line in pairs)
