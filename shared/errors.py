"""The exceptions of the project, one class per reaction.

::

    AppError
    ├── ConfigurationError                  the app does not start
    │   └── SecretsUnavailableError         Key Vault cannot be read: 503 until it can
    ├── BreakerOpenError                    circuit breaker open: use a fallback or retry later
    ├── ForbiddenTargetError                a webhook's target is not allowed: nothing is sent
    ├── RequestError                        the client can correct the request
    │   ├── InvalidRequestError             400 invalid_request
    │   │   ├── InvalidSymbolError          400 invalid_symbol
    │   │   ├── InvalidJsonError            400 invalid_json
    │   │   └── ContextTooLongError         400 context_too_long
    │   ├── ForbiddenOriginError            403 forbidden_origin (local host only)
    │   ├── NotFoundError                   404 not_found
    │   │   ├── SymbolNotFoundError         404 symbol_not_found
    │   │   └── ReportNotFoundError         404 report_not_found
    │   ├── MethodNotAllowedError           405 method_not_allowed (GET and DELETE of /mcp only)
    │   ├── NotAcceptableError              406 not_acceptable
    │   ├── ConflictError                   409 conflict
    │   ├── AnswerStoppedError              409 answer_stopped (in a stream only)
    │   ├── PayloadTooLargeError            413 payload_too_large
    │   ├── UnsupportedMediaTypeError       415 unsupported_media_type
    │   ├── ProviderNotConfiguredError      422 provider_not_configured
    │   ├── ModelNotAllowedError            422 model_not_allowed
    │   ├── ContentFilteredError            422 content_filtered
    │   ├── UpgradeNotSupportedError        426 upgrade_not_supported
    │   └── RateLimitedError                429 rate_limited
    ├── ServiceError                        the service or a dependency failed
    │   ├── InternalError                   500 internal_error
    │   ├── NotEntitledError                422 not_entitled: the plan of the source lacks it
    │   ├── UpstreamError                   502 upstream_error
    │   ├── UpstreamUnavailableError        503 upstream_unavailable
    │   ├── UpstreamTimeoutError            504 upstream_timeout
    │   ├── ModelError                      502 model_error
    │   ├── ModelInterruptedError           502 model_interrupted (in a stream only)
    │   ├── ModelUnavailableError           503 model_unavailable
    │   ├── ModelTimeoutError               504 model_timeout
    │   ├── DependencyUnavailableError      503 dependency_unavailable
    │   ├── ProducerLostError               503 producer_lost (in a stream only)
    │   └── ShuttingDownError               503 shutting_down
    └── ProviderError                       one source or model failed; its router chooses a fallback
        ├── ProviderNotFoundError           symbol unknown: try the next, cache the result
        ├── ProviderNotCoveredError         no such data for the symbol: try the next
        ├── ProviderRateLimitedError        cooldown of ``retry_after`` seconds
        │   └── ProviderBudgetError         our own budget: try the next, the breaker stays closed
        ├── ProviderNotEntitledError        the plan lacks this: never retry
        ├── ProviderAuthError               credentials refused: never retry
        ├── ProviderTimeoutError            deadline exceeded: try the next
        ├── ProviderUnavailableError        down: try the next
        ├── ProviderBadPayloadError         malformed payload: try the next
        ├── ProviderEmptyAnswerError        neither text nor tool call: try the next
        ├── ProviderReasoningTimeoutError   reasoned too long: try the next, the breaker stays closed
        ├── ProviderContextTooLongError     the prompt does not fit: try the next
        ├── ProviderContentFilteredError    policy refused the prompt: try no other
        ├── ProviderRequestError            rejected the request: a retry cannot help
        └── ProviderInterruptedError        ended in the middle of an answer

``RequestError`` and ``ServiceError`` reach clients: ``shared.http.problems`` turns them into problem
responses. ``ProviderError`` never does: the data manager and the model factory turn the last one into one of
those when no alternative is left. Every ``detail`` is safe to show: no key, host or stack trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

ErrorCode = Literal[
    "invalid_request",
    "invalid_symbol",
    "invalid_json",
    "symbol_not_found",
    "report_not_found",
    "not_found",
    "method_not_allowed",
    "not_acceptable",
    "forbidden_origin",
    "conflict",
    "answer_stopped",
    "payload_too_large",
    "unsupported_media_type",
    "provider_not_configured",
    "not_entitled",
    "model_not_allowed",
    "content_filtered",
    "context_too_long",
    "upgrade_not_supported",
    "rate_limited",
    "internal_error",
    "upstream_error",
    "model_error",
    "model_interrupted",
    "upstream_unavailable",
    "model_unavailable",
    "dependency_unavailable",
    "shutting_down",
    "producer_lost",
    "upstream_timeout",
    "model_timeout",
]
"""Stable codes of the API, for programs."""


class AppError(Exception):
    """Base of all errors that this project raises."""


class ConfigurationError(AppError):
    """The configuration is wrong; the message names file, key and variable, never a secret's value."""


class SecretsUnavailableError(ConfigurationError):
    """Key Vault does not respond or denies access; the configuration itself may be correct."""


class BreakerOpenError(AppError):
    """The circuit breaker of a dependency is open; never shown to clients in this form.

    Attributes:
        name: Name of the dependency.
        retry_after: Seconds until the next trial call.
    """

    def __init__(self, name: str, retry_after: float) -> None:
        super().__init__(f"{name}: circuit breaker open, next trial in {retry_after:.1f} s")
        self.name = name
        self.retry_after = retry_after


