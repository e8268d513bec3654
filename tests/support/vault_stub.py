"""A stand-in for Azure Key Vault, and for the endpoint that gives the app's identity its tokens.

It is a proxy that takes the CONNECT to the vault itself, over TLS, with an authority of its own, so that the
real libraries use the vault's real name.
"""

import ssl
import time
from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path
from typing import Final

from tests.support.certificates import make_certificates
from tests.support.stub_server import ProxyHandler, StubServer, handler_of

_HOST: Final = "kv-stand-in.vault.azure.net"


_CHALLENGE: Final = (
    'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"'
)


class VaultFault(Enum):
    """What the vault does in place of answering."""

    FORBIDDEN = auto()
    UNREACHABLE = auto()


class VaultStub(StubServer):
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
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificates.certificate, certificates.key)
        self.secrets = secrets
        self.token = token
        self.fault: VaultFault | None = None
        super().__init__(handler_of(self, _Handler, tls=tls))
        self.environment = {
            "USE_AZURE_KEYVAULT": "true",
            "AZURE_KEYVAULT_URI": f"https://{_HOST}",
            "HTTPS_PROXY": self.url,
            "https_proxy": self.url,
            "REQUESTS_CA_BUNDLE": str(certificates.ca),
            "IDENTITY_ENDPOINT": f"{self.url}/msi/token",
            "IDENTITY_HEADER": token,
        }

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


class _Handler(ProxyHandler):
    owner: VaultStub

    def do_CONNECT(self) -> None:
        if self.owner.fault is VaultFault.UNREACHABLE:
            self.close_connection = True
            return
        super().do_CONNECT()

    def do_GET(self) -> None:
        status, body = self.owner.answer(self.path, self.headers.get("Authorization", ""))
        self.respond(status, body, {"WWW-Authenticate": _CHALLENGE} if status == 401 else None)
        # One request per connection: a fault that is switched on takes effect immediately.
        self.close_connection = True
