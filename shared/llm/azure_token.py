"""Tokens of the app's identity for Azure OpenAI (Entra ID)."""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from shared.errors import ProviderAuthError

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
        credential: Builds what tokens come from, in the thread, on first use; by default
            DefaultAzureCredential, which honours ``AZURE_CLIENT_ID``.
        now: Seconds since the epoch.
        seconds: Deadline of one request for a token.
    """

    def __init__(
        self,
        provider: str,
        credential: "Callable[[], TokenCredential] | None" = None,
        *,
        now: Callable[[], float] = time.time,
        seconds: float = TOKEN_SECONDS,
    ) -> None:
        self._provider = provider
        self._build = credential or _default_credential
        self._now = now
        self._seconds = seconds
        self._credential: TokenCredential | None = None
        self._token: AccessToken | None = None
        self._request: asyncio.Task[AccessToken] | None = None

    async def __call__(self) -> str:
        """A token that is valid for some minutes at least.

        Raises:
            ProviderAuthError: The identity gets none.
        """
        if self._token is None or self._token.expires_on - self._now() < _RENEW_BEFORE:
            self._token = await self._renewed()
        return self._token.token

    async def _renewed(self) -> "AccessToken":
        if self._request is None or self._request.done():
            self._request = asyncio.create_task(asyncio.to_thread(self._get))
            # It may fail when nobody waits for it any more.
            self._request.add_done_callback(lambda request: request.cancelled() or request.exception())
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.shield(self._request)
        except TimeoutError as error:
            raise ProviderAuthError(self._provider, "the identity got no token in time") from error

    def _get(self) -> "AccessToken":
        from azure.core.exceptions import AzureError

        try:
            if self._credential is None:
                self._credential = self._build()
            return self._credential.get_token(SCOPE)
        except (AzureError, ValueError) as error:
            raise ProviderAuthError(self._provider, "the identity got no token") from error


def _default_credential() -> "TokenCredential":
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential()