class ForbiddenTargetError(AppError):
    """The target of a webhook is not allowed; the message says what it must be, without the address."""


@dataclass(frozen=True)
class FieldError:
    """One invalid field of a request and the reason."""

    field: str
    message: str


class ProblemError(AppError):
    """An error that a client sees, as an RFC 9457 problem.

    Attributes:
        status: HTTP status code.
        code: Stable code of the API, for programs.
        title: Short name of the kind of problem, the same for every occurrence.
        detail: The cause of this occurrence; safe to show.
        retry_after: Seconds after which a retry may succeed, or None.
        errors: The invalid fields of a validation error.
        causes: What each source failed with, in the order they were asked; clients see the detail instead.
    """

    status: ClassVar[int]
    code: ClassVar[ErrorCode]
    title: ClassVar[str]
    causes: "tuple[ProviderError, ...]" = ()

    def __init__(
        self, detail: str, *, retry_after: float | None = None, errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.errors = tuple(errors)


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


class ServiceError(ProblemError):
    """The service or one of its dependencies failed."""


class InternalError(ServiceError):
    """A defect of the service."""

    status, code, title = 500, "internal_error", "Internal error"


class NotEntitledError(ServiceError):
    """The plan of the data source does not include the data. Retrying does not help."""

    status, code, title = 422, "not_entitled", "Not in the plan of the data source"


class UpstreamError(ServiceError):
    """Every remaining data source returned a malformed response or rejected the request."""

    status, code, title = 502, "upstream_error", "Upstream error"


class UpstreamUnavailableError(ServiceError):
    """No data source is available and no stale entry is cached."""

    status, code, title = 503, "upstream_unavailable", "Upstream unavailable"


class UpstreamTimeoutError(ServiceError):
    """The data sources did not respond within the deadline."""

    status, code, title = 504, "upstream_timeout", "Upstream timeout"


UPSTREAM_FAILURES: Final = (
    NotEntitledError,
    UpstreamError,
    UpstreamUnavailableError,
    UpstreamTimeoutError,
)
"""Failures of all sources, for which older data are a better answer."""


class ModelError(ServiceError):
    """Every remaining model returned a malformed response or rejected the request."""

    status, code, title = 502, "model_error", "Model error"


class ModelInterruptedError(ServiceError):
    """The model ended in the middle of an answer; the text so far stays valid."""

    status, code, title = 502, "model_interrupted", "Model interrupted"


class ModelUnavailableError(ServiceError):
    """No model is available."""

    status, code, title = 503, "model_unavailable", "Model unavailable"


class ModelTimeoutError(ServiceError):
    """The model did not respond within the deadline."""

    status, code, title = 504, "model_timeout", "Model timeout"


class DependencyUnavailableError(ServiceError):
    """A store that the request needs is unavailable."""

    status, code, title = 503, "dependency_unavailable", "Dependency unavailable"


class ProducerLostError(ServiceError):
    """The worker that produced the answer ended without closing the stream; the text so far stays valid."""

    status, code, title = 503, "producer_lost", "Producer lost"


class ShuttingDownError(ServiceError):
    """The worker is shutting down and cannot finish the request."""

    status, code, title = 503, "shutting_down", "Shutting down"


class ProviderError(AppError):
    """A data source or model provider failed; the router that chose it decides on a fallback.

    Attributes:
        provider: The provider's name (``yahoo``, ``openai``).
        reason: Short and safe to show; becomes ``fallback_reason``.
        retry_after: Cooldown in seconds that the provider asked for, or None.
        parameter: Request parameter that the provider rejected, or None.
    """

    def __init__(
        self, provider: str, reason: str, *, retry_after: float | None = None, parameter: str | None = None
    ) -> None:
        super().__init__(f"{provider}: {reason}")
        self.provider = provider
        self.reason = reason
        self.retry_after = retry_after
        self.parameter = parameter


class ProviderNotFoundError(ProviderError):
    """The provider is available and does not know the symbol."""


class ProviderNotCoveredError(ProviderError):
    """The provider does not cover the symbol or this kind of data; the symbol may exist."""


class ProviderRateLimitedError(ProviderError):
    """The provider's rate limit or our budget for it is exhausted."""


class ProviderBudgetError(ProviderRateLimitedError):
    """Our budget for the provider is exhausted; the provider was not called."""


class ProviderNotEntitledError(ProviderError):
    """The plan of the account does not include the data."""


class ProviderAuthError(ProviderError):
    """Credentials are missing, invalid or could not be obtained."""


class ProviderTimeoutError(ProviderError):
    """The provider did not respond within the deadline."""


class ProviderUnavailableError(ProviderError):
    """The provider is unreachable or responds with 5xx."""


class ProviderBadPayloadError(ProviderError):
    """The response does not have the documented shape."""


class ProviderRequestError(ProviderError):
    """The provider rejected the request itself (400, 404, 422)."""


class ProviderEmptyAnswerError(ProviderError):
    """The model ended its answer without text or tool call."""


class ProviderReasoningTimeoutError(ProviderError):
    """A reasoning model reached its own time limit before the first word."""


class ProviderContextTooLongError(ProviderError):
    """The prompt does not fit into the model's context."""


class ProviderContentFilteredError(ProviderError):
    """The provider's content policy refused the prompt."""


class ProviderInterruptedError(ProviderError):
    """The provider ended in the middle of a streamed answer."""
