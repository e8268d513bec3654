"""Programs that tests need: a missing one skips the test on a developer's machine and fails it in CI."""

import os
import shutil

import pytest


def require_program(*names: str, package: str) -> str:
    """Returns the path of the first program found.

    Args:
        names: The program's names, in order of preference.
        package: The Debian package that installs it.
    """
    for name in names:
        if path := shutil.which(name):
            return path
    message = f"{names[0]} is not installed (Debian: apt-get install {package})"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
