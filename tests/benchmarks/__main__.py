"""Prints one table of everything that is measured: ``python -m tests.benchmarks [module ...]``.

A module of this package takes part by defining ``rows() -> list[Row]``. The exit code is 1 when a figure
is not what it has to be.
"""

import importlib
import os
import platform
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tests.benchmarks.row import Row

_PACKAGES: Final = (
    "azure-functions", "azurefunctions-extensions-http-fastapi", "cashews", "fastapi", "Flask",
    "Flask-Caching", "gunicorn", "openai", "pydantic", "pymongo", "redis", "uvicorn",
)  # fmt: skip


def main(chosen: Sequence[str]) -> int:
    """Measures and prints; the exit code.

    Args:
        chosen: Names of modules; none means all.
    """
    print("\n".join(_machine()), end="\n\n")
    missed = False
    for name in chosen or _module_names():
        measure: Callable[[], list[Row]] | None = getattr(
            importlib.import_module(f"tests.benchmarks.{name}"), "rows", None
        )
        for row in measure() if measure else ():
            print(row, flush=True)
            missed |= not row.reached
    return int(missed)


def _module_names() -> list[str]:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return [file.stem for file in files if not file.stem.startswith("_") and file.stem != "row"]


def _machine() -> list[str]:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    return [
        f"{platform.platform(terse=True)}, {platform.machine()}, {os.cpu_count()} cores, load {load}",
        f"{platform.python_implementation()} {platform.python_version()}",
        ", ".join(f"{package} {_version(package)}" for package in _PACKAGES),
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
