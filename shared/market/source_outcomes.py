"""What a request to the sources ends with: the answer of one, or one error for the failures of all."""

from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from shared.domain.market_data import DataKind, Provenance
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import (
    NotEntitledError,
    ServiceError,
    UpstreamError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from shared.observability import metrics

T = TypeVar("T")

SAMPLE_SOURCE: Final = "sample"
"""The source of sample data."""
DEFAULT_RETRY_AFTER: Final = 10.0
"""Seconds for ``Retry-After`` when no source names any."""
RESERVED: Final = "its budget is reserved for requests"
NOT_AVAILABLE: Final = "not available"
_NOT_NOW: Final = (RESERVED, NOT_AVAILABLE)
"""Reasons to skip a source that may have the data."""
_DOWN = (
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)


def is_made_up_beside(value: Provenance, source: str) -> bool:
    """Returns whether a value is of the sample data, but what it stands beside is of a real source."""
    return value.source == SAMPLE_SOURCE != source


class NotInSampleDataError(UpstreamUnavailableError):
    """The real sources are down and the sample data do not have the symbol, which may exist or not.

    The cache treats it as a failure, so that a stale answer is served. Clients get 404. The detail names the
    sources that failed.
    """


@dataclass(frozen=True)
class SourceResult(Generic[T]):
    """The answer of a source.

    Attributes:
        value: The answer.
        fallback_reason: Why preferred sources were skipped.
        is_placeholder: Whether it is sample data in place of a real source that failed; for a short TTL.
    """

    value: T
    fallback_reason: str | None
    is_placeholder: bool = False


SourceOutcome = SourceResult[T] | SymbolNotFoundError | ServiceError


@dataclass
class FailedAttempts:
    """Failed attempts to get the data of one symbol, in the order of the sources."""

    notes: list[str] = field(default_factory=list)
    errors: list[ProviderError] = field(default_factory=list)

    def add(self, error: ProviderError) -> None:
        """Adds a failed attempt."""
        self.notes.append(f"{error.provider}: {error.reason}")
        self.errors.append(error)

    def found(self, source: str, value: T) -> SourceResult[T]:
        """Returns the answer of a source after these attempts."""
        # A source that does not cover the symbol did not fail.
        failed = [error for error in self.errors if not isinstance(error, ProviderNotCoveredError)]
        if failed:
            metrics.fell_back("market_data", failed[0].provider, source)
        is_placeholder = source == SAMPLE_SOURCE and any(isinstance(error, _DOWN) for error in self.errors)
        return SourceResult(value, "; ".join(self.notes) or None, is_placeholder)


def failure_of(symbol: str, kind: DataKind, passed: FailedAttempts) -> SymbolNotFoundError | ServiceError:
    """Returns the error for clients when no source has answered.

    A symbol is unknown if the first requested source reports so, or if any does and none is down. A later
    source proves nothing while an earlier one is down, as each covers other markets.
    """
    failure = _failure_of(symbol, kind, passed)
    failure.causes = tuple(passed.errors)
    return failure


def _failure_of(symbol: str, kind: DataKind, passed: FailedAttempts) -> SymbolNotFoundError | ServiceError:
    errors = passed.errors
    unknown = [error for error in errors if isinstance(error, ProviderNotFoundError)]
    down = [error for error in errors if isinstance(error, _DOWN)]
    reasons = "; ".join(passed.notes) or "none is configured"
    if unknown and (not down or errors[0] in unknown):
        return SymbolNotFoundError(f"No data source knows {symbol}.")
    if errors and all(
        isinstance(error, (ProviderNotCoveredError, ProviderNotFoundError)) for error in errors
    ):
        return SymbolNotFoundError(f"No data source has the {kind} of {symbol} ({reasons}).")
    if any(error.provider == SAMPLE_SOURCE for error in unknown):
        return NotInSampleDataError(f"No data source that is up knows {symbol} ({reasons}).")
    # A rejected key is a failure of the source: its plan may well include the data.
    failed = down or any(isinstance(error, ProviderAuthError) for error in errors)
    if not failed and any(isinstance(error, ProviderNotEntitledError) for error in errors):
        return NotEntitledError(f"The plan of the data source does not include this ({reasons}).")
    lacking = any(note.endswith(f"has no {kind}") for note in passed.notes)
    if not errors and lacking and not any(note.endswith(_NOT_NOW) for note in passed.notes):
        return NotEntitledError(f"No configured data source has {kind} ({reasons}).")
    detail = f"No data source could give the {kind} of {symbol} ({reasons})."
    if (
        any(isinstance(error, (ProviderRateLimitedError, ProviderUnavailableError)) for error in errors)
        or not errors
    ):
        pauses = [error.retry_after for error in errors if error.retry_after is not None]
        return UpstreamUnavailableError(detail, retry_after=min(pauses, default=DEFAULT_RETRY_AFTER))
    if down and all(isinstance(error, ProviderTimeoutError) for error in down):
        return UpstreamTimeoutError(detail)
    return UpstreamError(detail)
