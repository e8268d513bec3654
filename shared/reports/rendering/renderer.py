"""Renders reports in one thread of their own, with a bounded queue and a deadline."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from shared.errors import DependencyUnavailableError
from shared.reports.report import Report

Form = Literal["markdown", "html", "pdf", "xlsx"]
"""Formats that are rendered; JSON is stored."""

WAITING: Final = 16
"""Most renderings that run or wait; further ones are refused."""
SECONDS: Final = 30.0
"""Deadline of a rendering in seconds, including the wait in the queue."""

_FOLDERS: Final = ("rendering/*.py", "templates/*", "language/*.py", "language/catalogues/*")

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Renderer:
    """Renders reports off the event loop.

    There is one thread: an instance has one processor, and matplotlib draws in one thread at a time.

    Args:
        seconds: Deadline of one rendering.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="reports")
        self._seconds = seconds
        self._under_way = 0

    async def drawings(self, stored: bytes) -> bytes:
        """Returns the charts of a report as a JSON object of SVG by kind.

        Args:
            stored: The report as JSON.

        Raises:
            DependencyUnavailableError: The queue is full, or the deadline passed.
        """
        return await self._run(lambda: json.dumps(dict(_draw(stored))).encode())

    async def render(self, stored: bytes, form: Form, drawings: bytes) -> bytes:
        """Returns a report in one format.

        Args:
            stored: The report as JSON.
            form: The format.
            drawings: The result of ``drawings``.

        Raises:
            DependencyUnavailableError: As ``drawings``.
        """
        return await self._run(lambda: _render(stored, form, drawings))

    async def aclose(self) -> None:
        """Shuts the thread down; a running rendering finishes."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._under_way >= WAITING:
            raise DependencyUnavailableError(
                "Too many reports are being rendered; retry later.", retry_after=5
            )
        try:
            future = asyncio.get_running_loop().run_in_executor(self._executor, work)
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


def _draw(stored: bytes) -> Any:  # noqa: ANN401 - drawings, which would load the drawing for their type
    from shared.reports.rendering.charts import draw_charts
    from shared.reports.rendering.view import writer_of

    report = Report.model_validate_json(stored)
    return draw_charts(report.charts, writer_of(report))


def _render(stored: bytes, form: Form, drawings: bytes) -> bytes:
    report = Report.model_validate_json(stored)
    if form == "markdown":
        from shared.reports.rendering.markdown import render_markdown

        return render_markdown(report).encode()
    if form == "xlsx":
        from shared.reports.rendering.workbook import render_workbook

        return render_workbook(report)
    if form == "html":
        from shared.reports.rendering.html import render_html

        return render_html(report, json.loads(drawings)).encode()
    from shared.reports.rendering.pdf import render_pdf

    return render_pdf(report, json.loads(drawings))


@cache
def rendering_version() -> str:
    """Returns a digest of templates and rendering code: renderings of other versions are not reused."""
    digest = hashlib.blake2b(digest_size=6)
    reports = Path(__file__).resolve().parents[1]
    for path in sorted(path for folder in _FOLDERS for path in reports.glob(folder)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
