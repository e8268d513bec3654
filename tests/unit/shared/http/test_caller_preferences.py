"""Preferences of the caller: for identified users only, and never a reason to fail."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.app.context import AppContext
from shared.data.documents import Preferences
from shared.domain.caller import Owner
from shared.errors.service_errors import DependencyUnavailableError
from shared.http.caller_preferences import caller_preferences
from shared.observability.telemetry import request_scope
from tests.support.http import make_request
from tests.support.mongo import local_settings

OWNER = Owner("alice")
STORED = Preferences(watchlist=("AAPL",), default_provider="grok")


class Stored:
    """The repository of preferences; fails if it has an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    async def get(self, owner: Owner) -> Preferences:
        if self._error is not None:
            raise self._error
        assert owner == OWNER
        return STORED


def app_of(stored: Stored, *configured: str) -> AppContext:
    statuses = [SimpleNamespace(provider=name, configured=name in configured) for name in ("openai", "grok")]
    services: Any = {
        "repositories": SimpleNamespace(preferences=stored),
        "models": SimpleNamespace(providers=lambda: statuses),
    }
    return AppContext(local_settings(app={"caller_hash_key": "secret"})).override(**services)


async def preferences_of(app: AppContext, *, identified: bool = True) -> tuple[Preferences, dict[str, Any]]:
    request = make_request(headers={"X-User-ID": "alice"} if identified else {})
    with request_scope("r1", "chat") as scope:
        found = await caller_preferences(request, app, OWNER)
    return found, cast(dict[str, Any], scope.fields)


async def test_identified_user_has_the_stored_preferences() -> None:
    preferences, _ = await preferences_of(app_of(Stored(), "openai", "grok"))
    assert preferences == STORED


async def test_anonymous_caller_has_the_defaults() -> None:
    preferences, _ = await preferences_of(app_of(Stored(), "grok"), identified=False)
    assert preferences == Preferences()


async def test_database_that_does_not_answer_means_the_defaults() -> None:
    error = DependencyUnavailableError("The database is not available.")
    preferences, fields = await preferences_of(app_of(Stored(error), "grok"))
    assert preferences == Preferences()
    assert fields["preferences_error"] == "The database is not available."


async def test_preferred_provider_that_is_no_longer_configured_is_ignored() -> None:
    preferences, fields = await preferences_of(app_of(Stored(), "openai"))
    assert (preferences.watchlist, preferences.default_provider) == (("AAPL",), None)
    assert "grok is not configured" in fields["preferences_error"]


async def test_defect_is_not_hidden() -> None:
    with pytest.raises(ValueError, match="defect"):
        await preferences_of(app_of(Stored(ValueError("defect")), "grok"))
