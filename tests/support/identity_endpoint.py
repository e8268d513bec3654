"""The identity endpoint that Azure gives a Function App, here: the real library asks it for tokens."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import jwt

from shared.runtime.identity import app_credential
from tests.support.json_server import json_server

CLIENT_ID: Final = "11111111-2222-4333-8444-555555555555"
OBJECT_ID: Final = "99999999-8888-4777-8666-555555555555"
_HEADER: Final = "secret-of-the-endpoint"
_KEY: Final = "a key of the tests, long enough for HMAC with SHA-256"


@dataclass
class IdentityEndpoint:
    """The requests to the endpoint, and its answers.

    Attributes:
        asked: Queries, first of all ``resource`` and ``client_id``.
        lifetime: Seconds that a token is valid.
        refuses: Status in place of a token, or None.
        before: Called before each answer.
    """

    asked: list[dict[str, str]] = field(default_factory=list)
    lifetime: int = 86_400
    refuses: int | None = None
    before: Callable[[], Any] = lambda: None

    def resources(self) -> list[str]:
        """The requested tokens."""
        return [query["resource"] for query in self.asked]

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, Any], dict[str, str]]:
        """A token, as App Service has it."""
        self.before()
        assert headers["X-IDENTITY-HEADER"] == _HEADER
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        self.asked.append(query)
        if self.refuses is not None:
            return self.refuses, {"statusCode": self.refuses, "message": "no identity of this client id"}, {}
        expires = int(time.time()) + self.lifetime
        body = {
            "access_token": token(len(self.asked), expires),
            "expires_on": str(expires),
            "resource": query["resource"],
            "token_type": "Bearer",
        }
        return 200, body, {}


def token(number: int, expires: int) -> str:
    """A token of the identity, as Entra ID makes them."""
    claims = {"oid": OBJECT_ID, "exp": expires, "iat": expires - 86_400, "jti": str(number)}
    return jwt.encode(claims, _KEY, "HS256")


@contextmanager
def identity_endpoint() -> Iterator[IdentityEndpoint]:
    """The environment of an app with a user-assigned identity, for the block."""
    endpoint = IdentityEndpoint()
    with json_server(endpoint.answer) as port:
        environ = {
            "IDENTITY_ENDPOINT": f"http://127.0.0.1:{port}/msi/token",
            "IDENTITY_HEADER": _HEADER,
            "AZURE_CLIENT_ID": CLIENT_ID,
        }
        app_credential.cache_clear()
        try:
            with patch.dict(os.environ, environ):
                yield endpoint
        finally:
            if app_credential.cache_info().currsize:
                cast(Any, app_credential()).close()
            app_credential.cache_clear()
