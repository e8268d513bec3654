"""A source of the chain with its health: what its errors mean for further requests, and for the log."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from shared.config.source_settings import MarketSettings
from shared.domain.market_data import DataKind
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderBudgetError,
    ProviderInterruptedError,
    ProviderNotEntitledError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.market.providers.base import MarketDataProvider
from shared.market.source_outcomes import NOT_AVAILABLE
from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.upstream_health import UpstreamHealth

_log = logging.getLogger(__name__)

_TIMEOUTS_BEFORE_OPEN: Final = 2
_REJECTED_SECONDS: Final = 30.0
"""Cooldown after a rejection by a rate limit that does not say how long it lasts."""
_UNHEALTHY_SECONDS: Final = 60.0
BAD_PAYLOADS_BEFORE_UNHEALTHY: Final = 3
"""After this many bad payloads in a row the fault is the source's, not the symbol's."""
_WARNED_ABOUT: Final = (
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderNotEntitledError,
    ProviderRequestError,
)
"""Errors that leave the source healthy and yet need an operator: a changed format, a plan, a defect."""
_WARNING_SECONDS: Final = 3_600.0
"""One WARNING in this time per source, kind of data and class of error."""
_UNHEALTHY: Final = (
    ProviderAuthError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)


@dataclass
class ChainSource:
    """A source in the order, with its health; without provider it cannot be used."""

    name: str
    provider: MarketDataProvider | None
    health: UpstreamHealth
    unusable_reason: str = ""
    consecutive_bad_payloads: int = 0
    warned_at: dict[tuple[DataKind, str], float] = field(default_factory=dict)

    def state(self) -> str:
        """Returns ``ok``, or why the source cannot be used; safe to show."""
        if self.provider is None:
            return self.unusable_reason
        return "ok" if self.health.healthy else self.health.last_error or "unhealthy"

    def has_quotes(self) -> bool:
        """Returns whether prices come from it."""
        return self.provider is not None and "quote" in self.provider.kinds

    def succeeded(self) -> None:
        """Records an answer."""
        self.health.success()
        self.consecutive_bad_payloads = 0

    def timed_out(self) -> ProviderError:
        """Records a request without an answer in time, and returns the error."""
        error = ProviderTimeoutError(self.name, "did not answer in time")
        self.health.failure(error.reason)
        return self._counted(error)

    def broke(self, defect: Exception) -> ProviderError:
        """Logs a proxy that a library does not support, or a defect, and returns the error."""
        _log.exception("source failed: %s (%s)", self.name, type(defect).__name__)
        error = ProviderUnavailableError(self.name, "cannot be used")
        self.health.failure(error.reason)
        return self._counted(error)

    def failed(
        self, error: ProviderError, kind: DataKind, symbols: Sequence[str], now: float
    ) -> ProviderError:
        """Records an error of the source, and returns it.

        Args:
            error: The error.
            kind: The requested kind of data.
            symbols: What was requested.
            now: Monotonic seconds.
        """
        if _is_rejection(error):
            self.health.failure(error.reason, error.retry_after or _REJECTED_SECONDS)
            error.retry_after = self.health.remaining_cooldown()
        else:
            self.health.answered()
        self._warn(error, kind, symbols, now)
        return self._counted(error)

    def _warn(self, error: ProviderError, kind: DataKind, symbols: Sequence[str], now: float) -> None:
        """Logs an error that does not mark the source unhealthy, unless it was logged within the hour."""
        key = (kind, type(error).__name__)
        if isinstance(error, _WARNED_ABOUT) and now - self.warned_at.get(key, -math.inf) >= _WARNING_SECONDS:
            self.warned_at[key] = now
            subject = next(iter(symbols), "")
            _log.warning("source error: %s %s %s: %s (%s)", self.name, kind, subject, error.reason, key[1])

    def _counted(self, error: ProviderError) -> ProviderError:
        """Marks the source unhealthy on connection-level errors. Errors of a single request do not count."""
        bad_payload = isinstance(error, ProviderBadPayloadError)
        self.consecutive_bad_payloads = self.consecutive_bad_payloads + 1 if bad_payload else 0
        if isinstance(error, _UNHEALTHY) or self.consecutive_bad_payloads >= BAD_PAYLOADS_BEFORE_UNHEALTHY:
            seconds = max(error.retry_after or 0.0, _UNHEALTHY_SECONDS)
            self.health.report_unhealthy(error.reason, seconds, error.__cause__ or error)
        return error


def source_of(name: str, provider: MarketDataProvider | None, settings: MarketSettings) -> ChainSource:
    """Returns a configured source.

    Args:
        name: Its name.
        provider: The source itself; None when it cannot be used.
        settings: Why it cannot be used, and the longest cooldown.
    """
    breaker = CircuitBreaker(name, threshold=_TIMEOUTS_BEFORE_OPEN, max_retry_after=settings.max_cooldown)
    health = UpstreamHealth(name, _log, breaker=breaker)
    return ChainSource(name, provider, health, "" if provider else _why_unusable(name, settings))


def _is_rejection(error: ProviderError) -> bool:
    """Returns whether a source rejected a request by its rate limit: further ones could prolong that."""
    return isinstance(error, ProviderRateLimitedError) and not isinstance(error, ProviderBudgetError)


def _why_unusable(name: str, settings: MarketSettings) -> str:
    enabled = {
        "yahoo": settings.yahoo.enabled,
        "alpha_vantage": settings.alpha_vantage.enabled,
        "tiingo": settings.tiingo.enabled,
        "sec_edgar": settings.sec_edgar.enabled,
        "ecb": settings.ecb.enabled,
        "sample": settings.sample.enabled,
    }
    if not enabled.get(name, False):
        return "disabled"
    keys = {"tiingo": settings.tiingo.api_key, "alpha_vantage": settings.alpha_vantage.api_key}
    if name in keys and keys[name] is None:
        return "no credentials"
    if name == "sec_edgar" and settings.sec_edgar.contact is None:
        return "disabled: SEC_EDGAR_CONTACT is not set"
    return NOT_AVAILABLE
