"""The body of PUT /users/{user_id}/preferences."""

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, SecretStr

from shared.config.names import ModelProviderName
from shared.data.documents import MAX_WATCHLIST, ReportPreferences
from shared.domain.subscriptions import (
    MAX_ALERTS,
    MAX_WEBHOOKS,
    Alert,
    BriefingSchedule,
    ItemId,
    NewWebhook,
)
from shared.http.parameters import AtMost, Parameters, SymbolParameter, Symbols

_KEPT: Final = frozenset({"webhooks", "briefing", "alerts"})
"""Fields that a PUT without them keeps."""


class WebhookBody(Parameters):
    """A webhook in the body of PUT.

    Attributes:
        id: The user's own name of it.
        url: Address that briefings and alerts are sent to.
        secret: Key of the signatures. Without it the stored one is kept, or one is generated.
    """

    model_config = ConfigDict(extra="forbid")

    id: ItemId
    url: Annotated[str, Field(min_length=1, max_length=2_048)]
    secret: Annotated[SecretStr, Field(max_length=200)] | None = None


class AlertBody(Alert):
    """An alert in the body of PUT."""

    symbol: SymbolParameter


class PreferencesBody(Parameters):
    """The body of PUT.

    ``webhooks``, ``briefing`` and ``alerts`` are kept when they are omitted; other omitted fields are reset
    to their defaults.
    """

    model_config = ConfigDict(extra="forbid")

    watchlist: Annotated[Symbols, AtMost(MAX_WATCHLIST)] = ()
    default_provider: ModelProviderName | None = None
    report: ReportPreferences = ReportPreferences()
    webhooks: Annotated[tuple[WebhookBody, ...], AtMost(MAX_WEBHOOKS)] = ()
    briefing: BriefingSchedule | None = None
    alerts: Annotated[tuple[AlertBody, ...], AtMost(MAX_ALERTS)] = ()

    def values(self) -> dict[str, Any]:
        """Returns the fields to set, except the webhooks."""
        kept = {"webhooks", *(_KEPT - self.model_fields_set)}
        return {name: getattr(self, name) for name in type(self).model_fields if name not in kept}

    def new_webhooks(self) -> list[NewWebhook] | None:
        """Returns the webhooks; None if the request keeps the stored ones."""
        if "webhooks" not in self.model_fields_set:
            return None
        return [NewWebhook(item.id, item.url, item.secret) for item in self.webhooks]
