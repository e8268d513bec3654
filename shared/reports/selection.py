"""Parts of a stored report: some of its fields, or all without the charts; and the name of its file."""

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Final

ALWAYS: Final = ("report_id", "disclaimer")
"""Fields that every selection has."""
_NOT_IN_FILE_NAMES: Final = re.compile(r"[^A-Za-z0-9.-]+")


@cache
def field_names() -> frozenset[str]:
    """Returns the names that ``fields`` may have."""
    # The models of a report take long to import; most workers need them late or never.
    from shared.reports.report import Report

    return frozenset(Report.model_fields)


def select(stored: bytes, fields: Sequence[str], *, charts: bool) -> bytes:
    """Returns the JSON of a report with some of its fields. Blocks for about a millisecond.

    Args:
        stored: The report as JSON.
        fields: Names of fields; none for all. ``report_id`` and ``disclaimer`` are always part of it.
        charts: Whether the charts are part of it, if they are among the fields.
    """
    report = json.loads(stored)
    wanted = {*fields, *ALWAYS} if fields else set(report)
    if not charts:
        wanted.discard("charts")
    chosen = {name: value for name, value in report.items() if name in wanted}
    return json.dumps(chosen, ensure_ascii=False, separators=(",", ":")).encode()


def file_name(stored: bytes, extension: str) -> str:
    """Returns the name of a report's file: ``AAPL-2026-11-28-comprehensive.pdf``."""
    report = json.loads(stored)
    kind = report["report_type"].removesuffix("_analysis").replace("_", "-")
    symbol = _NOT_IN_FILE_NAMES.sub("_", report["symbol"])
    return f"{symbol}-{report['timestamp'][:10]}-{kind}.{extension}"
