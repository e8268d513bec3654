"""A stand-in for Azure Key Vault, and for the endpoint that gives the app's identity its tokens.

It is a proxy that takes the CONNECT to the vault itself, over TLS, with an authority of its own, so that the
real libraries use the vault's real name.
"""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.support.certificates import make_certificates

_HOST: Final = "kv-stand-in.vault.azure.net"


class VaultFault(Enum):
    """What the vault does in place of answering."""

    FORBIDDEN = auto()
    UNREACHABLE = auto()


class VaultStub:
    """The server.

    Args:
        folder: Takes the certificates.
        secrets: What is in the vault, by name.
        token: What the identity signs in with.

    Attributes:
        fault: What is wrong at present.
        environment: Variables that send a process there.
    """

    def __init__(self, folder: Path, secrets: Mapping[str, str], token: str) -> None:
        certificates = make_certificates(folder, (_HOST,))
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificates.certificate, certificates.key)
        self.secrets = secrets
        self.token = token
        self.fault: VaultFault | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.environment = {
            "USE_AZURE_KEYVAULT": "true",
            "AZURE_KEYVAULT_URI": f"https://{_HOST}",
            "HTTPS_PROXY": url,
            "https_proxy": url,
            "REQUESTS_CA_BUNDLE": str(certificates.ca),
            "IDENTITY_ENDPOINT": f"{url}/msi/token",
            "IDENTITY_HEADER": token,
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, authorization: str) -> tuple[int, Mapping[str, object]]:
        """Status and body for a path."""
        if path.startswith("/msi/token"):
            expires = int(time.time()) + 3600
            return 200, {"access_token": self.token, "expires_on": str(expires), "token_type": "Bearer"}
        if authorization != f"Bearer {self.token}":
            return 401, {"error": {"code": "Unauthorized", "message": "Who is there?"}}
        if self.fault is VaultFault.FORBIDDEN:
            return 403, {"error": {"code": "Forbidden", "message": f"Not with {authorization}."}}
        name = path.split("/")[2]
        if name not in self.secrets:
            return 404, {"error": {"code": "SecretNotFound", "message": "It was not found."}}
        return 200, {"value": self.secrets[name], "id": f"https://{_HOST}/secrets/{name}/1"}


def _handler_for(stub: VaultStub) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        owner = stub

    return Handler


class _Handler(BaseHTTPRequestHandler):
    owner: VaultStub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        """Stays silent."""

    def handle(self) -> None:
        # The client may close the connection.
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        # The server closes the plain connection only.
        self.connection.close()

    def do_CONNECT(self) -> None:
        if self.owner.fault is VaultFault.UNREACHABLE:
            self.close_connection = True
            return
        self.send_response(200)
        self.end_headers()
        self.connection = self.owner.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        # One request a connection: a fault that is switched on is felt at once.
        self.close_connection = False

    def do_GET(self) -> None:
        status, body = self.owner.answer(self.path, self.headers.get("Authorization", ""))
        content = json.dumps(body).encode()
        self.send_response(status)
        if status == 401:
            challenge = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"'
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()
