"""The chat reads the watchlist of its user, and no other one, over HTTP."""

from pathlib import Path
from typing import Any

import httpx

from tests.support.host import running_host
from tests.support.openai_stub import Behaviour, OpenAIStub, openai_stub

QUESTION = "What is on my watchlist?"


def user(name: str) -> dict[str, str]:
    return {"x-functions-key": "watchlists", "X-User-ID": name}


async def asked(client: httpx.AsyncClient, stub: OpenAIStub, name: str) -> tuple[dict[str, Any], str]:
    """Asks as a user; returns the answer and what the tool told the model."""
    calls = len(stub.calls)
    stub.script(
        Behaviour(tool_calls=({"name": "get_watchlist", "arguments": "{}"},)), Behaviour(text="Here it is.")
    )
    response = await client.post("/chat", json={"message": QUESTION}, headers=user(name))
    assert response.status_code == 200
    assert len(stub.calls) == calls + 2
    (told,) = (message["content"] for message in stub.calls[-1].body["messages"] if message["role"] == "tool")
    return response.json(), told


async def test_watchlist_is_that_of_the_user(tmp_path: Path) -> None:
    async with openai_stub() as stub:
        environ = {"OPENAI_API_KEY": "sk-test-0123456789", "OPENAI_BASE_URL": stub.base_url}
        with running_host(tmp_path, {**environ, "MODEL_ALLOW_FALLBACK": "false"}) as base_url:
            async with httpx.AsyncClient(base_url=f"{base_url}/api", timeout=60) as client:
                stored = await client.put(
                    "/users/ann/preferences", json={"watchlist": ["MSFT", "7203.T"]}, headers=user("ann")
                )
                assert stored.status_code == 200
                answer, told = await asked(client, stub, "ann")
                assert "2 symbols: MSFT, 7203.T" in told
                (source,) = [source for source in answer["sources"] if source["kind"] == "watchlist"]
                assert source["symbol"] == "MSFT,7203.T"
                answer, told = await asked(client, stub, "bob")
                assert told == "The watchlist of this user is empty."
                assert answer["sources"] == []
