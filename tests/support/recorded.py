"""Recorded responses of real servers; they are not part of the repository."""

import os
from pathlib import Path

import pytest


def recorded_folder(name: str) -> Path:
    """Returns a folder of recordings; skips the calling test module where there are none.

    Args:
        name: Name of the folder below ``RECORDED_DATA``.
    """
    root = os.environ.get("RECORDED_DATA")
    if not root or not (folder := Path(root) / name).is_dir():
        message = "RECORDED_DATA names no folder with recorded responses"
        pytest.skip(f"{message} ({name})", allow_module_level=True)
    return folder
