"""What a report costs over drawing its charts, a kept one over a handler that does nothing, and memory.

``python -m tests.benchmarks.reports`` prints the rows alone.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Final

from shared.cache.cache_entry import CacheKey, Fetched
from shared.redis.connection import connect_redis
from shared.reports.language.writer import Writer
from shared.reports.rendering.charts import draw_charts
from shared.reports.rendering.html import render_html
from shared.reports.rendering.markdown import render_markdown
from shared.reports.rendering.pdf import render_pdf
from shared.reports.report import Report
from shared.runtime.clock import utc_now
from tests.benchmarks.row import Row
from tests.support.cache import cache_settings
from tests.support.golden_reports import GOLDEN, TYPES, golden_report
from tests.support.host import REPOSITORY, running_host
from tests.support.load import Load, load
from tests.support.redis_parts import make_cache
from tests.support.redis_server import RedisServer, redis_server

APP: Final = REPOSITORY / "tests/support/reports_app"
CONNECTIONS: Final = 32
ROUNDS: Final = 9
REQUESTS: Final = 2000
"""Under load, in one round."""
WARM_UP: Final = 20
IN_SEQUENCE: Final = 100
"""Reports, after those that warm up."""


def rows() -> list[Row]:
    """Measures everything; needs redis-server."""
    report = asyncio.run(golden_report("rising", "comprehensive_analysis"))
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        return [_forms(report), _kept(report, Path(folder), server), _memory()]


def _forms(report: Report) -> Row:
    ratios = []
    for _ in range(ROUNDS + 1):
        charts = _seconds(lambda: draw_charts(report.charts, Writer.of("en")))
        ratios.append(_seconds(lambda: _all_forms(report)) / charts)
    # The first round loads the libraries.
    return _row("all four forms of a report over drawing its charts", ratios[1:], "at most", 2)


def _all_forms(report: Report) -> int:
    drawings = draw_charts(report.charts, Writer.of("en"))
    pages = (render_html(report, drawings), render_markdown(report), report.model_dump_json())
    return len(render_pdf(report, drawings)) + sum(map(len, pages))


def _kept(report: Report, folder: Path, server: RedisServer) -> Row:
    stored = report.model_dump_json().encode()
    (folder / "report.json").write_bytes(stored)
    environ = {
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(server.port),
        "CACHE_PREFIX": cache_settings().prefix,
        "CONSTANT_FILE": str(folder / "report.json"),
    }
    with running_host(folder / "host", environ, app=APP) as base_url:
        rounds = asyncio.run(_loads(base_url, server, report.report_id, stored))
    rates = [kept.rate / constant.rate for kept, constant in rounds]
    return _row("kept reports a second over a constant handler's of as many bytes", rates, "at least", 0.8)


async def _loads(
    base_url: str, server: RedisServer, report_id: str, stored: bytes
) -> list[tuple[Load, Load]]:
    """Each in turns with what it is measured by, so that both meet the same machine."""
    redis = connect_redis(server.settings())
    cache = make_cache(redis, cache_settings(), utc_now)
    await cache.put(CacheKey("reports", "report", report_id), Fetched(stored))

    async def busy(path: str) -> Load:
        return await load(base_url, [path], REQUESTS, connections=CONNECTIONS)

    rounds = [
        (await busy(f"/api/reports/{report_id}"), await busy(f"/api/constant/{report_id}"))
        for _ in range(ROUNDS + 1)
    ]
    await cache.aclose()
    await redis.aclose()
    # The first round warms up.
    return rounds[1:]


def _memory() -> Row:
    """The memory that a process of its own has, after the warm-up and at the end."""
    code = "from tests.benchmarks.reports import make_many; make_many()"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    before, after = json.loads(printed)
    return _row(f"memory after {IN_SEQUENCE} more reports in all forms", [after / before], "at most", 1.1)


def make_many() -> None:
    """Makes reports of every kind and type in all forms; prints its memory before and after."""
    # All data sets come in the warm-up: each script has fonts that are loaded once.
    wanted = islice(cycle((name, kind) for kind in TYPES for name in GOLDEN), WARM_UP + IN_SEQUENCE)
    pages = []
    for name, report_type in wanted:
        _all_forms(asyncio.run(golden_report(name, report_type)))
        # The peak that getrusage tells begins with that of the process before.
        pages.append(int(Path("/proc/self/statm").read_text("ascii").split()[1]))
    print(json.dumps([pages[WARM_UP - 1], pages[-1]]))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _row(name: str, ratios: list[float], bound: str, target: float) -> Row:
    return Row(name, median(ratios), min(ratios), max(ratios), bound, target)  # type: ignore[arg-type]


if __name__ == "__main__":
    for row in rows():
        print(row)
