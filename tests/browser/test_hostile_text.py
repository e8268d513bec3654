"""Text of sources and models is text: it runs nothing, loads nothing and links to nothing dangerous."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import Console

if TYPE_CHECKING:
    from playwright.sync_api import Route

MARKUP = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
CONVERSATION = "28c35b09-517e-49ba-8082-440fd61a4016"


def replace(console: Console, pattern: str, **changes: Any) -> None:
    def answer(route: "Route") -> None:
        route.fulfill(json={**route.fetch().json(), **changes})

    console.page.route(pattern, answer)


def nothing_ran(console: Console) -> None:
    assert console.page.evaluate("window.hacked") is None
    assert console.page.locator("main img, main script, main iframe").count() == 0


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
    assert console.page.locator("#panel-news .news a").count() == 0
    console.page.locator("#panel-profile").scroll_into_view_if_needed()
    console.page.locator("#panel-profile").get_by_text("javascript:window").wait_for()
    assert console.page.locator("#panel-profile a").count() == 0
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
