"""FastAPI and cashews, for uvicorn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from cashews import cache
from fastapi import FastAPI

from shared.domain.market_data import Quote
from tests.support.plain_apps import upstream

cache.setup(f"redis://127.0.0.1:{upstream.REDIS_PORT}")
client = httpx.AsyncClient(timeout=upstream.TIMEOUT)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:  # noqa: ARG001 - the interface
    """Closes what was opened."""
    yield
    await client.aclose()
    await cache.close()


app = FastAPI(lifespan=lifespan)


@app.get("/api/quotes/{symbol}")
@cache(ttl=upstream.TTL_SECONDS, key="fastapi:{symbol}")
async def read_quote(symbol: str) -> Quote:
    """One quote."""
    response = await client.get(upstream.URL, params=upstream.query(symbol))
    response.raise_for_status()
    return upstream.read(response.json())
