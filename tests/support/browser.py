"""Debian's Chromium without a window: what it makes of a page, and what it complains of."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Final

from tests.support.requirements import require_program
from tests.support.stub_server import StubServer, get_handler

CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
"""Names of the program."""
_SECONDS: Final = 60
_OPTIONS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--enable-logging=stderr",
)


def chromium() -> str:
    """Returns the path of Chromium; skips the test where it is missing, and fails it in CI."""
    return require_program(*CHROMIUM, package="chromium")


@dataclass(frozen=True)
class Shown:
    """What came of showing a page.

    Attributes:
        dom: The document as the browser has it in the end.
        complaints: What it wrote to the console.
    """

    dom: str
    complaints: tuple[str, ...]


def show(url: str, profile: Path, *, width: int = 900, dark: bool = False) -> Shown:
    """Shows a page in a window of that width."""
    dark_mode = ("--force-dark-mode",) if dark else ()
    run = _run(url, profile, "--dump-dom", f"--window-size={width},1200", *dark_mode)
    complaints = tuple(line for line in run.stderr.splitlines() if "CONSOLE" in line)
    return Shown(run.stdout, complaints)


def print_page(url: str, profile: Path, to: Path) -> None:
    """Prints a page to a PDF."""
    _run(url, profile, f"--print-to-pdf={to}", "--no-pdf-header-footer")


def measured(html: str, script: str, folder: Path, *, width: int = 900, dark: bool = False) -> Any:
    """What a function of JavaScript returns on a page.

    Args:
        html: The page.
        script: The function's body; what it returns must be fit for JSON.
        folder: For files.
        width: Of the window.
        dark: Whether the user likes it dark.
    """
    marker = "measured:"
    code = f"document.title = {marker!r} + JSON.stringify((() => {{{script}}})());"
    page = folder / "page.html"
    page.write_text(html.replace("</body>", f"<script>{code}</script></body>"), "utf-8")
    dom = show(page.as_uri(), folder / "profile", width=width, dark=dark).dom
    title = unescape(dom.partition("<title>")[2].partition("</title>")[0])
    assert title.startswith(marker), title
    return json.loads(title.removeprefix(marker))


@contextmanager
def served(html: str, headers: Mapping[str, str]) -> Iterator[str]:
    """Serves a page with the given headers; its address."""

    page = {"Content-Type": "text/html; charset=utf-8", **headers}
    with StubServer(get_handler(lambda _request: (200, html, page))) as server:
        yield f"{server.url}/report"


def _run(url: str, profile: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [chromium(), *_OPTIONS, f"--user-data-dir={profile}", *options, url],
        capture_output=True,
        text=True,
        check=True,
        timeout=_SECONDS,
    )
