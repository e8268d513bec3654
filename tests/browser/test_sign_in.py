"""The console behind the sign-in of the platform (Easy Auth), without stored tokens."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.console import Console, new_context
from tests.support.host import running_host

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ALICE = "5f2c1c2e-0000-4000-8000-00000000a11c"
BOB = "5f2c1c2e-0000-4000-8000-000000000b0b"


@pytest.fixture(scope="module")
def signed_in_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """This app as it runs behind the platform's sign-in; its address."""
    with running_host(tmp_path_factory.mktemp("signed-in"), {"APP_EASY_AUTH": "true"}) as base_url:
        yield base_url


def watchlist_of(browser: "Browser", host: str, principal: str, *, add: str | None = None) -> str:
    """Opens the console as a signed-in reader with a browser of their own; returns the text of the list."""
    context = new_context(browser)
    # The platform adds this header and removes one that a client sends.
    context.set_extra_http_headers({"X-MS-CLIENT-PRINCIPAL-ID": principal})
    console = Console(context.new_page(), host)
    console.open("#/watchlist")
    console.page.locator("[data-symbol=AAPL] .spark-line").wait_for()
    if add:
        field = console.page.get_by_role("combobox", name="Add a symbol to the watchlist")
        field.fill(add)
        console.page.get_by_role("option", name=add).first.click()
        console.page.locator(f"[data-symbol={add}]").wait_for()
    text = console.page.locator(".quotes").inner_text()
    assert console.complaints == []
    context.close()
    return text


def test_list_belongs_to_the_signed_in_principal(browser: "Browser", signed_in_host: str) -> None:
    assert "NFLX" in watchlist_of(browser, signed_in_host, ALICE, add="NFLX")
    assert "NFLX" in watchlist_of(browser, signed_in_host, ALICE)
    assert "NFLX" not in watchlist_of(browser, signed_in_host, BOB)
