"""The exceptions of the project: one class for each different reaction.

::

    AppError
    ├── ConfigurationError                  the start is refused
    │   └── SecretsUnavailableError         the vault cannot be read: served as 503 until it can
    ├── BreakerOpenError                    it failed a moment ago: do without it, or come back later
    ├── RequestError                        the client can mend it
    │   ├── InvalidRequestError             400 invalid_request
    │   │   ├── InvalidSymbolError          400 invalid_symbol
    │   │   └── InvalidJsonError            400 invalid_json
    │   ├── NotFoundError                   404 not_found
    │   │   ├── SymbolNotFoundError         404 symbol_not_found
    │   │   └── ReportNotFoundError         404 report_not_found
    │   ├── NotAcceptableError              406 not_acceptable
    │   ├── ConflictError                   409 conflict
    │   ├── PayloadTooLargeError            413 payload_too_large
    │   ├── UnsupportedMediaTypeError       415 unsupported_media_type
    │   ├── ProviderNotConfiguredError      422 provider_not_configured
    │   └── RateLimitedError                429 rate_limited
    ├── ServiceError                        we or what we stand on failed
    │   ├── InternalError                   500 internal_error
    │   ├── UpstreamError                   502 upstream_error
    │   ├── UpstreamUnavailableError        503 upstream_unavailable
    │   ├── UpstreamTimeoutError            504 upstream_timeout
    │   ├── ModelError                      502 model_error
    │   ├── ModelInterruptedError           502 model_interrupted (in a stream only)
    │   ├── ModelUnavailableError           503 model_unavailable
    │   ├── ModelTimeoutError               504 model_timeout
    │   └── DependencyUnavailableError      503 dependency_unavailable
    └── ProviderError                       one source or model failed; its router decides what comes next
        ├── ProviderNotFoundError           does not know the symbol: ask the next, remember the answer
        ├── ProviderRateLimitedError        let it rest for ``retry_after`` seconds
        ├── ProviderNotEntitledError        the plan lacks this: never retry
        ├── ProviderAuthError               credentials refused: never retry
        ├── ProviderTimeoutError            too slow: ask the next
        ├── ProviderUnavailableError        down: ask the next
        ├── ProviderBadPayloadError         answered nonsense: ask the next
        ├── ProviderRequestError            refused the call itself: asking again will not help
        └── ProviderInterruptedError        stopped in the middle of an answer

``RequestError`` and ``ServiceError`` reach clients: ``shared.http.problems`` turns them into problem
responses. ``ProviderError`` never does: the data manager and the model factory turn the last one into a
``ServiceError`` when no alternative is left. Every ``detail`` is safe to show: no key, host or stack trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class AppError(Exception):
    """Root of everything this project raises on purpose."""


class ConfigurationError(AppError):
    """The configuration is wrong; the message names file, key and variable, never a secret's value."""


class SecretsUnavailableError(ConfigurationError):
    """The vault does not answer, or refuses: nothing is known to be wrong with the configuration itself."""


