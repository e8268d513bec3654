"""The exceptions of the project, one class per reaction; here are the bases.

::

    AppError
    ├── ConfigurationError              the app does not start
    │   └── SecretsUnavailableError     Key Vault cannot be read: 503 until it can
    ├── BreakerOpenError                circuit breaker open: use a fallback or retry later
    ├── ForbiddenTargetError            a webhook's target is not allowed: nothing is sent
    ├── ProblemError                    what clients see
    │   ├── RequestError                the client can correct the request (request_errors)
    │   └── ServiceError                the service or a dependency failed (service_errors)
    └── ProviderError                   one source or model failed (provider_errors)

``RequestError`` and ``ServiceError`` reach clients: ``shared.http.problems`` turns them into problem
responses. ``ProviderError`` never does: the data manager and the model factory turn the last one into one of
those when no alternative is left. Every ``detail`` is safe to show: no key, host or stack trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

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
    "request_timeout",
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
    "headers_too_large",
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
