"""Renders reports in threads of their own, with a bounded queue and a deadline."""

import asyncio
import hashlib
import json
import logging
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from shared.errors.service_errors import DependencyUnavailableError
from shared.reports.report import Report

if TYPE_CHECKING:
    from shared.reports.rendering.view import ReportView

WrittenForm = Literal["markdown", "html", "xlsx"]
Form = WrittenForm | Literal["pdf"]
"""Formats that are rendered; JSON is stored."""

WAITING: Final = 16
"""Most renderings that run or wait; further ones are refused."""
SECONDS: Final = 30.0
"""Deadline of one step of a rendering in seconds, including the wait in the queue.

A PDF has two: its charts are drawn and its pages laid out, then its pages are set.
"""
_RECENT: Final = 2
"""Reports that are held as they were read last."""

_SHAPED_BY: Final = (
    "reports/rendering/*.py",
    "reports/templates/*",
    "reports/templates.py",
    "reports/language/*.py",
    "reports/language/catalogues/*",
    "reports/valuation/*.py",
    "reports/chart_data.py",
    "reports/report.py",
    "reports/text.py",
    "domain/formatting.py",
    "domain/statements.py",
    "domain/track_record.py",
)
"""What shapes the forms of a report, in the package ``shared``."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Renderer:
    """Renders reports off the event loop.

    One thread draws and writes, since matplotlib draws in one thread at a time. Another one sets pages with
    Typst, which works without the lock of the interpreter: pages are laid out while their charts are drawn.

    Args:
        seconds: Deadline of one step of a rendering.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="reports")
        self._typesetting = ThreadPoolExecutor(1, thread_name_prefix="report-pages")
        self._seconds = seconds
        self._under_way = 0

    async def drawings(self, stored: bytes) -> bytes:
        """Returns the charts of a report as a JSON object of SVG by kind.

        Args:
            stored: The report as JSON.

        Raises:
            DependencyUnavailableError: The queue is full, or the deadline passed.
        """
        return await self._run(self._writing, lambda: json.dumps(dict(_draw(stored))).encode())

    async def chart_width(self, stored: bytes) -> int:
        """Lays out the pages of the PDF, which needs no charts yet; returns the width of charts in percent.

        Args:
            stored: The report as JSON.

        Raises:
            DependencyUnavailableError: As ``drawings``.
        """
        return await self._run(self._typesetting, lambda: _lay_out(stored))

    async def images(self, drawings: bytes) -> bytes:
        """Returns charts as a JSON object of PNG in base64 by kind.

        Args:
            drawings: The result of ``drawings``.

        Raises:
            DependencyUnavailableError: As ``drawings``.
        """
        return await self._run(self._typesetting, lambda: _images(drawings))

    async def render(self, stored: bytes, form: WrittenForm, drawings: bytes = b"{}") -> bytes:
        """Returns a report as text or workbook.

        Args:
            stored: The report as JSON.
            form: The format.
            drawings: The result of ``drawings``; only HTML needs it.

        Raises:
            DependencyUnavailableError: As ``drawings``.
        """
        return await self._run(self._writing, lambda: _render(stored, form, drawings))

    async def pdf(self, stored: bytes, drawings: bytes, chart_width: int) -> bytes:
        """Returns a report as PDF.

        Args:
            stored: The report as JSON.
            drawings: The result of ``drawings``.
            chart_width: The result of ``chart_width``.

        Raises:
            DependencyUnavailableError: As ``drawings``.
        """
        return await self._run(self._typesetting, lambda: _set_pages(stored, drawings, chart_width))

    async def aclose(self) -> None:
        """Shuts the threads down; a running rendering finishes."""
        for executor in (self._writing, self._typesetting):
            executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._under_way >= WAITING:
            raise DependencyUnavailableError(
                "Too many reports are being rendered; retry later.", retry_after=5
            )
        try:
            future = asyncio.get_running_loop().run_in_executor(executor, work)
        except RuntimeError as error:
            raise DependencyUnavailableError("The service is shutting down.", retry_after=1) from error
        self._under_way += 1
        future.add_done_callback(self._finished)
        try:
            async with asyncio.timeout(self._seconds):
                # The thread finishes its rendering when the caller is cancelled.
                return await asyncio.shield(future)
        except TimeoutError as error:
            _log.error("report: rendering timed out after %.0f s", self._seconds)
            raise DependencyUnavailableError(
                "The report was not rendered before its deadline; retry later.", retry_after=5
            ) from error

    def _finished(self, future: "asyncio.Future[Any]") -> None:
        self._under_way -= 1
        if not future.cancelled():
            # Retrieved here: asyncio warns about exceptions that no caller retrieves.
            future.exception()


@lru_cache(maxsize=_RECENT)
def _report_of(stored: bytes) -> Report:
    """Returns a stored report. Its forms are often asked for together: it is read once for all of them."""
    return Report.model_validate_json(stored)


@lru_cache(maxsize=_RECENT)
def _view_of(stored: bytes) -> "ReportView":
    """Returns a stored report as formatted text, which its forms share."""
    from shared.reports.rendering.view import view_of

    return view_of(_report_of(stored))


def _draw(stored: bytes) -> Any:  # noqa: ANN401 - drawings, which would load the drawing for their type
    from shared.reports.rendering.charts import draw_charts
    from shared.reports.rendering.heading import writer_of

    report = _report_of(stored)
    return draw_charts(report.charts, writer_of(report))


def _lay_out(stored: bytes) -> int:
    from shared.reports.rendering.pdf import chart_width_of

    return chart_width_of(_view_of(stored), {chart.kind for chart in _report_of(stored).charts})


def _set_pages(stored: bytes, drawings: bytes, chart_width: int) -> bytes:
    from shared.reports.rendering.pdf import render_pdf

    return render_pdf(_view_of(stored), json.loads(drawings), chart_width)


def _images(drawings: bytes) -> bytes:
    from shared.reports.rendering.png import render_png

    images = {kind: b64encode(render_png(svg)).decode() for kind, svg in json.loads(drawings).items()}
    return json.dumps(images).encode()


def _render(stored: bytes, form: WrittenForm, drawings: bytes) -> bytes:
    if form == "markdown":
        from shared.reports.rendering.markdown import render_markdown

        return render_markdown(_view_of(stored)).encode()
    if form == "xlsx":
        from shared.reports.rendering.workbook import render_workbook

        return render_workbook(_report_of(stored))
    from shared.reports.rendering.html import render_html

    return render_html(_view_of(stored), json.loads(drawings)).encode()


@cache
def rendering_version() -> str:
    """Returns a digest of templates and rendering code: renderings of other versions are not reused."""
    digest = hashlib.blake2b(digest_size=6)
    package = Path(__file__).resolve().parents[2]
    for path in sorted(path for pattern in _SHAPED_BY for path in package.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
