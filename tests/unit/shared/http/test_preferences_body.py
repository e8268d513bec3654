"""The body of PUT /users/{user_id}/preferences: what it resets and what it keeps."""

import pytest
from pydantic import ValidationError

from shared.http.preferences_body import PreferencesBody


def test_omitted_fields_are_reset_except_what_deliveries_need() -> None:
    body = PreferencesBody.model_validate({"watchlist": ["aapl"]})
    assert body.values().keys() == {"watchlist", "default_provider", "report"}
    assert body.values()["watchlist"] == ("AAPL",)
    assert body.new_webhooks() is None


def test_stated_fields_of_deliveries_are_replaced() -> None:
    body = PreferencesBody.model_validate({"briefing": None, "alerts": [], "webhooks": []})
    assert (body.values()["briefing"], body.values()["alerts"]) == (None, ())
    assert body.new_webhooks() == []


def test_webhook_without_a_secret_leaves_it_open() -> None:
    hook = {"id": "desk", "url": "https://desk.example/hook"}
    (webhook,) = PreferencesBody.model_validate({"webhooks": [hook]}).new_webhooks() or []
    assert (webhook.id, webhook.secret) == ("desk", None)


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="watchlsit"):
        PreferencesBody.model_validate({"watchlsit": []})
