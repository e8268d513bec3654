"""What readers see when something is wrong: with the key, a request, or what the service depends on."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.console import Console, expect, new_context
from tests.support.host import running_host

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

UNAVAILABLE = {
    "type": "about:blank",
    "title": "Data source unavailable",
    "status": 503,
    "detail": "No data source answers; try again later.",
    "code": "upstream_unavailable",
    "error": "",
    "request_id": "r-4711",
    "instance": "/api",
}
CLOSED_PORT = "1"


def problem(body: dict[str, Any], **headers: str) -> dict[str, Any]:
    return {
        "status": body["status"],
        "body": json.dumps(body),
        "content_type": "application/problem+json",
        "headers": headers,
    }


def test_panel_shows_the_problem_and_its_request_id(console: Console) -> None:
    answers = [problem(UNAVAILABLE, **{"Retry-After": "30"})]

    def answer(route: "Route") -> None:
        route.fulfill(**answers.pop()) if answers else route.continue_()

    console.page.route("**/api/quotes/AAPL/fundamentals", answer)
    console.open("#/symbol/AAPL")
    panel = console.page.locator("#panel-fundamentals")
    panel.get_by_text("No data source answers").wait_for()
    expect(panel.get_by_text("Try again in 30 s")).to_be_visible()
    panel.get_by_role("button", name="Copy the request id").click()
    assert console.copied() == "r-4711"
    # One panel fails alone, and is loaded again by hand.
    console.page.locator("#panel-quote dl").wait_for()
    panel.get_by_role("button", name="Try again").click()
    panel.locator("dl").wait_for()


def test_unknown_page_is_not_found(console: Console) -> None:
    console.open("#/nowhere")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Not found")
    assert console.page.title() == "Not found · Stock research"
    expect(console.page.locator("main")).to_contain_text("There is no such page.")
    console.page.locator("main").get_by_role("link", name="Watchlist").click()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Watchlist")


def test_unknown_report_is_not_found_below_its_heading(console: Console) -> None:
    console.open(f"#/reports/{'0' * 32}")
    panel = console.page.locator("#panel-report")
    expect(panel.get_by_text("Report not found")).to_be_visible()
    expect(panel.get_by_text(re.compile("There is no report"))).to_be_visible()
    expect(panel.get_by_role("heading", level=1)).to_have_text("Report")
    expect(console.page.get_by_role("heading", level=1)).to_have_count(1)


def test_missing_key_is_asked_for_and_kept_in_the_tab(console: Console) -> None:
    keys: list[str | None] = []

    def check(route: "Route") -> None:
        key = route.request.headers.get("x-functions-key")
        keys.append(key)
        route.continue_() if key == "right" else route.fulfill(status=401)

    console.page.route(re.compile(r"/api/(users|quotes|symbols)"), check)
    console.open("#/watchlist")
    console.page.get_by_role("button", name="Enter access key").click()
    console.page.get_by_label("Key", exact=True).fill("right")
    console.page.get_by_role("button", name="Use key").click()
    console.page.locator("[data-symbol=AAPL] .pill").wait_for()
    assert keys[0] is None
    assert keys[-1] == "right"
    assert console.page.evaluate("Object.values(localStorage).includes('right')") is False
    assert "right" not in console.page.url
    console.page.reload()
    console.page.locator("[data-symbol=AAPL] .pill").wait_for()


def test_lost_service_is_said_and_the_last_quotes_stay(console: Console) -> None:
    console.page.clock.install()
    console.open("#/watchlist")
    console.page.locator("[data-symbol=AAPL] .spark-line").wait_for()
    console.page.route("**/api/quotes?*", lambda route: route.abort())
    console.page.clock.run_for(16_000)
    console.page.get_by_text("The service cannot be reached").wait_for()
    expect(console.page.locator("[data-symbol=AAPL] .pill")).to_be_visible()


def test_lost_network_is_said_until_it_is_back(console: Console) -> None:
    console.open("#/symbol/AAPL")
    panel = console.page.locator("#panel-quote")
    panel.locator("dl").wait_for()
    console.page.context.set_offline(True)
    note = console.page.locator("#offline")
    note.wait_for()
    expect(panel.locator("dl")).to_be_visible()
    console.page.context.set_offline(False)
    note.wait_for(state="hidden")


def test_line_of_a_month_returns_when_its_source_does(console: Console) -> None:
    asked: list[str] = []

    def answer(symbol: str, status: int) -> None:
        def fail(route: "Route") -> None:
            asked.append(symbol)
            route.fulfill(status=status, json={**UNAVAILABLE, "status": status})

        console.page.route(f"**/api/quotes/{symbol}/history?*", fail)

    console.page.clock.install()
    answer("MSFT", 503)
    answer("NVDA", 404)
    console.open("#/watchlist")
    for symbol in ("MSFT", "NVDA"):
        console.page.locator(f"[data-symbol={symbol}] .col-spark").get_by_text("–").wait_for()
    console.page.unroute("**/api/quotes/MSFT/history?*")
    console.page.clock.run_for(61_000)
    console.page.locator("[data-symbol=MSFT] .spark-line").wait_for()
    console.page.clock.run_for(61_000)
    console.await_requests()
    assert asked.count("NVDA") == 1


def test_quote_returns_when_the_service_does(console: Console) -> None:
    console.page.clock.install()
    console.open("#/symbol/AAPL")
    panel = console.page.locator("#panel-quote")
    panel.locator("dl").wait_for()
    console.page.route("**/api/quotes/AAPL", lambda route: route.abort())
    console.page.clock.run_for(16_000)
    panel.get_by_text("The service cannot be reached").wait_for()
    # The quote is the same as before: the answer is 304.
    console.page.unroute("**/api/quotes/AAPL")
    panel.get_by_role("button", name="Try again").click()
    panel.locator("dl").wait_for()
    expect(panel.locator(".problem")).to_have_count(0)


@pytest.mark.parametrize("page", ["constructor", "toString", "__proto__", "hasOwnProperty/x"])
def test_names_that_every_object_has_are_no_pages(console: Console, page: str) -> None:
    console.open(f"#/{page}")
    console.page.get_by_role("heading", name="Not found").wait_for()


def test_question_in_an_unknown_conversation_begins_one(console: Console) -> None:
    unknown = "28c35b09-517e-49ba-8082-440fd61a4016"
    console.open(f"#/chat/{unknown}")
    console.page.locator(".chat-log .problem").get_by_text("not_found").wait_for()
    with console.page.expect_request("**/api/chat/stream") as asked:
        console.page.get_by_role("textbox", name="Question").fill("How is Apple doing?")
        console.page.keyboard.press("Enter")
    assert json.loads(asked.value.post_data or "")["conversation_id"] is None


def test_list_that_cannot_be_read_is_said_and_cannot_be_changed(console: Console) -> None:
    console.page.route("**/preferences", lambda route: route.fulfill(**problem(UNAVAILABLE)))
    console.open("#/watchlist")
    console.page.locator("[data-symbol=AAPL] .pill").wait_for()
    expect(console.page.get_by_text("No data source answers")).to_be_visible()
    expect(console.page.get_by_text("until your own can be read")).to_be_visible()
    expect(console.page.get_by_role("button", name="Remove AAPL")).to_have_count(0)
    console.page.unroute("**/preferences")
    console.page.locator("#panel-watchlist").get_by_role("button", name="Try again").click()
    expect(console.page.get_by_role("button", name="Remove AAPL")).to_be_visible()
    expect(console.page.get_by_text("No data source answers")).to_have_count(0)


def test_problem_in_place_of_the_readiness_is_shown(console: Console) -> None:
    console.page.route("**/api/health/ready", lambda route: route.fulfill(**problem(UNAVAILABLE)))
    console.open("#/status")
    expect(console.page.locator("#panel-readiness .problem")).to_contain_text("No data source answers")


def test_names_that_every_object_has_are_no_parameters(console: Console) -> None:
    console.open("#/symbol/AAPL?range=constructor&statement=toString")
    console.page.locator("#panel-chart canvas").first.wait_for()
    console.open("#/watchlist?sort=constructor&order=asc")
    console.page.locator("[data-symbol=AAPL] .pill").wait_for()


def test_unknown_symbol_and_unknown_page(console: Console) -> None:
    console.open("#/symbol/NOSUCH")
    console.page.locator("#panel-quote .problem").get_by_text("symbol_not_found").wait_for()
    # Nothing to add, to ask about or to draw.
    for name in ("Add to watchlist", "Ask about it", "Make a report", "Candles"):
        expect(console.page.get_by_text(name, exact=True)).not_to_be_visible()
    console.open("#/nowhere")
    console.page.get_by_role("heading", name="Not found").wait_for()


@pytest.mark.parametrize(("stale", "expected"), [(True, 1), (False, 0)])
def test_stale_data_is_marked(console: Console, stale: bool, expected: int) -> None:
    def mark(route: "Route") -> None:
        body = route.fetch().json()
        route.fulfill(json={**body, "stale": stale})

    console.page.route("**/api/quotes/AAPL", mark)
    console.open("#/symbol/AAPL")
    panel = console.page.locator("#panel-quote")
    panel.locator("dl").wait_for()
    expect(panel.get_by_text("Stale", exact=True)).to_have_count(expected)


@pytest.fixture(scope="module")
def broken_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with MongoDB, Redis, all sources and the model unavailable."""
    environ = {
        "EMBEDDED_STORES_MODULE": "",
        "MONGODB_URI": f"mongodb://127.0.0.1:{CLOSED_PORT}",
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": CLOSED_PORT,
        "SAMPLE_DATA_ENABLED": "false",
        "YAHOO_FINANCE_ENABLED": "true",
        "OPENAI_API_KEY": "sk-not-a-key",
        "MODEL_PROVIDER": "openai",
        "MODEL_ALLOW_FALLBACK": "false",
    }
    with running_host(tmp_path_factory.mktemp("broken"), environ) as base_url:
        yield base_url


