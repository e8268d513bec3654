"""Changes of preferences while others change them too."""

from typing import TYPE_CHECKING, Any, cast

import pytest

from shared.data.documents import Preferences
from shared.domain.caller import Caller, Owner
from shared.domain.subscriptions import NewWebhook
from shared.errors.request_errors import ConflictError, InvalidRequestError
from shared.errors.service_errors import DependencyUnavailableError
from shared.users.preference_changes import PreferenceChanges
from shared.webhooks.target import TargetRules
from tests.support.subscribers import ALERT, BRIEFING, HOOK

if TYPE_CHECKING:
    from shared.data.repositories.preferences_repository import PreferenceRepository

ANN, CALLER = Owner("ann"), Caller("c")


class Contended:
    """Preferences that another request changes before each of the first writes."""

    def __init__(self, conflicts: int) -> None:
        self.conflicts = conflicts
        self.stored = Preferences(webhooks=(HOOK,), alerts=(ALERT,), version=1)
        self.restarted: list[str] = []

    async def get(self, _owner: str) -> Preferences:
        return self.stored

    async def put(self, _owner: str, wanted: Preferences, expected: int | None, **given: Any) -> Preferences:
        if self.conflicts:
            self.conflicts -= 1
            symbols = (*self.stored.watchlist, f"S{self.conflicts}")
            self.stored = self.stored.model_copy(
                update={"watchlist": symbols, "version": self.stored.version + 1}
            )
        if expected != self.stored.version:
            raise ConflictError("The preferences were changed meanwhile: read them again.")
        self.restarted = list(given["restarted_alerts"])
        self.stored = wanted.model_copy(update={"version": self.stored.version + 1})
        return self.stored


def changes(store: Contended) -> PreferenceChanges:
    repository = cast("PreferenceRepository", store)
    return PreferenceChanges(repository, TargetRules(), max_users=5, jitter=lambda: 0.0)


def whatever(_version: int) -> bool:
    return True


async def test_change_without_version_is_repeated_on_what_the_other_request_left() -> None:
    store = Contended(3)
    changed = await changes(store).put(ANN, {"default_provider": "grok"}, None, whatever, caller=CALLER)
    assert (changed.preferences.watchlist, changed.preferences.version) == (("S2", "S1", "S0"), 5)
    assert (changed.preferences.default_provider, changed.preferences.alerts) == ("grok", (ALERT,))
    assert store.restarted == []


async def test_change_of_a_version_that_is_gone_is_a_conflict() -> None:
    with pytest.raises(ConflictError, match='"v2"'):
        await changes(Contended(1)).put(ANN, {}, None, lambda version: version == 1, caller=CALLER)


async def test_change_without_version_succeeds_however_often_it_is_overtaken() -> None:
    store = Contended(200)
    changed = await changes(store).put(ANN, {"default_provider": "grok"}, None, whatever, caller=CALLER)
    assert (changed.preferences.version, len(changed.preferences.watchlist)) == (202, 200)


async def test_change_that_is_overtaken_until_its_deadline_may_be_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.users.preference_changes._SECONDS", 0.01)
    with pytest.raises(DependencyUnavailableError) as caught:
        await changes(Contended(1_000_000)).put(ANN, {}, None, whatever, caller=CALLER)
    assert caught.value.retry_after


async def test_stored_calendar_that_is_no_longer_known_stops_no_other_change() -> None:
    store = Contended(0)
    unknown = BRIEFING.model_copy(update={"calendar": "XGONE"})
    store.stored = store.stored.model_copy(update={"briefing": unknown})
    changed = await changes(store).put(ANN, {"default_provider": "grok"}, None, whatever, caller=CALLER)
    assert changed.preferences.briefing == unknown
    with pytest.raises(InvalidRequestError):
        await changes(store).put(ANN, {"briefing": unknown}, None, whatever, caller=CALLER)


async def test_progress_of_changed_and_removed_alerts_is_deleted() -> None:
    for alerts in ((), (ALERT.model_copy(update={"value": 260.0}),)):
        store = Contended(0)
        await changes(store).put(ANN, {"alerts": alerts}, None, whatever, caller=CALLER)
        assert store.restarted == ["high"]
    store = Contended(0)
    hooks = [NewWebhook("phone", HOOK.url), NewWebhook("other", "https://example.org")]
    moved = ALERT.model_copy(update={"webhook_id": "other"})
    changed = await changes(store).put(ANN, {"alerts": (moved,)}, hooks, whatever, caller=CALLER)
    assert store.restarted == []
    assert changed.generated == {"other"}
    assert changed.preferences.webhooks[0] == HOOK
