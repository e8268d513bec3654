"""What is counted and measured, by the OpenTelemetry API.

Nothing is sent from here: where the platform has set a meter provider up (``docs/operations.md``), it is;
elsewhere each call costs the time of a function that does nothing. Every attribute has few values: no
symbol, no caller, no text from outside, so that the number of series is bounded.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from opentelemetry.metrics import CallbackOptions, Observation, get_meter

from shared.errors import ProviderError, ProviderTimeoutError
from shared.observability.spans import end_client_span, start_client_span

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram

METER: Final = "stock-research"
OTHER_MODEL: Final = "other"
"""Stands for every model but the configured one: clients may name any."""

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 240.0)
_BYTES: Final = (1_000.0, 2_500.0, 5_000.0, 10_000.0, 25_000.0, 50_000.0, 100_000.0, 250_000.0, 1_000_000.0)


@dataclass
class _Totals:
    """What is read by the reader of the metrics, whether or not anything happened."""

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
    redis_failures: "Counter"
    mongodb_failures: "Counter"


@cache
def _instruments() -> _Instruments:
    meter = get_meter(METER)

    def seconds(name: str, description: str) -> "Histogram":
        return meter.create_histogram(
            name, "s", description, explicit_bucket_boundaries_advisory=list(_SECONDS)
        )

    # Observed, so that every worker tells that there was none: an alert on less than one needs to hear that.
    meter.create_observable_counter(
        "app.refresh.runs", [_refresh_runs], "{run}", "Runs of the scheduled refresh that did not fail"
    )
    return _Instruments(
        request_duration=seconds("app.request.duration", "Requests and timer runs, streams to their end"),
        stream_size=meter.create_histogram(
            "app.stream.size",
            "By",
            "Bytes that a stream sent",
            explicit_bucket_boundaries_advisory=list(_BYTES),
        ),
        cache_lookups=meter.create_counter("app.cache.lookups", "{answer}", "Answers asked of the cache"),
        upstream_duration=seconds("app.upstream.duration", "Calls of market data sources"),
        fallbacks=meter.create_counter(
            "app.fallbacks", "{answer}", "Answers by another source or model than the preferred one"
        ),
        model_duration=seconds("app.model.duration", "Calls of models, to the first event of the answer"),
        model_tokens=meter.create_counter("app.model.tokens", "{token}", "Tokens that models read and wrote"),
        refresh_duration=seconds("app.refresh.duration", "Runs of the scheduled refresh"),
        refresh_items=meter.create_counter("app.refresh.items", "{answer}", "Answers that were refreshed"),
        # A counter each: an alert sees no attributes.
        redis_failures=meter.create_counter(
            "app.redis.failures", "{call}", "Calls that Redis did not answer"
        ),
        mongodb_failures=meter.create_counter(
            "app.mongodb.failures", "{call}", "Calls that MongoDB did not answer"
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
    """A request or timer run has ended.

    Args:
        function: Its function.
        status: Status code; of a timer, 200 or 500.
        outcome: ``ok``, ``error``, ``disconnected``, a code of the contract, or how a timer's run went.
        seconds: Its whole duration.
        stream_bytes: What was sent, of a stream; else None.
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
    """The cache was asked; the hit ratio is ``hit`` over all outcomes.

    Args:
        kind: What for: ``quote``, ``history``.
        outcome: ``hit``, ``miss``, ``stale``, ``negative`` or ``error``.
        count: For how many answers.
    """
    _instruments().cache_lookups.add(count, {"kind": kind, "outcome": outcome})


def source_called(source: str, kind: str, outcome: str, seconds: float) -> None:
    """A market data source was called.

    Args:
        source: Its name.
        kind: What for: ``quote``, ``history``.
        outcome: As ``measured`` tells it.
        seconds: How long it took.
    """
    attributes = {"source": source, "kind": kind, "outcome": outcome}
    _instruments().upstream_duration.record(seconds, attributes)


def fell_back(component: Literal["market_data", "model"], preferred: str, used: str, count: int = 1) -> None:
    """Answers came from another source or model than the preferred one, which was asked and failed."""
    _instruments().fallbacks.add(count, {"component": component, "preferred": preferred, "used": used})


def model_called(provider: str, outcome: str, seconds: float) -> None:
    """A model was asked.

    Args:
        provider: Whose.
        outcome: As ``measured`` tells it.
        seconds: To the first event of a stream, to the end of an answer that is wanted whole.
    """
    _instruments().model_duration.record(seconds, {"provider": provider, "outcome": outcome})


def tokens_used(provider: str, model: str, *, prompt: int, completion: int) -> None:
    """A model has told what an answer cost; the model is the configured one or ``OTHER_MODEL``."""
    add = _instruments().model_tokens.add
    add(prompt, {"provider": provider, "model": model, "type": "prompt"})
    add(completion, {"provider": provider, "model": model, "type": "completion"})


def refresh_ended(outcome: str, seconds: float, *, refreshed: int, failed: int) -> None:
    """A run of the scheduled refresh has ended, with what became of its pieces."""
    _instruments().refresh_duration.record(seconds, {"outcome": outcome})
    _instruments().refresh_items.add(refreshed, {"outcome": "refreshed"})
    _instruments().refresh_items.add(failed, {"outcome": "failed"})
    if outcome in ("ok", "partial"):
        _totals.refresh_runs += 1


def redis_failed() -> None:
    """Redis did not answer, or was not asked because it did not just before."""
    _instruments().redis_failures.add(1)


def mongodb_failed() -> None:
    """MongoDB did not answer, or was not asked because it did not just before."""
    _instruments().mongodb_failures.add(1)


def _refresh_runs(_options: CallbackOptions) -> Iterable[Observation]:
    yield Observation(_totals.refresh_runs)
