"""Reads secrets from Azure Key Vault, once at the start."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Final, Protocol

from shared.errors import SecretsUnavailableError
from shared.runtime.identity import app_credential

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

SECONDS: Final = 10.0
"""Deadline in seconds for all secrets together, including the sign-in."""

_THREADS: Final = 6
_CONNECT_SECONDS: Final = 3
_READ_SECONDS: Final = 3


class SecretStore(Protocol):
    """A store of secrets by name, used from several threads."""

    def get(self, name: str) -> str | None:
        """Returns the secret, or None for an unknown name.

        Raises:
            SecretsUnavailableError: The store cannot be read; the message names the store.
        """

    def close(self) -> None:
        """Closes the connections."""


SecretStoreFactory = Callable[[str], SecretStore]
"""Opens the vault at a URI; it connects on first use."""


class AzureKeyVault:
    """An Azure Key Vault.

    Args:
        uri: URI of the vault.
        credential: Credential; by default the identity of the app.
        options: Further options of the client library.
    """

    def __init__(
        self,
        uri: str,
        *,
        credential: "TokenCredential | None" = None,
        **options: Any,  # noqa: ANN401 - the library's own
    ) -> None:
        from azure.keyvault.secrets import SecretClient

        self._uri = uri
        self._client = SecretClient(
            uri,
            credential or app_credential(),
            connection_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retry_total=1,
            **options,
        )

    def get(self, name: str) -> str | None:
        """See :class:`SecretStore`."""
        from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError

        try:
            return self._client.get_secret(name).value
        except ResourceNotFoundError:
            return None
        except HttpResponseError as error:
            reason = f"HTTP {error.status_code}" if error.status_code else type(error).__name__
            raise SecretsUnavailableError(
                f"Key Vault {self._uri}: access to secret {name} denied: {reason}"
            ) from error
        except (AzureError, ValueError) as error:
            # ValueError: the server at this address is not a Key Vault.
            raise SecretsUnavailableError(
                f"Key Vault {self._uri} cannot be read: {type(error).__name__}"
            ) from error

    def close(self) -> None:
        """See :class:`SecretStore`."""
        self._client.close()


def fetch_secrets(
    store: SecretStore, names: Sequence[str], *, place: str, seconds: float = SECONDS
) -> dict[str, str]:
    """Returns the secrets by name, fetched concurrently; unknown names are omitted.

    Args:
        store: The open vault; it is closed afterwards.
        names: Names in the vault.
        place: URI of the vault, for messages.
        seconds: Deadline for all secrets together.

    Raises:
        SecretsUnavailableError: The vault cannot be read within the deadline.
    """
    executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="key-vault")
    try:
        futures = {name: executor.submit(store.get, name) for name in names}
        if wait(futures.values(), timeout=seconds).not_done:
            raise SecretsUnavailableError(f"Key Vault {place} did not answer within {seconds:g} s")
        return {name: value for name, future in futures.items() if (value := future.result())}
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        store.close()
