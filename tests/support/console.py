"""The web console in a browser: Debian's Chromium, driven by Playwright."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from tests.support.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page
    from playwright.sync_api._generated import LocatorAssertions

WIDE: Final = (1440, 900)
PHONE: Final = (390, 844)
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
