"""Key Vault: the real client library against a local server, and the deadline over all secrets."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport._requests_basic import RequestsTransport

from shared.config.key_vault import AzureKeyVault, fetch_secrets
from shared.errors import ConfigurationError

Answer = Callable[[str], tuple[int, dict[str, Any]]]
SECRET = "marker-5f3a"


class FakeCredential:
    """Gives a token, or fails as azure-identity does where nobody is signed in."""

    def __init__(self, *, fails: bool = False) -> None:
        self.scopes: list[str] = []
        self._fails = fails

    def get_token(self, *scopes: str, **_options: object) -> AccessToken:
        if self._fails:
            raise ClientAuthenticationError("nobody is signed in")
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
def vault_server(answer: Answer) -> Iterator[int]:
    """A server that speaks as Key Vault does: it first asks who is there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") == "Bearer token-of-the-identity":
                status, body = answer(self.path.split("/")[2])
            else:
                status, body = 401, {"error": {"code": "Unauthorized"}}
            payload = json.dumps(body).encode()
            self.send_response(status)
            if status == 401:
                challenge = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"'
                self.send_header("WWW-Authenticate", challenge)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def open_vault(port: int, credential: FakeCredential | None = None) -> AzureKeyVault:
    return AzureKeyVault(
        "https://kv-test.vault.azure.net",
        credential=credential or FakeCredential(),
        transport=ToLocalServer(port),
        retry_backoff_factor=0,
    )


def stored(name: str) -> tuple[int, dict[str, Any]]:
    if name == "OPENAI-API-KEY":
        return 200, {"value": SECRET, "id": f"https://kv-test.vault.azure.net/secrets/{name}/1"}
    return 404, {"error": {"code": "SecretNotFound", "message": f"{name} was not found in this key vault."}}


def fetch(port: int, *names: str, credential: FakeCredential | None = None) -> dict[str, str]:
    vault = open_vault(port, credential)
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
    assert f"OPENAI-API-KEY away: HTTP {status}" in str(raised.value)
    assert SECRET not in str(raised.value)


def test_identity_that_gets_no_token_is_an_error_that_names_the_vault() -> None:
    with vault_server(stored) as port, pytest.raises(ConfigurationError, match="kv-test"):
        fetch(port, "OPENAI-API-KEY", credential=FakeCredential(fails=True))


def test_vault_that_is_not_there_is_named() -> None:
    with vault_server(stored) as port:
        pass
    with pytest.raises(ConfigurationError, match=r"kv-test.* cannot be read: ServiceRequestError"):
        fetch(port, "OPENAI-API-KEY")


def test_default_credential_is_closed_with_the_vault() -> None:
    AzureKeyVault("https://kv-test.vault.azure.net").close()


class Rendezvous:
    """A store that answers only once as many ask at the same time as it waits for."""

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties)
        self.closed = False

    def get(self, name: str) -> str:
        self._barrier.wait(timeout=5)
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
