"""Clients: bounded in connections and time, and the embedded replacement of a server."""

from pydantic import SecretStr
from redis.asyncio import ConnectionPool, SSLConnection

from infra.local.embedded_redis import embedded_redis
from shared.config.store_settings import RedisSettings
from shared.redis.connection import connect_redis


def settings(**changes: object) -> RedisSettings:
    values: dict[str, object] = {
        "host": "cache.example",
        "port": 6379,
        "db": 2,
        "username": "app",
        "password": SecretStr("secret"),
        "ssl": False,
        "ca_file": None,
        "auth": "password",
        "max_connections": 12,
    }
    return RedisSettings.model_validate(values | changes)


async def test_every_wait_is_bounded_and_the_pool_too() -> None:
    redis = connect_redis(settings())
    pool = redis.connection_pool
    assert isinstance(pool, ConnectionPool)
    assert pool.max_connections == 12
    options = pool.connection_kwargs
    assert (options["parser_class"].idle_timeout, options["socket_connect_timeout"]) == (0.25, 0.25)
    assert (options["username"], options["password"], options["db"]) == ("app", "secret", 2)
    await redis.aclose()


async def test_tls_checks_the_server_against_the_given_authority() -> None:
    redis = connect_redis(settings(ssl=True, ca_file="/etc/ssl/private-ca.pem"))
    connection = redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    assert isinstance(connection, SSLConnection)
    assert connection.ca_certs == "/etc/ssl/private-ca.pem"
    assert connection.check_hostname
    await redis.aclose()


async def test_password_is_not_shown() -> None:
    redis = connect_redis(settings())
    assert "secret" not in repr(redis)
    await redis.aclose()


async def test_embedded_clients_share_one_store_and_run_scripts() -> None:
    writer, reader = embedded_redis(), embedded_redis()
    await writer.set("shared", b"yes")
    assert await reader.eval("return redis.call('get', KEYS[1])", 1, "shared") == b"yes"
    await writer.delete("shared")
    await writer.aclose()
    await reader.aclose()
