"""Flask and Flask-Caching, for gunicorn."""

import httpx
from flask import Flask, Response
from flask_caching import Cache

from tests.support.plain_apps import upstream

app = Flask(__name__)
cache = Cache(
    app,
    config={
        "CACHE_TYPE": "RedisCache",
        "CACHE_REDIS_URL": f"redis://127.0.0.1:{upstream.REDIS_PORT}",
        "CACHE_KEY_PREFIX": "flask:",
    },
)
client = httpx.Client(timeout=upstream.TIMEOUT)


@app.get("/api/quotes/<symbol>")
@cache.cached(timeout=upstream.TTL_SECONDS)
def read_quote(symbol: str) -> Response:
    """One quote."""
    response = client.get(upstream.URL, params=upstream.query(symbol))
    response.raise_for_status()
    return Response(upstream.read(response.json()).model_dump_json(), mimetype="application/json")
