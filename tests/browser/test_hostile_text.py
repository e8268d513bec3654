"""Text of sources and models is text: it runs nothing, loads nothing and links to nothing dangerous."""

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import OVERFLOW, PHONE, WIDE, Console, expect, new_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Route

MARKUP = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
CONVERSATION = "28c35b09-517e-49ba-8082-440fd61a4016"
BESIDE = """log => {
  const sources = log.querySelector(".answer-sources").getBoundingClientRect();
  const parts = [...log.querySelectorAll(".answer-main, .answer-text > *")];
  return parts.map((part) => sources.left - part.getBoundingClientRect().right);
}"""
"""Pixels between the parts of an answer and its sources."""


def replace(console: Console, pattern: str, **changes: Any) -> None:
    def answer(route: "Route") -> None:
        route.fulfill(json={**route.fetch().json(), **changes})

    console.page.route(pattern, answer)


def nothing_ran(console: Console) -> None:
    assert console.page.evaluate("window.hacked") is None
    expect(console.page.locator("main img, main script, main iframe")).to_have_count(0)


def test_hostile_company_name_and_headline(console: Console) -> None:
    replace(console, "**/api/quotes/AAPL", name=MARKUP, exchange=MARKUP)
    replace(
        console, "**/api/quotes/AAPL/profile", business_summary=MARKUP, website="javascript:window.hacked=1"
    )
    article = {
        "title": MARKUP,
        "publisher": MARKUP,
        "url": "javascript:window.hacked=1",
        "published_at": None,
        "summary": None,
        "sentiment": None,
    }
    replace(console, "**/api/quotes/AAPL/news?*", articles=[article])
    console.open("#/symbol/AAPL")
    console.page.get_by_role("heading", level=1).get_by_text("<img src=x").wait_for()
    console.page.locator("#panel-news").scroll_into_view_if_needed()
    console.page.locator("#panel-news").get_by_text("<script>").first.wait_for()
    expect(console.page.locator("#panel-news .news a")).to_have_count(0)
    console.page.locator("#panel-profile").scroll_into_view_if_needed()
    console.page.locator("#panel-profile").get_by_text("javascript:window").wait_for()
    expect(console.page.locator("#panel-profile a")).to_have_count(0)
    nothing_ran(console)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (MARKUP, "<img src=x onerror="),
        ("![logo](https://evil.example/x.png?leak=1)", "logo"),
        ("[click](javascript:alert(1))", "click"),
        ("[click](data:text/html,x)", "click"),
        ('[a"onmouseover=alert(1)](https://example.com/"onmouseover="x)', "onmouseover"),
        ('<a href="javascript:alert(1)">x</a>', "<a href="),
        ("> " * 400 + "deep", "deep"),
        ("x " + "**" * 2000, "x"),
        ("| a | b |\n|---|---|\n| <b>1</b> | 2 |", "<b>1</b>"),
    ],
)
def test_hostile_answer(console: Console, answer: str, shown: str) -> None:
    message = {"role": "assistant", "content": answer, "timestamp": "2026-11-24T09:15:14Z", "sources": []}
    console.page.route(
        f"**/api/conversations/{CONVERSATION}",
        lambda route: route.fulfill(json={"messages": [{**message, "figures": None, "interrupted": False}]}),
    )
    console.open(f"#/chat/{CONVERSATION}")
    console.wait_for_text(".answer-text", shown)
    nothing_ran(console)
    for link in console.page.locator(".answer-text a").all():
        assert (link.get_attribute("href") or "").startswith("https://")
        assert "noopener" in (link.get_attribute("rel") or "")
        assert link.get_attribute("onmouseover") is None


def test_hostile_address(console: Console) -> None:
    console.open("#/symbol/" + "%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E")
    console.page.locator("#panel-quote .problem").wait_for()
    nothing_ran(console)
    console.open("#/chat/..%2F..%2Fconfig")
    console.page.locator(".chat-log .problem").wait_for()
    console.open("#/symbol/%E0%A4%A")
    console.page.locator("#panel-quote .problem").wait_for()


def show_answer(
    console: Console, content: str, *, marks: "Sequence[Any]" = (), sources: "Sequence[Any]" = ()
) -> None:
    message = {"role": "assistant", "content": content, "timestamp": "2026-11-24T09:15:14Z"} | {
        "sources": list(sources)
    }
    checked = {"stated": 1, "supported": 1, "unsupported": [], "misattributed": [], "marks": list(marks)}
    console.page.route(
        f"**/api/conversations/{CONVERSATION}",
        lambda route: route.fulfill(
            json={"messages": [{**message, "figures": checked, "interrupted": False}]}
        ),
    )
    console.open(f"#/chat/{CONVERSATION}")


