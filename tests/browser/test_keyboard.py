"""The console without a mouse: the skip link, and a focus that stays where it was."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.console import Console, expect

if TYPE_CHECKING:
    from playwright.sync_api import Route


def test_skip_link_goes_to_the_content_of_the_page(console: Console) -> None:
    console.open("#/status")
    console.page.locator("#panel-config dl").wait_for()
    console.page.keyboard.press("Tab")
    expect(console.page.get_by_role("link", name="Skip to content")).to_be_focused()
    console.page.keyboard.press("Enter")
    expect(console.page.locator("#main")).to_be_focused()
    assert console.page.url.endswith("#/status")
    expect(console.page.get_by_role("heading", name="Status", exact=True)).to_be_visible()


@pytest.mark.parametrize("name", ["Balance", "Quarterly"])
def test_choice_of_a_statement_keeps_the_focus(console: Console, name: str) -> None:
    console.open("#/symbol/AAPL")
    panel = console.page.locator("#panel-statements")
    panel.scroll_into_view_if_needed()
    panel.get_by_role("rowheader", name="Revenue").first.wait_for()
    panel.get_by_role("button", name=name).focus()
    console.page.keyboard.press("Enter")
    button = panel.get_by_role("button", name=name)
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()


def test_sorting_keeps_the_focus(console: Console) -> None:
    console.open("#/watchlist")
    console.page.locator("[data-symbol=AAPL] .pill").wait_for()
    console.page.get_by_role("button", name="Volume").focus()
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_role("columnheader", name="Volume")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(console.page.get_by_role("button", name=re.compile("Volume"))).to_be_focused()


def test_removing_a_symbol_keeps_the_place(console: Console) -> None:
    console.open("#/watchlist")
    console.page.locator("[data-symbol=AAPL] .pill").wait_for()
    console.page.get_by_role("button", name="Remove MSFT").focus()
    console.page.keyboard.press("Enter")
    console.page.locator("[data-symbol=MSFT]").wait_for(state="detached")
    expect(console.page.locator("#panel-watchlist .panel-body")).to_be_focused()


def test_watchlist_button_keeps_the_focus(console: Console) -> None:
    console.open("#/symbol/VOD.L")
    button = console.page.get_by_role("button", name="Add to watchlist")
    expect(button).to_be_enabled()
    button.focus()
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_role("button", name="On watchlist")).to_be_focused()


def test_enter_waits_for_the_search(console: Console) -> None:
    console.open("#/status")
    console.page.get_by_role("heading", name="Status", exact=True).wait_for()
    console.page.keyboard.press("/")
    # Faster than any search.
    console.page.get_by_role("combobox", name="Search symbols").fill("microsoft")
    console.page.keyboard.press("Enter")
    console.page.get_by_role("heading", name="Microsoft").wait_for()
    assert console.page.url.endswith("#/symbol/MSFT")


def test_enter_waits_for_a_slow_search(console: Console) -> None:
    held: list[Route] = []
    console.page.clock.install()
    console.page.route("**/api/symbols?*", lambda route: held.append(route))
    console.open("#/status")
    field = console.page.get_by_role("combobox", name="Search symbols")
    field.fill("microsoft")
    field.press("Enter")
    console.page.get_by_role("option", name="Searching").wait_for()
    console.page.clock.run_for(5_000)
    expect(field).to_have_value("microsoft")
    console.wait_until(lambda: len(held), lambda requests: requests == 1)
    held[0].continue_()
    console.page.get_by_role("heading", name="Microsoft").wait_for()
    assert console.page.url.endswith("#/symbol/MSFT")


def test_refresh_keeps_the_focus_on_a_table(console: Console) -> None:
    console.page.clock.install()
    console.open("#/status")
    table = console.page.get_by_role("region", name="Checks")
    table.focus()
    table.evaluate("node => { node.dataset.old = ''; }")
    with console.page.expect_response("**/api/health/ready"):
        console.page.clock.run_for(31_000)
    expect(console.page.locator("[data-old]")).to_have_count(0)
    expect(table).to_be_focused()
