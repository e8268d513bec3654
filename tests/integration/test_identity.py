"""Signing in with the managed identity, end to end: the real libraries, the endpoint that Azure gives an app.

For each service a token of the user-assigned identity is got, for the right resource; having none is an error
of the class that its users handle.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import bson
import pytest
from mockupdb import MockupDB
from pymongo import MongoClient
from redis.exceptions import ConnectionError as RedisConnectionError

from shared.data.mongo import Mongo, client_options
from shared.errors.provider_errors import ProviderAuthError
from shared.errors.service_errors import DependencyUnavailableError
from shared.llm.azure_openai_model_client import AzureOpenAIModelClient
from shared.llm.azure_token import AzureTokens
from shared.llm.base_model_client import GenerationRequest, Message
from shared.redis.connection import connect_redis
from shared.redis.redis_entra import entra_credentials
from shared.runtime.identity import app_credential
from tests.support.identity_endpoint import CLIENT_ID, OBJECT_ID, IdentityEndpoint, identity_endpoint
from tests.support.mongo import local_settings
from tests.support.openai_stub import openai_stub
from tests.support.redis_server import redis_server

HELLO = {"minWireVersion": 0, "maxWireVersion": 21, "logicalSessionTimeoutMinutes": 30}
REQUEST = GenerationRequest((Message("user", "How is Apple?"),), temperature=0.2, max_tokens=50)


@pytest.fixture
def endpoint() -> Iterator[IdentityEndpoint]:
    with identity_endpoint() as endpoint:
        yield endpoint


def test_one_credential_serves_all_and_asks_as_the_user_assigned_identity(endpoint: IdentityEndpoint) -> None:
    first = app_credential().get_token("https://vault.azure.net/.default")
    assert app_credential().get_token("https://vault.azure.net/.default").token == first.token
    app_credential().get_token("https://redis.azure.com/.default")
    assert endpoint.resources() == ["https://vault.azure.net", "https://redis.azure.com"]
    assert {query["client_id"] for query in endpoint.asked} == {CLIENT_ID}


def test_token_about_to_end_is_renewed(endpoint: IdentityEndpoint) -> None:
    endpoint.lifetime = 200
    first = app_credential().get_token("https://vault.azure.net/.default").token
    assert app_credential().get_token("https://vault.azure.net/.default").token != first


class TestRedis:
    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[Any]:
        with redis_server(tmp_path) as server:
            yield server

    @pytest.mark.redis_server
    async def test_object_id_and_token_sign_in(self, endpoint: IdentityEndpoint, server: Any) -> None:
        admin = connect_redis(server.settings())
        credential = await asyncio.to_thread(app_credential)
        token = (await asyncio.to_thread(credential.get_token, "https://redis.azure.com/.default")).token
        await admin.acl_setuser(
            OBJECT_ID, enabled=True, passwords=[f"+{token}"], keys=["*"], categories=["+@all"]
        )
        redis = connect_redis(server.settings().model_copy(update={"auth": "entra"}))
        assert await redis.acl_whoami() == OBJECT_ID
        assert endpoint.resources() == ["https://redis.azure.com"]
        await redis.aclose()
        await admin.aclose()

    @pytest.mark.redis_server
    @pytest.mark.parametrize("status", [400, 403])
    async def test_without_a_token_it_is_away(
        self, endpoint: IdentityEndpoint, server: Any, status: int
    ) -> None:
        endpoint.refuses = status
        redis = connect_redis(server.settings().model_copy(update={"auth": "entra"}))
        with pytest.raises(RedisConnectionError, match="no token for") as raised:
            await redis.ping()
        assert CLIENT_ID not in str(raised.value)
        await redis.aclose()

    async def test_token_is_renewed_before_it_ends(self, endpoint: IdentityEndpoint) -> None:
        endpoint.lifetime = 3
        signed_in: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def sign_in(token: Any) -> None:
            if not signed_in.done():
                signed_in.set_result(token.get_value())

        credentials = entra_credentials()
        credentials.on_next(sign_in)
        user, first = await credentials.get_credentials_async()
        endpoint.lifetime = 86_400
        renewed = await asyncio.wait_for(signed_in, 60)
        assert user == OBJECT_ID
        assert renewed != first


class TestDocumentDb:
    @pytest.fixture
    def server(self) -> Iterator[MockupDB]:
        scripted = MockupDB(auto_ismaster=HELLO)
        scripted.autoresponds("ping")
        scripted.autoresponds("endSessions")
        scripted.run()
        yield scripted
        scripted.stop()

    @asynccontextmanager
    async def opened(self, server: MockupDB) -> AsyncIterator[Mongo]:
        settings = local_settings(mongodb={"host": server.host, "port": server.port, "auth": "entra"})
        client: MongoClient[dict[str, Any]] = MongoClient(
            **{**client_options(settings.mongodb), "tls": False, "retryReads": False}
        )
        mongo = Mongo(client, "app")
        yield mongo
        await mongo.aclose()

    async def test_token_signs_in(self, endpoint: IdentityEndpoint, server: MockupDB) -> None:
        tokens: list[bytes] = []

        def sign_in(request: Any) -> bool:
            if request.command_name != "saslStart":
                return False
            tokens.append(bson.decode(request["payload"])["jwt"])
            return bool(request.ok(conversationId=1, done=True, payload=b""))

        server.autoresponds(sign_in)
        async with self.opened(server) as mongo:
            await mongo.ping()
        assert tokens
        assert set(endpoint.resources()) == {"https://ossrdbms-aad.database.windows.net"}

    async def test_without_a_token_it_is_away_and_the_log_says_why(
        self, endpoint: IdentityEndpoint, server: MockupDB, caplog: pytest.LogCaptureFixture
    ) -> None:
        endpoint.refuses = 400
        async with self.opened(server) as mongo:
            with pytest.raises(DependencyUnavailableError) as raised:
                await mongo.ping()
            asked = len(endpoint.asked)
            # No further request during the cooldown.
            with pytest.raises(DependencyUnavailableError):
                await mongo.run(lambda database: database.command("ping"))
        assert len(endpoint.asked) == asked
        assert CLIENT_ID not in raised.value.detail
        assert "NoTokenError" in caplog.text


class TestAzureOpenAI:
    async def test_token_signs_in(self, endpoint: IdentityEndpoint) -> None:
        async with openai_stub() as stub:
            tokens = AzureTokens("azure_openai")
            client = AzureOpenAIModelClient("chat", api_key=tokens, base_url=stub.base_url)
            await client.generate(REQUEST)
            await client.aclose()
            assert [call.key for call in stub.calls] == [f"Bearer {await tokens()}"]
        assert endpoint.resources() == ["https://cognitiveservices.azure.com"]

    async def test_without_a_token_it_is_a_matter_of_credentials(self, endpoint: IdentityEndpoint) -> None:
        endpoint.refuses = 400
        with pytest.raises(ProviderAuthError, match="the managed identity returned no token"):
            await AzureTokens("azure_openai")()

    async def test_endpoint_that_hangs_holds_nobody_up(self, endpoint: IdentityEndpoint) -> None:
        go_on = threading.Event()
        endpoint.before = lambda: go_on.wait(5)
        await asyncio.to_thread(app_credential)
        tokens = AzureTokens("azure_openai", seconds=0.05)
        with pytest.raises(ProviderAuthError, match="in time"):
            await tokens()
        go_on.set()
        # What took too long is there for the next.
        assert await AzureTokens("azure_openai")()
