"""Preferences over HTTP: they apply to an identified user unless the request says otherwise."""

from typing import Any

import httpx
import pytest

USER = {"x-functions-key": "preferences", "X-User-ID": "ann"}
ANONYMOUS = {"x-functions-key": "preferences"}
QUESTION = {"message": "What is the price of $AAPL?"}


@pytest.fixture(autouse=True)
def preferences(client: httpx.Client) -> None:
    body = {
        "watchlist": [],
        "default_provider": "offline",
        "report": {"report_type": "market_sentiment", "time_horizon": "short_term", "format": "markdown"},
    }
    assert client.put("/users/ann/preferences", json=body, headers=USER).status_code == 200


def made(client: httpx.Client, headers: dict[str, str], **body: Any) -> tuple[str, str]:
    report = client.post("/reports", json={"symbol": "MSFT", **body}, headers=headers).json()
    return report["report_type"], report["time_horizon"]


def test_report_preferences_apply_where_the_request_is_silent(client: httpx.Client) -> None:
    assert made(client, USER) == ("market_sentiment", "short_term")
    assert made(client, USER, report_type="quick_overview") == ("quick_overview", "short_term")
    assert made(client, USER, time_horizon="medium_term") == ("market_sentiment", "medium_term")
    assert made(client, ANONYMOUS, report_type="market_sentiment") == ("market_sentiment", "medium_term")


def test_preferred_format_is_the_first_choice(client: httpx.Client) -> None:
    report = client.post("/reports", json={"symbol": "MSFT"}, headers=USER).json()
    path = f"/reports/{report['report_id']}"

    def media_type(accept: str | None = None, **params: str) -> str:
        headers = {**USER, **({"accept": accept} if accept else {})}
        answer = client.get(path, headers=headers, params=params)
        assert answer.status_code == 200
        return answer.headers["content-type"].partition(";")[0]

    assert media_type() == "text/markdown"
    assert media_type("application/json") == "application/json"
    assert media_type("text/html, */*;q=0.5") == "text/html"
    assert media_type(format="json") == "application/json"
    assert media_type(charts="false") == "application/json"


def test_preferred_provider_answers(client: httpx.Client) -> None:
    """Locally the default is a provider without key: the preference is no fallback."""
    preferred = client.post("/chat", json=QUESTION, headers=USER).json()
    usual = client.post("/chat", json=QUESTION, headers=ANONYMOUS).json()
    assert (preferred["provider"], preferred["fallback"]) == ("offline", False)
    assert (usual["provider"], usual["fallback"]) == ("offline", True)


def test_preferred_provider_without_key_is_ignored(client: httpx.Client) -> None:
    body = {"watchlist": [], "default_provider": "grok", "report": {}}
    assert client.put("/users/ann/preferences", json=body, headers=USER).status_code == 200
    assert client.post("/chat", json=QUESTION, headers=USER).status_code == 200
    explicit = client.post("/chat", json={**QUESTION, "provider": "grok"}, headers=USER)
    assert (explicit.status_code, explicit.json()["code"]) == (422, "provider_not_configured")
