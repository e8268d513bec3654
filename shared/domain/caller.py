"""The caller of a request, as limits and ownership know it."""

from typing import NewType

Caller = NewType("Caller", str)
"""An opaque, stable name of a caller, safe to store and to log: never the key itself."""
