"""Errors of tools tell a model what to do next, and nothing about the inside of the service."""

import pytest

from shared.errors import ProblemError
from shared.errors.request_errors import (
    InvalidRequestError,
    RateLimitedError,
    ReportNotFoundError,
    SymbolNotFoundError,
)
from shared.errors.service_errors import DependencyUnavailableError, InternalError, NotEntitledError
from shared.mcp.tool_errors import error_text, unexpected_error_text
from shared.observability.telemetry import request_scope

_REPORT_ADVICE = (
    "Request a report with create_report; if no source knows the symbol, find it with search_symbols."
)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SymbolNotFoundError("No data source knows ZZZZ."), "Find the ticker with search_symbols."),
        (
            ReportNotFoundError("There is no such report."),
            _REPORT_ADVICE,
        ),
        (
            InvalidRequestError("limit is too large"),
            "too large. Correct the arguments and call the tool again.",
        ),
        (RateLimitedError("Too many requests.", retry_after=7.2), "Retry in 8 seconds."),
        (DependencyUnavailableError("The database is busy.", retry_after=0.2), "Retry in 1 seconds."),
        (NotEntitledError("The plan does not include this."), "another tool may have what you need."),
    ],
)
def test_text_has_the_code_the_cause_and_the_next_step(error: ProblemError, text: str) -> None:
    with request_scope("r1", "mcp"):
        shown = error_text(error)
    assert shown.startswith(f"{error.code}: ")
    assert shown.endswith(text)


def test_defect_offers_no_retry() -> None:
    with request_scope("r1", "mcp"):
        shown = error_text(InternalError("The request could not be completed because of an internal error."))
    assert "Retry" not in shown


def test_unexpected_exception_names_the_request_and_hides_its_text(caplog: pytest.LogCaptureFixture) -> None:
    with request_scope("r7", "mcp") as scope:
        try:
            raise ValueError("host db.internal is down")
        except ValueError:
            shown = unexpected_error_text()
    assert "r7" in shown
    assert "db.internal" not in shown
    assert scope.fields["code"] == "internal_error"
    assert "mcp tool failed" in caplog.text