@pytest.fixture
def broken(browser: "Browser", broken_host: str) -> Iterator[Console]:
    context = new_context(browser)
    opened = Console(context.new_page(), broken_host)
    yield opened
    context.close()
    assert opened.complaints == []


def test_status_names_what_is_unavailable(broken: Console) -> None:
    broken.open("#/status")
    readiness = broken.page.locator("#panel-readiness")
    readiness.get_by_role("row", name="MongoDB").get_by_text("Unhealthy").wait_for()
    expect(readiness.get_by_role("row", name="Redis").get_by_text("Unhealthy")).to_be_visible()
    broken.page.locator("#panel-config dl").wait_for()


@pytest.mark.parametrize(
    ("state", "panel"),
    [
        ("#/watchlist", "watchlist"),
        ("#/symbol/AAPL", "quote"),
        ("#/symbol/AAPL", "chart"),
        ("#/reports", "reports"),
        ("#/chat", "conversations"),
    ],
)
def test_every_page_says_what_is_unavailable(broken: Console, state: str, panel: str) -> None:
    broken.open(state)
    shown = broken.page.locator(f"#panel-{panel} .problem").first
    expect(shown).to_contain_text(re.compile(r"\w+_(unavailable|timeout|error)"))
    expect(shown.locator(".request-id")).to_have_text(re.compile(r"\S"))
    expect(shown.get_by_role("button", name="Try again")).to_be_visible()


def test_question_without_a_model_says_so_and_is_not_lost(broken: Console) -> None:
    broken.open("#/chat")
    field = broken.page.get_by_role("textbox", name="Question")
    field.fill("How is Apple doing?")
    broken.page.keyboard.press("Enter")
    broken.page.locator(".answer .problem").wait_for()
    expect(field).to_have_value("How is Apple doing?")
