"""Names of the modules that are imported in advance."""

from typing import Final

NEARLY_EVERY_REQUEST: Final = (
    "shared.redis.connection",
    "shared.cache.redis_cache",
    "shared.market.data_manager",
    "shared.market.providers.yahoo.provider",
    "limits.aio.strategies",
)
"""What a cached quote needs; and what two threads must not import at the same time, as it imports itself in a
circle: then one of them finds half of it, and a request fails."""
SIGNING_IN: Final = ("azure.identity", "redis_entraid.cred_provider", "shared.redis.redis_entra")
"""What signing in to Redis with the identity needs: a second, where a command has half of one."""
MOST_WORKERS: Final = (
    "shared.data.mongo",
    "shared.data.repositories",
    "shared.llm.model_factory",
    "shared.chat.stock_agent",
    "shared.reports.service",
    "shared.limits.caller_limits",
)
"""What a worker needs sooner or later, with the driver of MongoDB."""
