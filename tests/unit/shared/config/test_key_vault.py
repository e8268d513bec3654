"""Key Vault: the real client library against a local server, and the deadline over all secrets."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport._requests_basic import RequestsTransport

from shared.config.key_vault import AzureKeyVault, fetch_secrets
from shared.errors import ConfigurationError
from shared.runtime.identity import app_credential
from tests.support.identity_endpoint import CLIENT_ID, identity_endpoint
from tests.support.json_server import json_server

Answer = Callable[[str], tuple[int, dict[str, Any]]]
SECRET = "marker-5f3a"


class FakeCredential:
    """Gives a token, or fails as azure-identity does without a signed-in identity."""

    def __init__(self, *, fails: bool = False) -> None:
        self.scopes: list[str] = []
        self._fails = fails

    def get_token(self, *scopes: str, **_options: object) -> AccessToken:
        if self._fails:
            raise ClientAuthenticationError("no identity is signed in")
        self.scopes.extend(scopes)
        return AccessToken("token-of-the-identity", int(time.time()) + 3600)


class ToLocalServer(RequestsTransport):
    """Sends what goes to the vault's https address to a local server."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def send(self, request: Any, **options: Any) -> Any:
        original = request.url
        request.url = original.replace("https://kv-test.vault.azure.net", f"http://127.0.0.1:{self._port}")
        try:
            return super().send(request, **options)
        finally:
            request.url = original


@contextmanager
def vault_server(answer: Answer, token: str = "token-of-the-identity") -> Iterator[int]:
    """A server that speaks as Key Vault does: it first asks who is there."""

    challenge = (
        'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"'
    )

    def respond(path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, Any], dict[str, str]]:
        if headers.get("Authorization") != f"Bearer {token}":
            return 401, {"error": {"code": "Unauthorized"}}, {"WWW-Authenticate": challenge}
        return *answer(path.split("/")[2]), {}

    with json_server(respond) as port:
        yield port


def open_vault(port: int, credential: TokenCredential) -> AzureKeyVault:
    return AzureKeyVault(
        "https://kv-test.vault.azure.net",
        credential=credential,
        transport=ToLocalServer(port),
        retry_backoff_factor=0,
    )


def stored(name: str) -> tuple[int, dict[str, Any]]:
    if name == "OPENAI-API-KEY":
        return 200, {"value": SECRET, "id": f"https://kv-test.vault.azure.net/secrets/{name}/1"}
    return 404, {"error": {"code": "SecretNotFound", "message": f"{name} was not found in this key vault."}}


def fetch(port: int, *names: str, credential: FakeCredential | None = None) -> dict[str, str]:
    vault = open_vault(port, credential or FakeCredential())
    return fetch_secrets(vault, names, place="https://kv-test.vault.azure.net")


def test_secrets_are_read_with_the_identity_and_missing_ones_left_out() -> None:
    credential = FakeCredential()
    with vault_server(stored) as port:
        found = fetch(port, "OPENAI-API-KEY", "GROK-API-KEY", credential=credential)
    assert found == {"OPENAI-API-KEY": SECRET}
    assert set(credential.scopes) == {"https://vault.azure.net/.default"}


@pytest.mark.parametrize(("status", "code"), [(403, "Forbidden"), (500, "InternalServerError")])
def test_vault_that_refuses_is_named_with_secret_and_status(status: int, code: str) -> None:
    answer = (status, {"error": {"code": code, "message": SECRET}})
    with vault_server(lambda _name: answer) as port, pytest.raises(ConfigurationError) as raised:
        fetch(port, "OPENAI-API-KEY")
    assert "https://kv-test.vault.azure.net" in str(raised.value)
    assert f"OPENAI-API-KEY denied: HTTP {status}" in str(raised.value)
    assert SECRET not in str(raised.value)


def test_identity_that_gets_no_token_is_an_error_that_names_the_vault() -> None:
    with vault_server(stored) as port, pytest.raises(ConfigurationError, match="kv-test"):
        fetch(port, "OPENAI-API-KEY", credential=FakeCredential(fails=True))


def test_vault_that_is_not_there_is_named() -> None:
    with vault_server(stored) as port:
        pass
    with pytest.raises(ConfigurationError, match=r"kv-test.* cannot be read: ServiceRequestError"):
        fetch(port, "OPENAI-API-KEY")


def test_by_default_the_managed_identity_signs_in() -> None:
    with identity_endpoint() as endpoint:
        token = app_credential().get_token("https://vault.azure.net/.default").token
        with vault_server(stored, token) as port:
            vault = AzureKeyVault("https://kv-test.vault.azure.net", transport=ToLocalServer(port))
            assert vault.get("OPENAI-API-KEY") == SECRET
            vault.close()
        # The vault's end is not the identity's: others use it.
        assert app_credential().get_token("https://redis.azure.com/.default").token
    assert endpoint.resources() == ["https://vault.azure.net", "https://redis.azure.com"]
    assert {query["client_id"] for query in endpoint.asked} == {CLIENT_ID}


def test_managed_identity_that_is_refused_is_an_error_of_the_configuration() -> None:
    with identity_endpoint() as endpoint, vault_server(stored) as port:
        endpoint.refuses = 400
        vault = AzureKeyVault("https://kv-test.vault.azure.net", transport=ToLocalServer(port))
        with pytest.raises(ConfigurationError, match="kv-test") as raised:
            vault.get("OPENAI-API-KEY")
        vault.close()
    assert CLIENT_ID not in str(raised.value)


class Rendezvous:
    """A store that answers only once as many ask at the same time as it waits for."""

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties)
        self.closed = False

    def get(self, name: str) -> str:
        self._barrier.wait(timeout=60)
        return name.lower()

    def close(self) -> None:
        self.closed = True


def test_all_are_asked_for_at_the_same_time() -> None:
    store = Rendezvous(6)
    assert fetch_secrets(store, list("ABCDEF"), place="kv") == {name: name.lower() for name in "ABCDEF"}
    assert store.closed


class Hanging:
    """A store that answers when it is let go."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def get(self, _name: str) -> str | None:
        self.released.wait(timeout=5)
        return None

    def close(self) -> None:
        pass


def test_vault_that_hangs_is_not_waited_for() -> None:
    store = Hanging()
    try:
        with pytest.raises(ConfigurationError, match=r"Key Vault kv-test did not answer within 0\.05 s"):
            fetch_secrets(store, ["A"], place="kv-test", seconds=0.05)
    finally:
        store.released.set()
