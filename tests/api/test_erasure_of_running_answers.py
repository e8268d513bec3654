"""Erasure while an answer is running: it is stopped, and nothing of it is stored."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.openai_process import openai_process
from tests.support.two_workers import two_workers

pytestmark = pytest.mark.redis_server

ANN = {"x-functions-key": "shop", "X-User-ID": "ann"}


def test_running_stream_of_another_worker_is_stopped_and_not_stored(tmp_path: Path) -> None:
    with openai_process() as model:
        environ = {
            "OPENAI_API_KEY": "sk-test-0123456789",
            "OPENAI_BASE_URL": model,
            "MODEL_ALLOWED_MODELS": "*",
            "MODEL_ALLOW_FALLBACK": "false",
        }
        with two_workers(tmp_path, environ) as workers:
            one, other = workers.clients
            question = {
                "message": "What is a dividend?",
                "model": "tokens=2000&rate=20",
                "conversation_id": str(uuid4()),
            }
            with one.stream("POST", "/chat/stream", json=question, headers=ANN) as response:
                lines = response.iter_lines()
                assert any("chunk" in line for line in lines)
                assert other.delete("/users/ann", headers=ANN).status_code == 204
                # It ends long before its 100 seconds.
                assert "data: [DONE]" in list(lines)
            document = other.get("/users/ann/data", headers=ANN).json()
            assert document["conversations"] == []
            assert one.get(f"/conversations/{question['conversation_id']}", headers=ANN).status_code == 404
