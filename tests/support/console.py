"""The web console in a browser: Debian's Chromium, driven by Playwright."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from tests.support.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page
    from playwright.sync_api._generated import LocatorAssertions

WIDE: Final = (1440, 900)
PHONE: Final = (390, 844)
OVERFLOW: Final = "node => node.scrollWidth - node.clientWidth"
"""Pixels by which the contents of an element are wider than it."""
SLOWDOWN: Final = "BROWSER_SLOWDOWN"
"""Environment variable: how many times slower pages run, to find tests that do not wait."""
WAIT_MS: Final = 60_000
POLL_MS: Final = 50
T = TypeVar("T")
LOCALE: Final = "en-US"
READER_ZONE: Final = "Europe/Berlin"


@dataclass
class Console:
    """A page of the console, and what it complained about.

    Attributes:
        page: The page.
        origin: Address of the host.
        complaints: Errors and warnings of scripts and of the content security policy.
        foreign: Requests to other origins.
    """

    page: "Page"
    origin: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Thirty seconds by default: less than a slow machine may need.
        self.page.set_default_timeout(WAIT_MS)
        if rate := os.environ.get(SLOWDOWN):
            slow_down(self.page, float(rate))
        self.page.on("console", self._on_message)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._on_request(request.url))

    def open(self, state: str) -> None:
        """Loads a state of the console, such as ``#/watchlist``, in a new document."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.origin}/api/console{state}")

    def wait_for_text(self, selector: str, text: "str | re.Pattern[str]") -> None:
        """Waits until an element contains a text (the policy of the page forbids polling functions)."""
        expect(self.page.locator(selector)).to_contain_text(text)

    def wait_until(self, read: Callable[[], T], holds: Callable[[T], bool]) -> T:
        """Repeats a measurement until it holds: layout, canvases and requests follow the text of a page.

        Returns:
            The measurement that holds.

        Raises:
            AssertionError: None does within ``WAIT_MS``.
        """
        deadline = time.monotonic() + WAIT_MS / 1000
        while not holds(value := read()):
            assert time.monotonic() < deadline, f"still {value!r} after {WAIT_MS / 1000:.0f} s"
            self.page.wait_for_timeout(POLL_MS)
        return value

    def wait_for_box(self, locator: "Locator", fits: "Callable[[FloatRect], bool]") -> None:
        """Waits until an element is laid out as expected."""
        self.wait_until(locator.bounding_box, lambda box: box is not None and fits(box))

    def await_requests(self) -> None:
        """Returns when every request that the page has begun is known: requests are reported in order."""
        address = f"{self.origin}/api/health/live"
        self.page.evaluate("address => fetch(address).then(response => response.text())", address)

    def copied(self) -> str:
        """Returns what the page has copied, which it announces when it is done."""
        expect(self.page.locator("#announcer")).to_have_text("Copied")
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text

    def _on_message(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        # The browser itself reports each response with an error status; the panels show them.
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.complaints.append(text)

    def _on_request(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:", "about:")):
            self.foreign.append(url)


def expect(locator: "Locator") -> "LocatorAssertions":
    """Returns the assertions of an element; each waits until it holds, for at most ``WAIT_MS``."""
    # The library may be missing where these tests are only collected.
    from playwright.sync_api import expect as expect_element

    return expect_element(locator)


def slow_down(page: "Page", rate: float) -> None:
    """Makes a page run that many times slower."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})


@contextmanager
def running_browser() -> Iterator["Browser"]:
    """Starts Chromium without a window."""
    from playwright.sync_api import expect, sync_playwright

    # Five seconds by default: less than a slow machine may need.
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def new_context(browser: "Browser", *, size: tuple[int, int] = WIDE, dark: bool = False) -> "BrowserContext":
    """Returns a reader with storage of their own."""
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        locale=LOCALE,
        timezone_id=READER_ZONE,
        permissions=["clipboard-read", "clipboard-write"],
    )
