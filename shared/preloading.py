"""Imports that take a while, made before somebody waits for them, and kept from the garbage collector."""

import gc
from importlib import import_module
from typing import Final

NEARLY_EVERY_REQUEST: Final = (
    "shared.cache.connection",
    "shared.cache.redis_cache",
    "shared.market.data_manager",
    "shared.market.providers.yahoo_provider",
    "limits.aio.strategies",
)
"""What a cached quote needs; and what two threads must not import at the same time, as it imports itself in a
circle: then one of them finds half of it, and a request fails."""
SIGNING_IN: Final = ("azure.identity", "redis_entraid.cred_provider", "shared.cache.entra")
"""What signing in to Redis with the identity needs: a second, where a command has half of one."""
MOST_WORKERS: Final = (
    "shared.data.mongo",
    "shared.data.repositories",
    "shared.llm.model_factory",
    "shared.agent.stock_agent",
    "shared.reports.service",
    "shared.api.limits",
)
"""What a worker needs sooner or later, with the driver of MongoDB."""
_PASSES: Final = (20_000, 50, 3)
"""Objects made, and not gone again, between two passes of the garbage collector; and how many passes of one
generation it takes to one of the next."""


def preload(*modules: str) -> None:
    """Imports modules; blocking, for a thread.

    What is loaded stays for good. A full pass of the garbage collector would look through all of it again and
    again, and hold up every request for some 60 ms; so it is taken out of the collector's sight.

    What is made later goes by itself for the most part. With a pass every 700 objects, as Python has it, a
    worker that holds a thousand streams spends a quarter of its time on passes through these.
    """
    for module in modules:
        import_module(module)
    gc.freeze()
    gc.set_threshold(*_PASSES)
