"""Two workers of the service over one Redis and one MongoDB server, each in a process of its own."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.api_client import api_client
from tests.support.host import PROBED_APP, REDIS_SECONDS, HostProcess
from tests.support.mongo import mongo_server
from tests.support.redis_server import RedisServer


@dataclass(frozen=True)
class Workers:
    """Two workers and the stores that they share.

    Attributes:
        redis: The Redis server.
        mongodb_uri: Address of the database.
        hosts: The processes.
        clients: A client of each.
    """

    redis: RedisServer
    mongodb_uri: str
    hosts: tuple[HostProcess, HostProcess]
    clients: tuple[httpx.Client, httpx.Client]


@contextmanager
def two_workers(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    *,
    second: Mapping[str, str] | None = None,
    redis_hangs: bool = False,
) -> Iterator[Workers]:
    """Starts the stores and both workers for the block.

    Args:
        folder: Takes everything that is written.
        environ: Settings of both workers.
        second: Further settings of the second one.
        redis_hangs: Whether the test lets Redis hang. In the others Redis may take seconds: a machine that
            holds it up for a moment is no outage.
    """
    with ExitStack() as stack:
        (folder / "redis").mkdir(parents=True)
        redis = RedisServer(folder / "redis")
        stack.callback(redis.stop)
        redis.start()
        settings = {
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis.port),
            "MONGODB_URI": stack.enter_context(mongo_server()),
            **({} if redis_hangs else {REDIS_SECONDS: "5"}),
            **(environ or {}),
        }
        hosts = (
            HostProcess(folder / "first", settings, app=PROBED_APP),
            HostProcess(folder / "second", {**settings, **(second or {})}, app=PROBED_APP),
        )
        for host in hosts:
            stack.callback(host.stop)
        yield Workers(
            redis, settings["MONGODB_URI"], hosts, (_client(stack, hosts[0]), _client(stack, hosts[1]))
        )


def _client(stack: ExitStack, host: HostProcess) -> httpx.Client:
    return stack.enter_context(api_client(host.base_url(), timeout=60))
