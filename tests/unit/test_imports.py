"""What ``import function_app`` may load: all of it is paid for at every cold start."""

import json
import subprocess
import sys
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Final

from shared.app.preloaded_modules import MOST_WORKERS, NEARLY_EVERY_REQUEST, SIGNING_IN
from tests.support.host import REPOSITORY

PLATFORM: Final = frozenset(
    {
        # azure-functions and the streaming extension, and what they bring; the same for any app. Starlette
        # loads python_multipart wherever it is installed; mcp requires it.
        "annotated_doc", "annotated_types", "anyio", "azure", "azurefunctions", "click", "fastapi",
        "markupsafe", "opentelemetry", "pydantic", "pydantic_core", "python_multipart", "sniffio",
        "starlette", "typing_extensions", "typing_inspection", "uvicorn", "werkzeug",
    }
)  # fmt: skip
OURS: Final = frozenset({"function_app", "functions", "shared"})
LATER: Final = (
    "aiohttp", "azure.identity", "azure.keyvault", "cachetools", "croniter", "curl_cffi",
    "exchange_calendars", "fakeredis", "hiredis", "httpx", "infra", "jinja2", "limits", "matplotlib",
    "mcp", "mcp_types", "mongomock", "msgspec", "numpy", "openai", "pandas", "pyarrow", "pymongo", "redis",
    "rich", "sse_starlette", "talib", "tenacity", "typst", "yfinance",
)  # fmt: skip
"""Imported on first use by the one adapter that needs it."""

OURS_LATER: Final = (
    "shared.config.settings", "shared.data.documents", "shared.domain.company", "shared.domain.market_data",
    "shared.domain.subscriptions", "shared.domain.technicals", "shared.reports.report",
)  # fmt: skip
"""Our models: building their validators would double the time that our own modules take."""


@cache
def loaded_by(module: str) -> frozenset[str]:
    """Full names of the modules from outside the standard library that importing a module loads."""
    code = f"import json, sys; import {module}; print(json.dumps(list(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60
    )
    return frozenset(name for name in json.loads(result.stdout) if not _of_python(name.partition(".")[0]))


def _of_python(root: str) -> bool:
    # The two are names that an installation of Python or of setuptools makes up.
    return root in sys.stdlib_module_names or root.startswith(("__", "_sysconfigdata", "_distutils_hack"))


def test_nothing_is_loaded_that_is_not_listed() -> None:
    roots = {name.partition(".")[0] for name in loaded_by("function_app")}
    assert not roots - PLATFORM - OURS, (
        "import it where it is first used, or list it here and measure the cold start"
    )


def test_what_is_for_later_is_not_loaded() -> None:
    loaded = loaded_by("function_app")
    assert not [name for name in (*LATER, *OURS_LATER) if name in loaded]


def test_app_adds_nothing_to_what_the_platform_brings() -> None:
    bare = "azurefunctions.extensions.http.fastapi, azure.functions"
    added = {name.partition(".")[0] for name in loaded_by("function_app") - loaded_by(bare)}
    assert added - {"pydantic"} <= OURS


LIGHT_MB: Final = 20
"""Megabytes on disk that a distribution may have which every worker imports."""


def test_what_every_worker_preloads_is_light() -> None:
    # Health, a cached quote and the start of a chat need no more than this; docs/deployment.md has the table.
    modules = [*NEARLY_EVERY_REQUEST, *SIGNING_IN, *MOST_WORKERS]
    names = {name.partition(".")[0] for name in loaded_by(", ".join(modules))}
    distributions = {found for name in names for found in packages_distributions().get(name, [])}
    heavy = {name: size for name in distributions if (size := _megabytes(name)) > LIGHT_MB}
    assert "pymongo" in distributions
    assert heavy == {}


def _megabytes(name: str) -> float:
    paths = [Path(str(file.locate())) for file in distribution(name).files or []]
    return sum(path.stat().st_size for path in paths if path.is_file() and path.suffix != ".pyc") / 1e6
