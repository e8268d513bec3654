"""Secrets from Azure Key Vault, read once at the start."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Final, Protocol

from shared.errors import SecretsUnavailableError
from shared.runtime.identity import app_credential

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

SECONDS: Final = 10.0
"""Deadline for all secrets together, signing in included."""

_THREADS: Final = 6
_CONNECT_SECONDS: Final = 3
_READ_SECONDS: Final = 3


class SecretStore(Protocol):
    """A place that keeps secrets by name. Used from several threads."""

    def get(self, name: str) -> str | None:
        """The secret, or None when there is none of that name.

        Raises:
            SecretsUnavailableError: The store cannot be read; the message names it.
        """

    def close(self) -> None:
        """Releases connections."""


SecretStoreFactory = Callable[[str], SecretStore]
"""Opens the vault at a URI; connects on first use."""


class AzureKeyVault:
    """A Key Vault, read with the identity that the app runs as.

    Args:
        uri: Address of the vault.
        credential: Signs in; by default the identity that the app runs as.
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
                f"Key Vault {self._uri} does not give {name} away: {reason}"
            ) from error
        except (AzureError, ValueError) as error:
            # ValueError: what answers there is not a Key Vault of this address.
            raise SecretsUnavailableError(
                f"Key Vault {self._uri} cannot be read: {type(error).__name__}"
            ) from error

    def close(self) -> None:
        """See :class:`SecretStore`."""
        self._client.close()


def fetch_secrets(
    store: SecretStore, names: Sequence[str], *, place: str, seconds: float = SECONDS
) -> dict[str, str]:
    """The secrets of these names, all asked for at once; one that is not there is left out.

    Args:
        store: The open vault; it is closed.
        names: Names in the vault.
        place: Name of the vault, for messages.
        seconds: Deadline over all.

    Raises:
        SecretsUnavailableError: The vault cannot be read, or not in time.
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
