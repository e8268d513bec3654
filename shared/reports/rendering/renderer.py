"""Draws and sets reports in a thread of their own: one at a time, with a bounded queue and a deadline."""

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

Form = Literal["markdown", "html", "pdf"]
"""What a report is rendered to; as JSON it is stored already."""

WAITING: Final = 16
"""Drawings under way or waiting; more are turned away."""
SECONDS: Final = 30.0
"""After which a drawing is given up, the wait for its turn included."""

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
        """The charts of a report as SVG: a JSON object of drawings by kind.

        Args:
            stored: The report as JSON.

        Raises:
            DependencyUnavailableError: Too many wait already, or it took too long.
        """
        return await self._run(lambda: json.dumps(dict(_draw(stored))).encode())

    async def render(self, stored: bytes, form: Form, drawings: bytes) -> bytes:
        """A report in one form.

        Args:
            stored: The report as JSON.
            form: Which.
            drawings: What ``drawings`` made of it.

        Raises:
            DependencyUnavailableError: As ``drawings``.
        """
        return await self._run(lambda: _render(stored, form, drawings))

    async def aclose(self) -> None:
        """Lets go of the thread; what is under way ends by itself."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._under_way >= WAITING:
            raise DependencyUnavailableError("Too many reports are being rendered.", retry_after=5)
        try:
            future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as error:
            raise DependencyUnavailableError("The service is shutting down.", retry_after=1) from error
        self._under_way += 1
        future.add_done_callback(self._finished)
        try:
            async with asyncio.timeout(self._seconds):
                # A caller that gives up leaves the thread to finish what it does.
                return await asyncio.shield(future)
        except TimeoutError as error:
            _log.error("a report was not rendered within %.0f s", self._seconds)
            raise DependencyUnavailableError("The report was not rendered in time.", retry_after=5) from error

    def _finished(self, future: "asyncio.Future[Any]") -> None:
        self._under_way -= 1
        if not future.cancelled():
            # Read here, so that asyncio does not complain of one whose caller has given up.
            future.exception()


def _draw(stored: bytes) -> Any:  # noqa: ANN401 - drawings, which would load the drawing for their type
    from shared.reports.rendering.charts import draw_charts

    return draw_charts(Report.model_validate_json(stored).charts)


def _render(stored: bytes, form: Form, drawings: bytes) -> bytes:
    report = Report.model_validate_json(stored)
    if form == "markdown":
        from shared.reports.rendering.markdown import render_markdown

        return render_markdown(report).encode()
    if form == "html":
        from shared.reports.rendering.html import render_html

        return render_html(report, json.loads(drawings)).encode()
    from shared.reports.rendering.pdf import render_pdf

    return render_pdf(report, json.loads(drawings))


@cache
def rendering_version() -> str:
    """A digest of templates and code of the rendering: what another version rendered is not used."""
    digest = hashlib.blake2b(digest_size=6)
    reports = Path(__file__).resolve().parents[1]
    for path in sorted([*reports.glob("rendering/*.py"), *reports.glob("templates/*")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
