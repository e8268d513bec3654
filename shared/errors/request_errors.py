"""Errors of requests that the client can correct.

::

    RequestError
    ├── InvalidRequestError             400 invalid_request
    │   ├── InvalidSymbolError          400 invalid_symbol
    │   ├── InvalidJsonError            400 invalid_json
    │   └── ContextTooLongError         400 context_too_long
    ├── ForbiddenOriginError            403 forbidden_origin (local host only)
    ├── NotFoundError                   404 not_found
    │   ├── SymbolNotFoundError         404 symbol_not_found
    │   └── ReportNotFoundError         404 report_not_found
    ├── MethodNotAllowedError           405 method_not_allowed (GET and DELETE of /mcp only)
    ├── NotAcceptableError              406 not_acceptable
    ├── RequestTimeoutError             408 request_timeout (local host only)
    ├── ConflictError                   409 conflict
    ├── AnswerStoppedError              409 answer_stopped (in a stream only)
    ├── PayloadTooLargeError            413 payload_too_large
    ├── UnsupportedMediaTypeError       415 unsupported_media_type
    ├── ProviderNotConfiguredError      422 provider_not_configured
    ├── ModelNotAllowedError            422 model_not_allowed
    ├── ContentFilteredError            422 content_filtered
    ├── UpgradeNotSupportedError        426 upgrade_not_supported
    ├── RateLimitedError                429 rate_limited
    └── HeadersTooLargeError            431 headers_too_large (local host only)
"""

from typing import ClassVar

from shared.errors import ErrorCode, ProblemError


class RequestError(ProblemError):
    """The request cannot be served as it is; the client can correct it."""


class InvalidRequestError(RequestError):
    """A parameter or the body is invalid."""

    status, title = 400, "Invalid request"
    code: ClassVar[ErrorCode] = "invalid_request"


class InvalidSymbolError(InvalidRequestError):
    """A value is not a ticker symbol."""

    code, title = "invalid_symbol", "Invalid symbol"


class InvalidJsonError(InvalidRequestError):
    """The body is not JSON."""

    code, title = "invalid_json", "Invalid JSON"


class NotFoundError(RequestError):
    """The resource does not exist."""

    status, title = 404, "Not found"
    code: ClassVar[ErrorCode] = "not_found"


class ForbiddenOriginError(RequestError):
    """A web page of another origin sent the request to the local host."""

    status, code, title = 403, "forbidden_origin", "Forbidden origin"


class SymbolNotFoundError(NotFoundError):
    """No data source knows the symbol."""

    code, title = "symbol_not_found", "Symbol not found"


class ReportNotFoundError(NotFoundError):
    """No report has this id."""

    code, title = "report_not_found", "Report not found"


class MethodNotAllowedError(RequestError):
    """The route does not serve this method; other wrong methods are 404 from the Functions host."""

    status, code, title = 405, "method_not_allowed", "Method not allowed"


class NotAcceptableError(RequestError):
    """None of the formats in ``Accept`` can be produced."""

    status, code, title = 406, "not_acceptable", "Not acceptable"


class RequestTimeoutError(RequestError):
    """The request did not arrive in time at the local host."""

    status, code, title = 408, "request_timeout", "Request timeout"


class ConflictError(RequestError):
    """Another request is changing the resource."""

    status, code, title = 409, "conflict", "Conflict"


class AnswerStoppedError(RequestError):
    """The answer was stopped on request, or because no client read it; the text so far stays valid."""

    status, code, title = 409, "answer_stopped", "Answer stopped"


class PayloadTooLargeError(RequestError):
    """The request body exceeds the limit."""

    status, code, title = 413, "payload_too_large", "Payload too large"


class UnsupportedMediaTypeError(RequestError):
    """The media type of the request body is not supported."""

    status, code, title = 415, "unsupported_media_type", "Unsupported media type"


class ProviderNotConfiguredError(RequestError):
    """The requested model provider has no credentials in this deployment."""

    status, code, title = 422, "provider_not_configured", "Provider not configured"


class ContextTooLongError(InvalidRequestError):
    """The message and its conversation do not fit into the model's context."""

    code, title = "context_too_long", "Context too long"


class ModelNotAllowedError(RequestError):
    """The requested model is not one of the allowed models."""

    status, code, title = 422, "model_not_allowed", "Model not allowed"


class ContentFilteredError(RequestError):
    """The content policy of the model's provider refused the prompt; repeating it does not help."""

    status, code, title = 422, "content_filtered", "Content filtered"


class UpgradeNotSupportedError(RequestError):
    """The request asks for another protocol, such as WebSocket."""

    status, code, title = 426, "upgrade_not_supported", "Upgrade not supported"


class RateLimitedError(RequestError):
    """The caller exceeded a rate limit."""

    status, code, title = 429, "rate_limited", "Too many requests"


class HeadersTooLargeError(RequestError):
    """Request line and headers exceed the limit of the local host."""

    status, code, title = 431, "headers_too_large", "Headers too large"
