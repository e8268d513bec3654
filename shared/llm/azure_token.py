"""Tokens of the app's identity for Azure OpenAI (Entra ID)."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from shared.errors import ProviderAuthError
from shared.runtime.identity import SharedCall, app_credential

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

SCOPE: Final = "https://cognitiveservices.azure.com/.default"
"""What Azure OpenAI asks tokens for."""
TOKEN_SECONDS: Final = 10.0
"""Deadline of one request for a token."""

_RENEW_BEFORE: Final = 300.0


class AzureTokens:
    """Gives a valid token for each request; requests that come together share one call for it.

    The synchronous credential is asked, in a thread: the asynchronous one needs another HTTP library.

    Args:
        provider: Whose client signs in.
        credential: Gives what tokens come from, in the thread.
        now: Seconds since the epoch.
        seconds: Deadline of one request for a token.
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
        """A token that is valid for some minutes at least.

        Raises:
            ProviderAuthError: The identity gets none.
        """
        if self._token is None or self._token.expires_on - self._now() < _RENEW_BEFORE:
            try:
                self._token = await self._renewed()
            except TimeoutError as error:
                raise ProviderAuthError(self._provider, "the identity got no token in time") from error
        return self._token.token

    def _get(self) -> "AccessToken":
        from azure.core.exceptions import AzureError

        try:
            return self._credential().get_token(SCOPE)
        except (AzureError, ValueError) as error:
            raise ProviderAuthError(self._provider, "the identity got no token") from error
