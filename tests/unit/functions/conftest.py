"""The app context of handlers: local, with a database of its own and a clock that stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.app.context import AppContext
from shared.app.context_provider import contexts
from tests.support.mongo import NOW, local_settings


@pytest.fixture
async def local_context(tmp_path: Path) -> AsyncIterator[AppContext]:
    """The context that handlers get. All tests are one caller: the embedded Redis is that of the process."""
    limits = {"writes_per_minute": 10_000}
    made = AppContext(local_settings(app={"data_dir": str(tmp_path)}, limits=limits), lambda: NOW)
    contexts.use(made)
    yield made
    contexts.use(None)
    await made.mongo.aclose()
