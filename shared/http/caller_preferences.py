"""Preferences of the caller, which apply unless the request says otherwise."""

from functools import cache
from typing import TYPE_CHECKING

from fastapi import Request

from shared.domain.caller import Owner
from shared.errors.service_errors import DependencyUnavailableError
from shared.http.owner import is_identified
from shared.observability.telemetry import annotate

if TYPE_CHECKING:
    from shared.app.context import AppContext
    from shared.data.documents import Preferences


async def caller_preferences(req: Request, app: "AppContext", owner: Owner) -> "Preferences":
    """Returns the stored preferences of an identified user; defaults for others and without the database.

    A preferred model provider that is no longer configured is ignored.
    """
    if not is_identified(req, app.settings.app):
        return _defaults()
    try:
        preferences = await app.repositories.preferences.get(owner)
    except DependencyUnavailableError as error:
        annotate(preferences_error=error.detail)
        return _defaults()
    if preferences.default_provider is None:
        return preferences
    configured = {status.provider for status in app.models.providers() if status.configured}
    if preferences.default_provider in configured:
        return preferences
    annotate(preferences_error=f"the preferred provider {preferences.default_provider} is not configured")
    return preferences.model_copy(update={"default_provider": None})


@cache
def _defaults() -> "Preferences":
    # Imported by the first request that needs it: the models of stored documents are slow to import.
    from shared.data.documents import Preferences

    return Preferences()
