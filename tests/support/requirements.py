"""What tests need beside Python: what is missing skips a test on a developer's machine and fails it in CI."""

import os
import shutil
from collections.abc import Callable
from typing import Final, NoReturn

import pytest

REDIS: Final = "redis-server"
"""The program, and its Debian package. Tests that start it have the marker ``redis_server``."""


def not_there(message: str, *, module: bool = False) -> NoReturn:
    """Skips the calling test, or fails it where ``CI`` is set.

    Args:
        message: What is missing, and how to install it.
        module: Whether the caller is a module that is being collected: it is skipped as a whole.
    """
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message, allow_module_level=module)


def find_program(*names: str) -> str | None:
    """Returns the path of the first program that is installed."""
    return next((path for name in names if (path := shutil.which(name))), None)


def require_program(*names: str, package: str) -> str:
    """Returns the path of the first program found.

    Args:
        names: The program's names, in order of preference.
        package: The Debian package that installs it.
    """
    path = find_program(*names)
    if path is None:
        not_there(f"{names[0]} is not installed (Debian: apt-get install {package})")
    return path


def keep_one(config: pytest.Config, items: list[pytest.Item], needs: Callable[[pytest.Item], bool]) -> None:
    """Keeps one of the tests that need what is missing: it is skipped with the reason, once for all.

    Args:
        config: The configuration.
        items: The collected tests; changed.
        needs: Whether a test needs it.
    """
    needing = [item for item in items if needs(item)]
    if len(needing) > 1 and not os.environ.get("CI"):
        config.hook.pytest_deselected(items=needing[1:])
        items[:] = [item for item in items if item not in set(needing[1:])]
