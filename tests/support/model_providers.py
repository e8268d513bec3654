"""Model clients of two providers, configured by the environment, against local servers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.config.loader import ConfigLoader
from shared.llm.model_factory import ModelClientFactory
from shared.redis.keys import RedisKeys
from shared.redis.shared_health import SharedHealth
from tests.support.openai_stub import OpenAIStub


@asynccontextmanager
async def two_providers(
    openai: OpenAIStub, grok: OpenAIStub, **environ: str
) -> AsyncIterator[ModelClientFactory]:
    """Yields a factory whose default is ``openai`` and whose fallback is ``grok``; without retries."""
    settings = {
        "OPENAI_API_KEY": "sk-1",
        "OPENAI_BASE_URL": openai.base_url,
        # Not reasoning models: those have a time limit of their own.
        "OPENAI_MODEL": "gpt-4.1-mini",
        "GROK_API_KEY": "xai-1",
        "GROK_BASE_URL": grok.base_url,
        "GROK_MODEL": "grok-3",
        "MODEL_MAX_RETRIES": "0",
        "MODEL_FALLBACK_ORDER": "openai,grok",
        **environ,
    }
    health = SharedHealth(None, RedisKeys("test"))
    models = ModelClientFactory(ConfigLoader(environ=settings).load_config(), health)
    try:
        yield models
    finally:
        await models.aclose()
