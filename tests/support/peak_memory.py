"""The peak of this process's memory from a moment on. Linux only."""

import re
from pathlib import Path
from typing import Final

_RESET_PEAK: Final = "5"
"""See ``clear_refs`` in proc(5)."""


def reset_peak_memory() -> None:
    """Sets the peak to the memory in use: without it, an earlier and larger peak hides what follows."""
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, "ascii")


def peak_memory() -> float:
    """Returns the peak of the resident memory since the last reset, in MiB."""
    status = Path("/proc/self/status").read_text("ascii")
    peak = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert peak is not None
    return int(peak[1]) / 1024
