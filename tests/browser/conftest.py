"""The running local host and a browser; both missing is one reason to skip, or a failure in CI."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import CHROMIUM, chromium
from tests.support.console import Console, new_context, running_browser
from tests.support.host import running_host
from tests.support.requirements import find_program, keep_one, not_there

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps one of the tests that need a browser where there is none: it is skipped with the reason."""
    if find_spec("playwright") is None or find_program(*CHROMIUM) is None:
        keep_one(config, items, lambda item: "chromium_path" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """This app with sample data; its address."""
    with running_host(tmp_path_factory.mktemp("console")) as base_url:
        yield base_url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Returns the path of the installed Chromium; skips the test where there is none."""
    return chromium()


# Not for the session: the library's event loop runs in this thread, where later tests need one of their own.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> "Iterator[Browser]":
    del chromium_path  # checked before the library starts
    if find_spec("playwright") is None:
        not_there("playwright is not installed (requirements-dev.txt)")
    with running_browser() as started:
        yield started


@pytest.fixture
def context(browser: "Browser") -> "Iterator[BrowserContext]":
    """A reader with storage of their own."""
    made = new_context(browser)
    yield made
    made.close()


@pytest.fixture
def console(context: "BrowserContext", host: str) -> Iterator[Console]:
    """A page of the console; complaints and requests to other origins fail the test."""
    opened = Console(context.new_page(), host)
    yield opened
    assert opened.complaints == []
    assert opened.foreign == []
