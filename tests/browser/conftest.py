"""The running local host and a browser; both missing is one reason to skip, or a failure in CI."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.support.console import Console, new_context, running_browser
from tests.support.host import running_host

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """This app with sample data; its address."""
    with running_host(tmp_path_factory.mktemp("console")) as base_url:
        yield base_url


# Not for the session: the library's event loop runs in this thread, where later tests need one of their own.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    if find_spec("playwright") is None:
        message = "playwright is not installed (requirements-dev.txt)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
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
    opened.page.set_default_timeout(15_000)
    yield opened
    assert opened.complaints == []
    assert opened.foreign == []
