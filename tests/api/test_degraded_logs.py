"""An outage is one WARNING in the log, however many requests meet it, and no traceback."""

import re
from collections import Counter
from pathlib import Path

import httpx

from tests.support.host import HostProcess

DOWN = "127.0.0.1"
"""Nothing listens on port 9 there."""


def use(client: httpx.Client) -> None:
    """Asks for everything that depends on something."""
    question = {"message": "AAPL?", "conversation_id": "11111111-1111-4111-8111-111111111111"}
    for path in ("/api/quotes/AAPL", "/api/quotes/ZZZZ", "/api/symbols?query=app", "/api/reports"):
        client.get(path)
    for path in ("/api/users/alice/preferences", "/api/health/ready", "/api/chat/stream?message=MSFT"):
        client.get(path)
    client.post("/api/chat", json=question)
    client.post("/api/reports", json={"symbol": "AAPL"})
    for timer in ("cache_refresh", "briefings", "migrations"):
        client.post(f"/admin/functions/{timer}", json={})


def test_outage_of_everything_is_one_warning_each(tmp_path: Path) -> None:
    host = HostProcess(
        tmp_path,
        {
            "MONGODB_URI": f"mongodb://{DOWN}:9",
            "REDIS_HOST": DOWN,
            "REDIS_PORT": "9",
            "OPENAI_API_KEY": "sk-of-the-tests",
            "OPENAI_BASE_URL": f"http://{DOWN}:9/v1",
            "ALPHA_VANTAGE_API_KEY": "of-the-tests",
            "ALPHA_VANTAGE_BASE_URL": f"http://{DOWN}:9",
        },
    )
    try:
        with httpx.Client(base_url=host.base_url(), timeout=60) as client:
            for _ in range(5):
                use(client)
    finally:
        output = host.stop().output
    assert "Traceback" not in output
    assert " ERROR " not in output
    # Its name is followed by a colon and a blank; it may contain colons of its own.
    begun = Counter(re.findall(r"WARNING .*?degraded: (.+?): ", output))
    assert set(begun.values()) == {1}, begun
    assert len(begun) >= 4
    warnings = [line for line in output.splitlines() if " WARNING " in line and "degraded: " not in line]
    assert warnings == []
