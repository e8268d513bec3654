"""Signing in to Azure DocumentDB as the app's managed identity (MONGODB-OIDC)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pymongo.auth_oidc_shared import OIDCCallback, OIDCCallbackContext, OIDCCallbackResult
from pymongo.errors import OperationFailure

from shared.runtime.identity import app_credential

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

SCOPE: Final = "https://ossrdbms-aad.database.windows.net/.default"
"""What Azure DocumentDB asks tokens for."""

_AUTHENTICATION_FAILED: Final = 18


class NoTokenError(OperationFailure):
    """The identity returned no token; the driver treats it as if the server had refused the credentials."""

    def __init__(self) -> None:
        super().__init__("the identity got no token", _AUTHENTICATION_FAILED)


class EntraCallback(OIDCCallback):
    """Requests a token when the driver opens a connection and has no valid one.

    The driver uses a token until the server refuses it, and then requests one more.

    Args:
        credential: Returns the credential; called in the driver's thread.
    """

    def __init__(self, credential: "Callable[[], TokenCredential]" = app_credential) -> None:
        self._credential = credential

    def fetch(self, context: OIDCCallbackContext) -> OIDCCallbackResult:  # noqa: ARG002 - the driver's signature
        """Returns a token for the database.

        Raises:
            NoTokenError: The identity returned no token.
        """
        from azure.core.exceptions import AzureError

        try:
            return OIDCCallbackResult(access_token=self._credential().get_token(SCOPE).token)
        except (AzureError, ValueError) as error:
            raise NoTokenError from error
