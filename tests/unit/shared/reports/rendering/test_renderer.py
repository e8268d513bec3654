"""Rendering in its thread: bounded, with a deadline, and what fails there fails here."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator

import pytest

from shared.errors import DependencyUnavailableError
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
    assert (await renderer.render(stored, "pdf", drawings)).startswith(b"%PDF-")
    assert (await renderer.render(stored, "html", drawings)).startswith(b"<!DOCTYPE html>")
    assert (await renderer.render(stored, "markdown", b"{}")).startswith(b"# Rising Corporation")


async def test_too_many_at_once_are_turned_away(renderer: Renderer) -> None:
    go_on = threading.Event()
    tasks = [asyncio.create_task(renderer._run(go_on.wait)) for _ in range(WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(DependencyUnavailableError) as turned_away:
        await renderer._run(go_on.wait)
    assert turned_away.value.retry_after == 5
    go_on.set()
    assert all(await asyncio.gather(*tasks))
    assert await renderer._run(go_on.wait)


async def test_what_takes_too_long_is_given_up() -> None:
    renderer, go_on = Renderer(seconds=0.01), threading.Event()
    with pytest.raises(DependencyUnavailableError):
        await renderer._run(go_on.wait)
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
