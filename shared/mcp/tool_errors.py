"""Errors of tools as texts that a model can act on."""

import logging
from math import ceil
from typing import Final

from shared.errors import ProblemError
from shared.errors.request_errors import (
    InvalidRequestError,
    InvalidSymbolError,
    RateLimitedError,
    ReportNotFoundError,
    SymbolNotFoundError,
)
from shared.errors.service_errors import ServiceError
from shared.observability.failures import is_expected, log_failure
from shared.observability.telemetry import current_scope

_ADVICE: Final[tuple[tuple[type[ProblemError], str], ...]] = (
    (SymbolNotFoundError, "Find the ticker with search_symbols."),
    (InvalidSymbolError, "Find the ticker with search_symbols."),
    (
        ReportNotFoundError,
        "Request a report with create_report; if no source knows the symbol, find it with search_symbols.",
    ),
    (InvalidRequestError, "Correct the arguments and call the tool again."),
)

_log = logging.getLogger(__name__)


def error_text(error: ProblemError) -> str:
    """Returns what failed and what to do next, without anything about the inside of the service."""
    log_failure(error, current_scope())
    sentences = [error.detail if error.detail.endswith((".", "!", "?")) else f"{error.detail}."]
    if error.retry_after is not None:
        sentences.append(f"Retry in {max(1, ceil(error.retry_after))} seconds.")
        return f"{error.code}: {' '.join(sentences)}"
    sentences += [advice for kind, advice in _ADVICE if isinstance(error, kind)][:1]
    if isinstance(error, RateLimitedError | ServiceError) and is_expected(error):
        sentences.append("Retrying later may help; another tool may have what you need.")
    return f"{error.code}: {' '.join(sentences)}"


def unexpected_error_text() -> str:
    """Logs the exception that is being handled; returns a text that names the request for its operator."""
    _log.exception("mcp tool failed: unexpected error")
    current_scope().annotate(code="internal_error")
    return (
        "internal_error: The service failed unexpectedly. Calling again with the same arguments will "
        f"probably fail too; report the request id {current_scope().request_id} to the operator."
    )