@pytest.mark.parametrize(
    "content",
    [
        "The price is [$5.32](https://example.com/prices).",
        "```\nprice\n> $5.32 today\n```",
        "> ```\n> price\n> $5.32\n> ```",
        "![$5.32](https://example.com/chart.png)",
        "# Price of $5.32",
        "| price |\n|---|\n| $5.32 |",
        "**a _b_ `$5.32`**",
    ],
)
def test_figure_is_marked_wherever_it_is(console: Console, content: str) -> None:
    start = content.index("$5.32")
    mark = {
        "text": "$5.32",
        "verdict": "supported",
        "fact_id": None,
        "fact": None,
        "start": start,
        "end": start + 5,
    }
    show_answer(console, content, marks=[mark])
    figure = console.page.locator("[role=button].figure")
    figure.wait_for()
    assert figure.evaluate("node => node.firstChild.textContent") == "$5.32"
    expect(console.page.locator("a .figure")).to_have_count(0)


@pytest.mark.parametrize(
    "text", ["**a " * 5_000, "[" * 20_000, "*" * 20_000, "`x" * 10_000 + "`", "![](" * 5_000]
)
def test_text_that_only_begins_markup_is_drawn_in_time(console: Console, text: str) -> None:
    show_answer(console, text)
    console.page.locator(".answer-text p, .answer-text hr").first.wait_for()


@pytest.mark.parametrize(
    ("heading", "shown"),
    [("# About C#", "About C#"), ("## Prices ##  ", "Prices"), ("# #", ""), ("# a # b", "a # b")],
)
def test_heading_keeps_its_signs_and_loses_those_that_close_it(
    console: Console, heading: str, shown: str
) -> None:
    show_answer(console, f"{heading}\n\nText.")
    console.page.locator(".answer-text p").last.get_by_text("Text.").wait_for()
    assert console.page.locator(".md-heading").text_content() == shown


def test_direction_of_a_text_ends_with_it(console: Console) -> None:
    override = "\u202eelppA"
    replace(console, "**/api/quotes/AAPL", name=override)
    console.open("#/symbol/AAPL")
    heading = console.page.locator("h1")
    heading.get_by_text(override).wait_for()
    left_edges = """node => {
      const range = document.createRange();
      const text = node.querySelector(".ticker").firstChild;
      return [0, 3].map((at) => {
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return range.getBoundingClientRect().left;
      });
    }"""
    console.wait_until(lambda: heading.evaluate(left_edges), lambda edges: edges[0] < edges[1])
    show_answer(console, "\u0627\u0631\u062a\u0641\u0639 \u0633\u0647\u0645 Apple.\n\nApple rose.")
    expect(console.page.locator(".answer-text p").first).to_have_css("unicode-bidi", "plaintext")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_long_names_and_headlines_do_not_widen_the_page(
    browser: "Browser", host: str, size: tuple[int, int]
) -> None:
    context = new_context(browser, size=size)
    console = Console(context.new_page(), host)
    name = "Aktiengesellschaft " * 12 + "W" * 160
    article = {"title": name, "publisher": name, "url": "https://example.com", "published_at": None}
    replace(console, "**/api/quotes/AAPL", name=name, exchange=name)
    replace(console, "**/api/quotes/AAPL/news?*", articles=[{**article, "summary": None, "sentiment": None}])
    console.open("#/symbol/AAPL")
    console.page.locator("h1").get_by_text("WWW").wait_for()
    console.page.locator("#panel-news").scroll_into_view_if_needed()
    news = console.page.locator("#panel-news .scroll")
    news.get_by_text("WWW").first.wait_for()
    for part in (console.page.locator("html"), news):
        console.wait_until(partial(part.evaluate, OVERFLOW), lambda pixels: pixels <= 0)
    context.close()


@pytest.mark.parametrize("block", ["```\n" + "code " * 200 + "\n```", "| a |\n|---|\n| " + "c" * 300 + " |"])
def test_wide_block_of_an_answer_stays_beside_its_sources(console: Console, block: str) -> None:
    source = {"id": 1, "kind": "quote", "symbol": "AAPL", "source": "yahoo", "as_of": None, "stale": False}
    show_answer(console, block, sources=[source])
    console.page.locator(".answer-sources li").wait_for()
    console.page.locator(".answer-text > *").first.wait_for()
    log = console.page.locator(".chat-log")
    console.wait_until(lambda: log.evaluate(BESIDE), lambda pixels: len(pixels) >= 2 and min(pixels) >= 0)
