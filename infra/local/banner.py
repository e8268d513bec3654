"""What is printed at the start: functions, timers, and what the app stands on."""

from collections.abc import Iterator

from infra.local.indexing import FunctionIndex
from infra.local.timers import TimerService
from shared.clock import rfc3339
from shared.config.settings import Settings

_DUE_TIMES = 3


def banner(
    index: FunctionIndex, timers: TimerService, settings: Settings, base_url: str, prefix: str
) -> Iterator[str]:
    """The lines to print.

    Args:
        index: The app's functions.
        timers: Its timers.
        settings: What it is configured to use.
        base_url: Where it is served.
        prefix: First part of every route.
    """
    yield "Functions:"
    yield ""
    width = max((len(function.name) for function in index.http), default=0)
    for function in index.http:
        path = "/".join(part for part in (prefix, function.route) if part)
        yield f"  {function.name:>{width}}: [{','.join(function.methods)}] {base_url}/{path}"
    yield ""
    yield "Timers:"
    yield ""
    for timer in timers.timers.values():
        due = ", ".join(rfc3339(moment) for moment in timer.next_due(_DUE_TIMES))
        yield f"  {timer.function.name}: {timer.function.schedule}"
        yield f"      next at {due}"
        yield f"      now by POST {base_url}/admin/functions/{timer.function.name}"
    yield ""
    yield f"Environment {settings.environment}:"
    yield ""
    yield f"  MongoDB       {_mongodb(settings)}"
    yield f"  Redis         {_redis(settings)}"
    yield f"  market data   {_market_data(settings)}"
    yield f"  models        {_models(settings)}"
    yield ""


def _mongodb(settings: Settings) -> str:
    mongodb = settings.mongodb
    if mongodb.embedded:
        return f"embedded, kept in {settings.app.data_dir}/"
    where = "MONGODB_URI" if mongodb.uri is not None else f"{mongodb.host}:{mongodb.port}"
    return f"{where}, database {mongodb.db_name}"


def _redis(settings: Settings) -> str:
    redis = settings.redis
    return "embedded, in memory" if redis.embedded else f"{redis.host}:{redis.port}, database {redis.db}"


def _market_data(settings: Settings) -> str:
    market = settings.market_data
    usable = {
        "yahoo": market.yahoo.enabled or "disabled",
        "alpha_vantage": (market.alpha_vantage.enabled or "disabled")
        and (market.alpha_vantage.api_key is not None or "no key"),
        "sample": market.sample.enabled or "disabled",
    }
    return ", then ".join(_named(source, usable[source]) for source in market.sources)


def _models(settings: Settings) -> str:
    model = settings.model
    usable = {
        "openai": model.openai.api_key is not None or "no key",
        "grok": model.grok.api_key is not None or "no key",
        "azure_openai": model.azure_openai.endpoint is not None or "no endpoint",
        "offline": True,
    }
    order = dict.fromkeys((model.provider, *(model.fallback_order if model.allow_fallback else ())))
    return ", then ".join(_named(provider, usable[provider]) for provider in order)


def _named(name: str, usable: bool | str) -> str:
    return name if usable is True else f"{name} ({usable})"
