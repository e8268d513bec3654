"""What the checks before a deployment report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One problem of a deployment.

    Attributes:
        message: What is wrong and what to do.
        fatal: Whether the deployment must not start.
    """

    message: str
    fatal: bool = True
