"""HTTP responses from the answers of the market data service."""

from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from shared.http.caching import cached_response
from shared.observability.telemetry import annotate

if TYPE_CHECKING:
    from shared.app.context import AppContext
    from shared.market.answers import Answer


def answer_response(req: Request, app: "AppContext", answer: "Answer[Any]") -> Response:
    """Returns the cached bytes of an answer and puts its source on the request's log line."""
    annotate(source=answer.source)
    return cached_response(req, answer.entry, app.clock())
