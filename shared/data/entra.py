"""Signing in to Azure DocumentDB as the app's managed identity (MONGODB-OIDC)."""

from typing import TYPE_CHECKING

from pymongo.auth_oidc_shared import OIDCCallback, OIDCCallbackContext, OIDCCallbackResult

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

SCOPE = "https://ossrdbms-aad.database.windows.net/.default"
"""What Azure DocumentDB asks tokens for."""


class EntraCallback(OIDCCallback):
    """Gets a token whenever the driver opens a connection and has none that is valid.

    Args:
        credential: Where tokens come from; by default the identity that Azure gives the app.
    """

    def __init__(self, credential: "TokenCredential | None" = None) -> None:
        self._credential = credential

    def fetch(self, context: OIDCCallbackContext) -> OIDCCallbackResult:  # noqa: ARG002 - the driver's signature
        """A token for the database; azure-identity is loaded by the first call, in the driver's thread."""
        if self._credential is None:
            from azure.identity import DefaultAzureCredential

            self._credential = DefaultAzureCredential()
        return OIDCCallbackResult(access_token=self._credential.get_token(SCOPE).token)
