"""Entra ID tokens of the app's identity for Azure OpenAI."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from shared.errors.provider_errors import ProviderAuthError
from shared.runtime.identity import SharedCall, app_credential

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

SCOPE: Final = "https://cognitiveservices.azure.com/.default"
"""Scope of the tokens for Azure OpenAI."""
TOKEN_SECONDS: Final = 10.0
"""Deadline of one token request."""

_RENEW_BEFORE: Final = 300.0


class AzureTokens:
    """Returns valid tokens; concurrent calls share one token request.

    The synchronous credential is used, in a thread: the asynchronous one needs another HTTP library.

    Args:
        provider: Name of the provider, for errors.
        credential: Returns the credential; called in the thread.
        now: Returns the time in seconds since the epoch.
        seconds: Deadline of one token request.
    """

    def __init__(
        self,
        provider: str,
        credential: "Callable[[], TokenCredential]" = app_credential,
        *,
        now: Callable[[], float] = time.time,
        seconds: float = TOKEN_SECONDS,
    ) -> None:
        self._provider = provider
        self._credential = credential
        self._now = now
        self._token: AccessToken | None = None
        self._renewed = SharedCall(self._get, seconds)

    async def __call__(self) -> str:
        """Returns a token that is valid for at least five more minutes.

        Raises:
            ProviderAuthError: The identity gets no token.
        """
        if self._token is None or self._token.expires_on - self._now() < _RENEW_BEFORE:
            try:
                self._token = await self._renewed()
            except TimeoutError as error:
                raise ProviderAuthError(
                    self._provider, "the managed identity returned no token in time"
                ) from error
        return self._token.token

    def _get(self) -> "AccessToken":
        from azure.core.exceptions import AzureError

        try:
            return self._credential().get_token(SCOPE)
        except (AzureError, ValueError) as error:
            raise ProviderAuthError(self._provider, "the managed identity returned no token") from error