class BreakerOpenError(AppError):
    """What is to be called failed a moment ago and is being left alone; never shown to clients as it is.

    Attributes:
        name: Of what is being left alone.
        retry_after: Seconds until the next call may pass.
    """

    def __init__(self, name: str, retry_after: float) -> None:
        super().__init__(f"{name} failed and is left alone for {retry_after:.1f} s")
        self.name = name
        self.retry_after = retry_after


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with a request: which field, and why."""

    field: str
    message: str


class ProblemError(AppError):
    """An error that a client sees, as an RFC 9457 problem.

    Attributes:
        status: HTTP status code.
        code: Stable machine-readable code of the contract.
        title: Short name of the kind of problem, the same for every occurrence.
        detail: What went wrong this time; safe to show.
        retry_after: Seconds after which trying again makes sense, or None.
        errors: What is wrong with which field, for validation errors.
    """

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(
        self, detail: str, *, retry_after: float | None = None, errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.errors = tuple(errors)


class RequestError(ProblemError):
    """The client asked for something that cannot be done as asked."""


class InvalidRequestError(RequestError):
    """A parameter or the body is wrong."""

    status, code, title = 400, "invalid_request", "Invalid request"


class InvalidSymbolError(InvalidRequestError):
    """What was given cannot be a ticker symbol."""

    code, title = "invalid_symbol", "Invalid symbol"


class InvalidJsonError(InvalidRequestError):
    """The body is not JSON."""

    code, title = "invalid_json", "Invalid JSON"


class NotFoundError(RequestError):
    """There is no such thing."""

    status, code, title = 404, "not_found", "Not found"


class SymbolNotFoundError(NotFoundError):
    """No data source knows the symbol."""

    code, title = "symbol_not_found", "Symbol not found"


class ReportNotFoundError(NotFoundError):
    """No report has this id."""

    code, title = "report_not_found", "Report not found"


class NotAcceptableError(RequestError):
    """None of the formats in ``Accept`` can be produced."""

    status, code, title = 406, "not_acceptable", "Not acceptable"


class ConflictError(RequestError):
    """The thing is being changed by somebody else right now."""

    status, code, title = 409, "conflict", "Conflict"


class PayloadTooLargeError(RequestError):
    """The request body is over the limit."""

    status, code, title = 413, "payload_too_large", "Payload too large"


class UnsupportedMediaTypeError(RequestError):
    """The request body is not of a type that is read here."""

    status, code, title = 415, "unsupported_media_type", "Unsupported media type"


class ProviderNotConfiguredError(RequestError):
    """The model provider asked for has no credentials here."""

    status, code, title = 422, "provider_not_configured", "Provider not configured"


class RateLimitedError(RequestError):
    """The caller asked too often."""

    status, code, title = 429, "rate_limited", "Too many requests"


class ServiceError(ProblemError):
    """We, or something we stand on, failed."""


class InternalError(ServiceError):
    """A defect of ours."""

    status, code, title = 500, "internal_error", "Internal error"


class UpstreamError(ServiceError):
    """Every data source left answered nonsense or refused."""

    status, code, title = 502, "upstream_error", "Upstream error"


class UpstreamUnavailableError(ServiceError):
    """No data source is up, and nothing stale is kept."""

    status, code, title = 503, "upstream_unavailable", "Upstream unavailable"


class UpstreamTimeoutError(ServiceError):
    """The data sources did not answer in time."""

    status, code, title = 504, "upstream_timeout", "Upstream timeout"


class ModelError(ServiceError):
    """Every model left answered nonsense or refused."""

    status, code, title = 502, "model_error", "Model error"


class ModelInterruptedError(ServiceError):
    """The model stopped in the middle of an answer; what was said so far stays valid."""

    status, code, title = 502, "model_interrupted", "Model interrupted"


class ModelUnavailableError(ServiceError):
    """No model is up."""

    status, code, title = 503, "model_unavailable", "Model unavailable"


class ModelTimeoutError(ServiceError):
    """The model did not answer in time."""

    status, code, title = 504, "model_timeout", "Model timeout"


class DependencyUnavailableError(ServiceError):
    """A store that this request cannot do without is down."""

    status, code, title = 503, "dependency_unavailable", "Dependency unavailable"


class ProviderError(AppError):
    """A data source or model provider failed; whoever chose it decides what comes next.

    Attributes:
        provider: The provider's name (``yahoo``, ``openai``).
        reason: Short and safe to show; becomes ``fallback_reason``.
        retry_after: Seconds the provider asked to be left alone, or None.
        parameter: The request parameter the provider objected to, where it named one.
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
    """The provider is up and does not know the symbol."""


class ProviderRateLimitedError(ProviderError):
    """Too many requests, or the budget is used up."""


class ProviderNotEntitledError(ProviderError):
    """The account's plan does not include this."""


class ProviderAuthError(ProviderError):
    """Credentials are missing, wrong or could not be got."""


class ProviderTimeoutError(ProviderError):
    """No answer within the deadline."""


class ProviderUnavailableError(ProviderError):
    """Unreachable, or answering 5xx."""


class ProviderBadPayloadError(ProviderError):
    """An answer that does not have the documented shape."""


class ProviderRequestError(ProviderError):
    """The provider refused the call itself (400, 404, 422)."""


class ProviderInterruptedError(ProviderError):
    """The provider stopped in the middle of a streamed answer."""
