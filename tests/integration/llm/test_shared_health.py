"""Two workers in separate processes share the circuit breakers through one redis-server."""

from pathlib import Path

import httpx
import pytest

from tests.support.host import PROBED_APP, REDIS_SECONDS, running_host
from tests.support.openai_process import openai_process
from tests.support.redis_server import redis_server

pytestmark = pytest.mark.redis_server


def test_a_circuit_breaker_opens_in_both_workers(tmp_path: Path) -> None:
    with redis_server(tmp_path) as redis, openai_process() as model:
        environ = {
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": model,
            "OPENAI_MODEL": "status=503&retry_after=60",
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis.port),
            REDIS_SECONDS: "5",
        }
        with (
            running_host(tmp_path / "first", environ, app=PROBED_APP) as first,
            running_host(tmp_path / "second", environ, app=PROBED_APP) as second,
        ):
            reasons = [_answer(worker)["fallback_reason"] for worker in (first, second)]
            models = httpx.get(f"{second}/api/health/ready", timeout=60).json()["checks"]["models"]
        calls = httpx.get(f"{model.removesuffix('/v1')}/calls", timeout=60).json()["calls"]
    assert reasons == ["openai: answered 503", "openai: circuit breaker open"]
    assert len(calls) == 1
    assert models["detail"] == "openai: circuit breaker open; offline: ok"


def _answer(worker: str) -> dict[str, object]:
    answer = httpx.post(f"{worker}/api/chat", json={"message": "hello"}, timeout=60)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found
