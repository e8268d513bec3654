"""Failures of the service or of a dependency, as clients see them.

::

    ServiceError
    ├── InternalError                   500 internal_error
    ├── NotEntitledError                422 not_entitled: the plan of the source lacks it
    ├── UpstreamError                   502 upstream_error
    ├── UpstreamUnavailableError        503 upstream_unavailable
    ├── UpstreamTimeoutError            504 upstream_timeout
    ├── ModelError                      502 model_error
    ├── ModelInterruptedError           502 model_interrupted (in a stream only)
    ├── ModelUnavailableError           503 model_unavailable
    ├── ModelTimeoutError               504 model_timeout
    ├── DependencyUnavailableError      503 dependency_unavailable
    ├── ProducerLostError               503 producer_lost (in a stream only)
    └── ShuttingDownError               503 shutting_down
"""

from typing import Final

from shared.errors import ProblemError


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
