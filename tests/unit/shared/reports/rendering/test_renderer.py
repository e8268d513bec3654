"""Rendering in its thread: bounded, with a deadline, and what fails there fails here."""

import ast
import asyncio
import io
import json
import threading
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from shared.errors.service_errors import DependencyUnavailableError
from shared.reports.rendering import renderer as renderer_module
from shared.reports.rendering.renderer import WAITING, Renderer, rendering_version
from tests.support.golden_reports import golden_report


@pytest.fixture
async def renderer() -> AsyncIterator[Renderer]:
    renderer = Renderer(seconds=20)
    yield renderer
    await renderer.aclose()


async def test_all_forms_of_a_stored_report(renderer: Renderer) -> None:
    stored = (await golden_report("rising", "technical_analysis")).model_dump_json().encode()
    drawings = await renderer.drawings(stored)
    assert json.loads(drawings).keys() == {"price", "rsi", "macd"}
    images = json.loads(await renderer.images(drawings))
    assert images.keys() == {"price", "rsi", "macd"}
    assert all(b64decode(image).startswith(b"\x89PNG") for image in images.values())
    assert max(map(len, images.values())) < 150_000
    width = await renderer.chart_width(stored)
    assert (await renderer.pdf(stored, drawings, width)).startswith(b"%PDF-")
    assert (await renderer.render(stored, "html", drawings)).startswith(b"<!DOCTYPE html>")
    assert (await renderer.render(stored, "markdown")).startswith(b"# Rising Corporation")


async def test_reports_in_turn_are_never_taken_for_one_another(renderer: Renderer) -> None:
    names = ("rising", "falling", "etf", "rising", "pair", "falling")
    reports = [await golden_report(name, "quick_overview") for name in names]
    for report in reports:
        stored = report.model_dump_json().encode()
        assert f"({report.symbol})".encode() in (await renderer.render(stored, "markdown")).splitlines()[0]
        assert f"({report.symbol})".encode() in await renderer.render(stored, "html")
        named = load_workbook(io.BytesIO(await renderer.render(stored, "xlsx"))).worksheets[0]["A1"].value
        assert named == f"{report.name} ({report.symbol})"


async def test_pages_are_laid_out_while_charts_are_drawn(renderer: Renderer) -> None:
    stored = (await golden_report("rising", "technical_analysis")).model_dump_json().encode()
    go_on = threading.Event()
    drawing = asyncio.create_task(renderer._run(renderer._writing, go_on.wait))
    assert await renderer.chart_width(stored) == 100
    assert not drawing.done()
    go_on.set()
    await drawing


async def test_too_many_at_once_are_turned_away(renderer: Renderer) -> None:
    go_on = threading.Event()
    tasks = [asyncio.create_task(renderer._run(renderer._writing, go_on.wait)) for _ in range(WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(DependencyUnavailableError) as turned_away:
        await renderer._run(renderer._writing, go_on.wait)
    assert turned_away.value.retry_after == 5
    go_on.set()
    assert all(await asyncio.gather(*tasks))
    assert await renderer._run(renderer._writing, go_on.wait)


async def test_what_takes_too_long_is_given_up() -> None:
    renderer, go_on = Renderer(seconds=0.01), threading.Event()
    with pytest.raises(DependencyUnavailableError):
        await renderer._run(renderer._writing, go_on.wait)
    go_on.set()
    await renderer.aclose()


async def test_error_in_the_thread_is_raised(renderer: Renderer) -> None:
    with pytest.raises(ValueError, match="validation error"):
        await renderer.drawings(b"{}")


async def test_closed_renderer_says_so(renderer: Renderer) -> None:
    await renderer.aclose()
    with pytest.raises(DependencyUnavailableError):
        await renderer.drawings(b"{}")


def test_version_is_the_same_until_something_changes() -> None:
    assert rendering_version() == rendering_version()
    assert len(rendering_version()) == 12


def test_version_changes_with_everything_that_rendering_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    read_bytes = Path.read_bytes

    def remembered(path: Path) -> bytes:
        read.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", remembered)
    rendering_version.__wrapped__()
    package = Path(renderer_module.__file__).parents[2]
    code = [
        path for folder in ("rendering", "language") for path in (package / "reports" / folder).glob("*.py")
    ]
    imported = {package.parent / f"{name.replace('.', '/')}.py" for path in code for name in imports_of(path)}
    assert {path for path in imported if path.parent != package / "errors"} <= set(read)
    assert {package / "reports/templates/report.md", package / "domain/formatting.py"} <= set(read)


def imports_of(path: Path) -> set[str]:
    """The modules of the service that a file imports from."""
    nodes = ast.walk(ast.parse(path.read_text()))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name for name in names if name.startswith("shared.")}
