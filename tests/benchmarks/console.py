"""The web console in Chromium: size, first paint, time until usable, layout shift, and panning a long chart.

``python -m tests.benchmarks console`` prints the rows. It needs playwright and Chromium.
"""

import gzip
import math
import re
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, Literal

from shared.http.console_files import CHART_LIBRARY, assets, page
from tests.benchmarks.row import Row
from tests.support.console import Console, new_context, running_browser, slow_down
from tests.support.host import running_host

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

CANDLES: Final = 10_000
CPU_SLOWDOWN: Final = 4
LOADS: Final = 5
"""Of each page, each by a reader with an empty cache."""
DRAGS: Final = 5
DRAG_STEPS: Final = 120
MOVE_MILLISECONDS: Final = 8
PAGES: Final = {
    "#/watchlist": "[data-symbol=AAPL] .pill",
    "#/symbol/AAPL": ".chart-legend b",
    "#/chat": ".ask button.primary",
    "#/reports": "#panel-new-report button.primary",
    "#/status": "#panel-readiness table",
}
"""What has to be there for a page to be usable."""

_OBSERVE: Final = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
_RECORD: Final = """() => {
  const times = window.times = [];
  const note = now => { if (window.times === times) { times.push(now); requestAnimationFrame(note); } };
  requestAnimationFrame(note);
}"""


def rows() -> list[Row]:
    """Measures against a local host with sample data."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_host(Path(folder)) as base_url,
        running_browser() as browser,
    ):
        return [*_sizes(), *_loads(browser, base_url), _panning(browser, base_url)]


def _sizes() -> list[Row]:
    document = page("/api/console", easy_auth=False).body
    own = [document, *(file.body for name, file in assets().items() if name != CHART_LIBRARY)]
    library = assets()[CHART_LIBRARY].body
    return [
        _row("console without the chart library, kB (gzip)", [_kilobytes(*own)], "at most", 120),
        _row("chart library, kB (gzip)", [_kilobytes(library)]),
    ]


def _kilobytes(*bodies: bytes) -> float:
    return sum(len(gzip.compress(body, 6)) for body in bodies) / 1000


def _loads(browser: "Browser", base_url: str) -> list[Row]:
    measured = []
    for state, selector in PAGES.items():
        loads = [_load(browser, base_url, state, selector) for _ in range(LOADS + 1)]
        # The first load fills the caches of the host.
        paints, usable, shifts = zip(*loads[1:], strict=True)
        name = f"{state}, CPU slowed down {CPU_SLOWDOWN} times:"
        measured += [
            _row(f"{name} first contentful paint, s", paints, "at most", 0.5),
            _row(f"{name} usable, s", usable, "at most", 1.5),
            _row(f"{name} cumulative layout shift", shifts, "at most", 0.05),
        ]
    return measured


def _load(browser: "Browser", base_url: str, state: str, selector: str) -> tuple[float, float, float]:
    context = new_context(browser)
    console = Console(context.new_page(), base_url)
    slow_down(console.page, CPU_SLOWDOWN)
    console.page.add_init_script(_OBSERVE)
    console.open(state)
    console.page.locator(selector).first.wait_for()
    usable = console.page.evaluate("performance.now() / 1000")
    paint = console.page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
    )
    console.page.wait_for_load_state("networkidle")
    shift = console.page.evaluate("window.shift")
    context.close()
    return paint, usable, shift


def _panning(browser: "Browser", base_url: str) -> Row:
    context = new_context(browser)
    console = Console(context.new_page(), base_url)
    console.page.route(re.compile(r"/history\?"), _long_history)
    console.open("#/symbol/AAPL?range=max&show=volume")
    console.page.locator(".chart-legend b").wait_for()
    rates = [_drag(console.page) for _ in range(DRAGS + 1)]
    context.close()
    return _row(f"panning {CANDLES} candles, frames a second (median frame)", rates[1:], "at least", 50)


def _drag(page_: "Page") -> float:
    """Pans with the mouse; returns the frames a second by the median time between two frames."""
    box = page_.locator(".chart-canvas").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page_.mouse.move(box["x"] + box["width"] / 2, middle)
    page_.mouse.down()
    page_.evaluate(_RECORD)
    for step in range(DRAG_STEPS):
        page_.mouse.move(box["x"] + box["width"] / 2 + 200 * math.sin(step / 8), middle)
        page_.wait_for_timeout(MOVE_MILLISECONDS)
    times: list[float] = page_.evaluate("window.times.slice()")
    page_.mouse.up()
    return 1000 / median(after - before for before, after in pairwise(times))


def _long_history(route: "Route") -> None:
    body = route.fetch().json()
    route.fulfill(json={**body, "candles": _candles()})


def _candles() -> list[dict[str, Any]]:
    start = datetime(2026, 11, 27, tzinfo=UTC) - timedelta(days=CANDLES)
    made = []
    for day in range(CANDLES):
        middle = 100 + 60 * math.sin(day / 400) + 8 * math.sin(day / 7)
        made.append(
            {
                "timestamp": (start + timedelta(days=day)).strftime("%Y-%m-%dT00:00:00Z"),
                "open": middle,
                "high": middle + 2,
                "low": middle - 2,
                "close": middle + math.sin(day),
                "adjusted_close": middle,
                "volume": 1_000_000 + day,
            }
        )
    return made


def _row(
    name: str,
    values: "list[float] | tuple[float, ...]",
    bound: Literal["at most", "at least"] | None = None,
    target: float | None = None,
) -> Row:
    return Row(name, median(values), min(values), max(values), bound, target)
