"""The metrics of the service, by the OpenTelemetry API.

The platform, or ``shared.observability.otlp_export``, sets the meter provider that sends them; without one
each call is a no-op. Every attribute has few values (no symbol, caller or text from outside), so that the
number of series is bounded.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from opentelemetry.metrics import CallbackOptions, Observation, get_meter

from shared.errors import ProviderError
from shared.errors.provider_errors import ProviderTimeoutError
from shared.observability.spans import end_client_span, start_client_span

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram

METER: Final = "stock-research"
OTHER_MODEL: Final = "other"
"""Replaces the name of every model but the configured one, because clients may name any."""

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 240.0)
_BYTES: Final = (1_000.0, 2_500.0, 5_000.0, 10_000.0, 25_000.0, 50_000.0, 100_000.0, 250_000.0, 1_000_000.0)


@dataclass
class _Totals:
    """Totals that are observed by each reading of the metrics."""

    refresh_runs: int = 0


_totals = _Totals()


@dataclass(frozen=True)
class _Instruments:
    request_duration: "Histogram"
    stream_size: "Histogram"
    cache_lookups: "Counter"
    upstream_duration: "Histogram"
    fallbacks: "Counter"
    model_duration: "Histogram"
    model_tokens: "Counter"
    refresh_duration: "Histogram"
    refresh_items: "Counter"
    events: "Counter"
    redis_failures: "Counter"
    mongodb_failures: "Counter"
    deliveries: "Counter"
    dead_letters: "Histogram"


@cache
def _instruments() -> _Instruments:
    meter = get_meter(METER)

    def seconds(name: str, description: str) -> "Histogram":
        return meter.create_histogram(
            name, "s", description, explicit_bucket_boundaries_advisory=list(_SECONDS)
        )

    # Observed, so that every worker reports 0 as well: an alert on less than one run needs it.
    meter.create_observable_counter(
        "app.refresh.runs", [_refresh_runs], "{run}", "Successful runs of the scheduled refresh"
    )
    return _Instruments(
        request_duration=seconds(
            "app.request.duration", "Duration of requests and timer runs, of streams to their end"
        ),
        stream_size=meter.create_histogram(
            "app.stream.size",
            "By",
            "Bytes sent by a stream",
            explicit_bucket_boundaries_advisory=list(_BYTES),
        ),
        cache_lookups=meter.create_counter("app.cache.lookups", "{lookup}", "Cache lookups"),
        upstream_duration=seconds("app.upstream.duration", "Duration of calls to market data sources"),
        fallbacks=meter.create_counter(
            "app.fallbacks", "{answer}", "Responses by a fallback source or model"
        ),
        model_duration=seconds("app.model.duration", "Duration of model calls to the first event"),
        model_tokens=meter.create_counter("app.model.tokens", "{token}", "Tokens of prompts and completions"),
        refresh_duration=seconds("app.refresh.duration", "Duration of runs of the scheduled refresh"),
        refresh_items=meter.create_counter("app.refresh.items", "{answer}", "Refreshed cache entries"),
        events=meter.create_counter(
            "app.briefings.events", "{event}", "Briefings and alerts that were put into the outbox"
        ),
        # One counter each: alerts cannot filter by attributes.
        redis_failures=meter.create_counter(
            "app.redis.failures", "{call}", "Failed or rejected calls of Redis"
        ),
        mongodb_failures=meter.create_counter(
            "app.mongodb.failures", "{call}", "Failed or rejected calls of MongoDB"
        ),
        deliveries=meter.create_counter(
            "app.deliveries", "{message}", "Handled messages of the queue of webhook deliveries"
        ),
        # A histogram: the alert takes its maximum, and without a reading there is no value.
        dead_letters=meter.create_histogram(
            "app.dead_letters", "{message}", "Length of the poison queue of webhook deliveries"
        ),
    )


@contextmanager
def measured(name: str, record: Callable[[str, float], None]) -> Iterator[None]:
    """Measures a call of a source or model, and records its span.

    Args:
        name: Name of the span, such as ``yahoo quote``.
        record: Gets its outcome and its seconds. The outcome is ``ok``, ``cancelled``, or the class of the
            ``ProviderError``; an expired deadline of ours counts as the provider's timeout.
    """
    started = time.perf_counter()
    outcome = "cancelled"
    span = start_client_span(name)
    try:
        yield
        outcome = "ok"
    except TimeoutError:
        outcome = ProviderTimeoutError.__name__
        raise
    except ProviderError as error:
        outcome = type(error).__name__
        raise
    finally:
        record(outcome, time.perf_counter() - started)
        if span is not None:
            end_client_span(span, outcome)


def request_served(
    function: str, *, status: int, outcome: str, seconds: float, stream_bytes: int | None = None
) -> None:
    """Records the end of a request or timer run.

    Args:
        function: Name of the function.
        status: Status code; 200 or 500 for a timer.
        outcome: ``ok``, ``error``, ``disconnected``, an error code, or the outcome of a timer run.
        seconds: Duration in seconds.
        stream_bytes: Bytes sent by a stream; None for other responses.
    """
    streamed = stream_bytes is not None
    attributes: dict[str, str | int] = {
        "function": function,
        "status": status,
        "outcome": outcome,
        "stream": streamed,
    }
    _instruments().request_duration.record(seconds, attributes)
    if stream_bytes is not None:
        _instruments().stream_size.record(stream_bytes, {"function": function, "outcome": outcome})


def cache_looked_up(kind: str, outcome: str, count: int = 1) -> None:
    """Records cache lookups; the hit ratio is ``hit`` over all outcomes.

    Args:
        kind: Kind of data: ``quote``, ``history``.
        outcome: ``hit``, ``miss``, ``stale``, ``negative`` or ``error``.
        count: Number of lookups.
    """
    _instruments().cache_lookups.add(count, {"kind": kind, "outcome": outcome})


def source_called(source: str, kind: str, outcome: str, seconds: float) -> None:
    """Records a call of a market data source.

    Args:
        source: Name of the source.
        kind: Kind of data: ``quote``, ``history``.
        outcome: Outcome as in ``measured``.
        seconds: Duration in seconds.
    """
    attributes = {"source": source, "kind": kind, "outcome": outcome}
    _instruments().upstream_duration.record(seconds, attributes)


def fell_back(component: Literal["market_data", "model"], preferred: str, used: str, count: int = 1) -> None:
    """Records responses of a fallback source or model after the preferred one failed."""
    _instruments().fallbacks.add(count, {"component": component, "preferred": preferred, "used": used})


def model_called(provider: str, outcome: str, seconds: float) -> None:
    """Records a model call.

    Args:
        provider: Model provider.
        outcome: Outcome as in ``measured``.
        seconds: Seconds to the first event of a stream, or to the end of a whole response.
    """
    _instruments().model_duration.record(seconds, {"provider": provider, "outcome": outcome})


def tokens_used(provider: str, model: str, *, prompt: int, completion: int) -> None:
    """Records the tokens of a response; the model is the configured one or ``OTHER_MODEL``."""
    add = _instruments().model_tokens.add
    add(prompt, {"provider": provider, "model": model, "type": "prompt"})
    add(completion, {"provider": provider, "model": model, "type": "completion"})


def refresh_ended(outcome: str, seconds: float, *, refreshed: int, failed: int) -> None:
    """Records the end of a run of the scheduled refresh and its refreshed and failed entries."""
    _instruments().refresh_duration.record(seconds, {"outcome": outcome})
    _instruments().refresh_items.add(refreshed, {"outcome": "refreshed"})
    _instruments().refresh_items.add(failed, {"outcome": "failed"})
    if outcome in ("ok", "partial"):
        _totals.refresh_runs += 1


def event_created(kind: str) -> None:
    """Records a briefing or an alert that was put into the outbox; ``kind`` is that of the delivery."""
    _instruments().events.add(1, {"kind": kind})


def redis_failed() -> None:
    """Records a call that Redis did not answer, or that its open circuit breaker rejected."""
    _instruments().redis_failures.add(1)


def mongodb_failed() -> None:
    """Records a call that MongoDB did not answer, or that its open circuit breaker rejected."""
    _instruments().mongodb_failures.add(1)


def delivery_handled(outcome: str) -> None:
    """Records a message of the queue of webhook deliveries.

    Args:
        outcome: ``delivered``, ``retry``, ``busy``, ``dead``, ``early`` or ``finished``.
    """
    _instruments().deliveries.add(1, {"outcome": outcome})


def dead_letters_counted(length: int) -> None:
    """Records the length of the poison queue of webhook deliveries."""
    _instruments().dead_letters.record(length)


def _refresh_runs(_options: CallbackOptions) -> Iterable[Observation]:
    yield Observation(_totals.refresh_runs)
