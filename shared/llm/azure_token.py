"""Tokens of the managed identity for Azure OpenAI."""

import asyncio
from collections.abc import Awaitable, Callable


class AzureTokenError(Exception):
    """The identity could not get a token; the cause is chained."""


def azure_token_provider(scope: str) -> Callable[[], Awaitable[str]]:
    """Gets a token for a scope each time it is called; azure-identity keeps them while they are valid."""
    from azure.core.exceptions import ClientAuthenticationError
    from azure.identity import DefaultAzureCredential, get_bearer_token_provider

    get_token = get_bearer_token_provider(DefaultAzureCredential(), scope)

    async def token() -> str:
        try:
            # The synchronous credential, in a thread: the asynchronous one needs aiohttp.
            return await asyncio.to_thread(get_token)
        except ClientAuthenticationError as error:
            raise AzureTokenError("no token") from error

    return token
