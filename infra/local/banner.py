"""The text that is printed at the start: functions, timers, stores, sources and models."""

from collections.abc import Iterator, Mapping
from typing import Final

from infra.local.indexing import FunctionIndex
from infra.local.timers import TimerService
from shared.config.settings import Settings
from shared.domain.moments import rfc3339

_DUE_TIMES: Final = 3
_USABLE: Final = ""


def banner(
    index: FunctionIndex, timers: TimerService, settings: Settings, base_url: str, prefix: str
) -> Iterator[str]:
    """Yields the lines, read from the settings without any connection.

    Args:
        index: The functions of the app.
        timers: The timers of the app.
        settings: The settings of the app.
        base_url: Base URL of the host.
        prefix: First part of every route.
    """
    yield "Functions:"
    yield ""
    width = max((len(function.name) for function in index.http), default=0)
    for function in index.http:
        path = "/".join(part for part in (prefix, function.route) if part)
        methods = f"[{','.join(function.methods)}] " if function.methods else ""
        yield f"  {function.name:>{width}}: {methods}{base_url}/{path}"
    yield ""
    yield "Timers (UTC):"
    yield ""
    for timer in timers.timers.values():
        due = ", ".join(rfc3339(moment) for moment in timer.next_due(_DUE_TIMES))
        yield f"  {timer.function.name}: {timer.function.schedule.expression}"
        yield f"      next at {due}"
        yield f"      now by POST {base_url}/admin/functions/{timer.function.name}"
    yield ""
    if index.queues:
        yield "Queues:"
        yield ""
        for queue in index.queues:
            yield f"  {queue.name}: {queue.queue_name}, {_queue(settings)}"
        yield ""
    yield f"Environment {settings.environment}:"
    yield ""
    yield f"  MongoDB       {_mongodb(settings)}"
    yield f"  Redis         {_redis(settings)}"
    yield f"  market data   {_market_data(settings)}"
    yield f"  models        {_models(settings)}"
    yield ""
    yield "Press Ctrl-C to stop."
    yield ""


def _mongodb(settings: Settings) -> str:
    mongodb = settings.mongodb
    if mongodb.embedded:
        return f"embedded, kept in {settings.app.data_dir}"
    # A URI may carry a password.
    where = "MONGODB_URI" if mongodb.uri is not None else f"{mongodb.host}:{mongodb.port}"
    return f"{where}, database {mongodb.db_name}"


def _queue(settings: Settings) -> str:
    webhooks = settings.webhooks
    if webhooks.queue_url is not None:
        return "in Azure Storage, read by the Functions host only"
    if webhooks.queue_connection is not None:
        return "in the storage emulator"
    return f"embedded, kept in {settings.app.data_dir}" if settings.is_local else "not configured"


def _redis(settings: Settings) -> str:
    redis = settings.redis
    return "embedded, in memory" if redis.embedded else f"{redis.host}:{redis.port}, database {redis.db}"


def _market_data(settings: Settings) -> str:
    market = settings.market_data
    obstacles = {
        "yahoo": _USABLE if market.yahoo.enabled else "disabled",
        "tiingo": _obstacle(market.tiingo.enabled, market.tiingo.api_key, "no key"),
        "alpha_vantage": _obstacle(market.alpha_vantage.enabled, market.alpha_vantage.api_key, "no key"),
        "sec_edgar": _obstacle(market.sec_edgar.enabled, market.sec_edgar.contact, "no contact"),
        "ecb": _USABLE if market.ecb.enabled else "disabled",
        "sample": _USABLE if market.sample.enabled else "disabled",
    }
    return _in_order({source: obstacles[source] for source in market.sources})


def _models(settings: Settings) -> str:
    model = settings.model
    obstacles = {
        "openai": _obstacle(True, model.openai.api_key, "no key"),
        "grok": _obstacle(True, model.grok.api_key, "no key"),
        "azure_openai": _obstacle(True, model.azure_openai.endpoint, "no endpoint"),
        "offline": _USABLE if settings.is_local else "local only",
    }
    order = (model.provider, *(model.fallback_order if model.allow_fallback else ()))
    return _in_order({provider: obstacles[provider] for provider in order})


def _obstacle(enabled: bool, credential: object, missing: str) -> str:
    if not enabled:
        return "disabled"
    return missing if credential is None else _USABLE


def _in_order(obstacles: Mapping[str, str]) -> str:
    """Returns the names in order, each with its obstacle; the first usable one is marked as in use."""
    first = next((name for name, obstacle in obstacles.items() if obstacle == _USABLE), None)
    listed = []
    for name, obstacle in obstacles.items():
        note = "in use" if name == first else obstacle
        listed.append(f"{name} ({note})" if note else name)
    return ", then ".join(listed) or "none"
