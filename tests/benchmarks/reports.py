"""What a report costs: over drawing its charts, on a fresh worker, when it is kept, and in memory.

``python -m tests.benchmarks.reports`` prints the rows alone.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Final, get_args

import httpx

from shared.app.preloaded_modules import MOST_WORKERS
from shared.reports.rendering.renderer import Renderer, WrittenForm
from shared.reports.report import Report
from shared.runtime.preloading import preload
from tests.benchmarks.row import Row
from tests.support.cache import cache_settings
from tests.support.golden_reports import GOLDEN, TYPES, golden_report
from tests.support.host import REPOSITORY, running_host
from tests.support.load import Load, load
from tests.support.redis_server import RedisServer, redis_server

APP: Final = REPOSITORY / "tests/support/reports_app"
CONNECTIONS: Final = 32
ROUNDS: Final = 9
FORMS_ROUNDS: Final = 31
"""A round is short, so that other load on the machine changes its ratio a lot."""
REQUESTS: Final = 2000
"""Under load, in one round."""
WARM_UP: Final = 20
STARTS: Final = 3
"""Fresh workers, each of which generates one note."""
IN_SEQUENCE: Final = 100
"""Reports, after those that warm up."""


def rows() -> list[Row]:
    """Measures everything; needs redis-server."""
    report = asyncio.run(golden_report("rising", "comprehensive_analysis"))
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        return [*asyncio.run(_forms(report)), _fresh(Path(folder)), _kept(Path(folder), server), _memory()]


async def _forms(report: Report) -> list[Row]:
    """All forms of reports whose text Typst has not set before, and of one report again and again."""
    name = "all five forms of a report over drawing its charts"
    # As in a worker: what is imported is no part of garbage collections.
    preload(*MOST_WORKERS, "shared.reports.rendering.charts", "shared.reports.rendering.pdf")
    renderer = Renderer()
    # The first round loads the libraries.
    first = [
        await _forms_over_charts(renderer, _distinct(report, number), _distinct(report, -number))
        for number in range(1, FORMS_ROUNDS + 2)
    ]
    again = [await _forms_over_charts(renderer, report, report) for _ in range(FORMS_ROUNDS + 1)]
    await renderer.aclose()
    return [
        _row(f"{name}, new text", first[1:], "at most", 1.3),
        _row(f"{name}, again", again[1:], "at most", 1.3),
    ]


def _distinct(report: Report, number: int) -> Report:
    """Returns the report with other words in all its prose, labels and tables."""
    sections = tuple(
        section.model_copy(
            update={
                "content": f"{number} {section.content}",
                "key_metrics": {f"{label} {number}": value for label, value in section.key_metrics.items()},
                "tables": tuple(
                    table.model_copy(update={"title": f"{table.title} {number}"}) for table in section.tables
                ),
            }
        )
        for section in report.analysis_sections
    )
    return report.model_copy(update={"analysis_sections": sections, "summary": f"{number} {report.summary}"})


async def _forms_over_charts(renderer: Renderer, report: Report, other: Report) -> float:
    """Renders a stored report as the service does, and draws the charts of the other in the same thread."""
    stored = other.model_dump_json().encode()
    started = time.perf_counter()
    await renderer.drawings(stored)
    drawn = time.perf_counter()
    await _all_forms(renderer, report)
    return (time.perf_counter() - drawn) / (drawn - started)


def _fresh(folder: Path) -> Row:
    """The first request of a worker that has just started: nothing is cached or loaded."""
    times = []
    for number in range(STARTS):
        with running_host(folder / f"fresh-{number}") as base_url:
            started = time.perf_counter()
            answer = httpx.post(f"{base_url}/api/reports", json={"symbol": "AAPL"}, timeout=60)
            times.append(time.perf_counter() - started)
            assert answer.status_code == 201, answer.text
    return _row("seconds of a full note of sample data on a fresh worker", times, "at most", 3)


async def _all_forms(renderer: Renderer, report: Report) -> int:
    """Renders JSON, Markdown, HTML, XLSX and PDF; returns their bytes."""
    stored = report.model_dump_json().encode()
    width, drawings = await asyncio.gather(renderer.chart_width(stored), renderer.drawings(stored))
    forms = await asyncio.gather(
        renderer.pdf(stored, drawings, width),
        *(renderer.render(stored, form, drawings) for form in get_args(WrittenForm)),
    )
    return sum(map(len, (stored, *forms)))


def _kept(folder: Path, server: RedisServer) -> Row:
    constant = folder / "report.json"
    environ = {
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(server.port),
        "CACHE_PREFIX": cache_settings().prefix,
        "CONSTANT_FILE": str(constant),
    }
    with running_host(folder / "host", environ, app=APP) as base_url:
        created = httpx.post(
            f"{base_url}/api/reports", json={"symbol": "AAPL"}, timeout=60
        ).raise_for_status()
        report_id = created.json()["report_id"]
        constant.write_bytes(httpx.get(f"{base_url}/api/reports/{report_id}").raise_for_status().content)
        rounds = asyncio.run(_loads(base_url, report_id))
    rates = [kept.rate / constant.rate for kept, constant in rounds]
    return _row("kept reports a second over a constant handler's of as many bytes", rates, "at least", 0.8)


async def _loads(base_url: str, report_id: str) -> list[tuple[Load, Load]]:
    """Each in turns with what it is measured by, so that both meet the same machine."""

    async def busy(path: str) -> Load:
        return await load(base_url, [path], REQUESTS, connections=CONNECTIONS)

    rounds = [
        (await busy(f"/api/reports/{report_id}"), await busy(f"/api/constant/{report_id}"))
        for _ in range(ROUNDS + 1)
    ]
    # The first round warms up.
    return rounds[1:]


def _memory() -> Row:
    """The memory that a process of its own has, after the warm-up and at the end."""
    code = "import asyncio; from tests.benchmarks.reports import make_many; asyncio.run(make_many())"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    before, after = json.loads(printed)
    return _row(f"memory after {IN_SEQUENCE} more reports in all forms", [after / before], "at most", 1.1)


async def make_many() -> None:
    """Makes reports of every kind and type in all forms; prints its memory before and after."""
    # All data sets come in the warm-up: each script has fonts that are loaded once.
    wanted = islice(cycle((name, kind) for kind in TYPES for name in GOLDEN), WARM_UP + IN_SEQUENCE)
    renderer, pages = Renderer(), []
    for name, report_type in wanted:
        await _all_forms(renderer, await golden_report(name, report_type))
        pages.append(_pages_in_memory())
    await renderer.aclose()
    print(json.dumps([pages[WARM_UP - 1], pages[-1]]))


def _pages_in_memory() -> int:
    # The peak that getrusage tells begins with that of the process before.
    return int(Path("/proc/self/statm").read_text("ascii").split()[1])


def _row(name: str, ratios: list[float], bound: str, target: float) -> Row:
    return Row(name, median(ratios), min(ratios), max(ratios), bound, target)  # type: ignore[arg-type]


if __name__ == "__main__":
    for row in rows():
        print(row)
