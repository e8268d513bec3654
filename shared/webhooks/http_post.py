"""Sends one HTTP request to a checked address. Imports aiohttp: imported on first use."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType
from yarl import URL

from shared.webhooks.target import TargetRules

DEADLINE_SECONDS: Final = 15.0
"""Of one attempt: resolution, connection, request and what is read of the response."""
MAX_RESPONSE_BYTES: Final = 4_096
"""Bytes of a response body that are read; the rest is not awaited."""

RESOLVE_SECONDS: Final = 5.0
"""Of the resolution of a name."""
MAX_LOOK_UPS: Final = 64
"""Names that are resolved at a time. Each takes one thread, which a silent name server holds for a minute."""


@dataclass(frozen=True)
class TargetResponse:
    """The response of a target.

    Attributes:
        status: Status code.
        retry_after: Value of the header ``Retry-After``; None without one.
    """

    status: int
    retry_after: str | None


class HttpPoster:
    """Posts to targets. A host name is resolved once per request, and only checked addresses are connected.

    Args:
        rules: The rules for allowed targets.
        deadline: Seconds of one attempt.
        tls: TLS settings; None for those of the system.
    """

    def __init__(
        self, rules: TargetRules, deadline: float = DEADLINE_SECONDS, tls: ssl.SSLContext | None = None
    ) -> None:
        self._rules = rules
        self._resolver = _CheckedResolver(rules)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver,
                # The checked addresses are for one request: nothing is cached or reused.
                use_dns_cache=False,
                force_close=True,
                socket_factory=self._socket,
                ssl=tls or True,
            ),
            timeout=aiohttp.ClientTimeout(total=deadline),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )

    async def post(self, url: URL, body: bytes, headers: Mapping[str, str]) -> TargetResponse:
        """Sends a body and returns the response; redirects are not followed.

        Raises:
            ForbiddenTargetError: The host resolves to an address that is not allowed.
            aiohttp.ClientError: No valid response.
            TimeoutError: The deadline passed, also while the body arrives.
        """
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            await _read_some(response.content)
            return TargetResponse(response.status, response.headers.get("Retry-After"))

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._session.close()
        # The session closes only a resolver that it has made itself.
        await self._resolver.close()

    def _socket(self, place: AddrInfoType) -> socket.socket:
        # Every connection passes here, also those to an address without a name.
        family, kind, protocol, _, address = place
        self._rules.check_address(str(address[0]))
        return socket.socket(family, kind, protocol)


class _CheckedResolver(AbstractResolver):
    """Resolves a name, and refuses it if any of its addresses is not allowed."""

    def __init__(self, rules: TargetRules) -> None:
        self._rules = rules
        # Resolution blocks, for a minute where the name server is silent: not in the threads of others.
        self._threads = ThreadPoolExecutor(MAX_LOOK_UPS, thread_name_prefix="webhook-dns")
        self._look_ups: dict[str, asyncio.Future[list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Returns the addresses of a host.

        Raises:
            ForbiddenTargetError: One of them is not allowed.
            OSError: The name is not resolved, or not in time.
        """
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = await asyncio.shield(self._look_up(host, family))
        except TimeoutError:
            # A name that is not resolved, not the deadline of the attempt.
            raise OSError("the name server does not answer") from None
        for item in found:
            self._rules.check_address(item["host"])
        return [{**item, "port": port} for item in found]

    def _look_up(self, host: str, family: socket.AddressFamily) -> "asyncio.Future[list[ResolveResult]]":
        """Returns the look-up of a host that is in progress, or a new one.

        A name whose server is silent holds one thread at a time, however many requests there are.
        """
        look_up = self._look_ups.get(host)
        if look_up is None:
            loop = asyncio.get_running_loop()
            look_up = loop.run_in_executor(self._threads, _resolve, host, family)
            self._look_ups[host] = look_up
            look_up.add_done_callback(partial(self._finish, host))
        return look_up

    def _finish(self, host: str, look_up: "asyncio.Future[list[ResolveResult]]") -> None:
        del self._look_ups[host]
        if not look_up.cancelled():
            # No caller may wait any more: the failure would be logged as never retrieved.
            look_up.exception()

    async def close(self) -> None:
        """Ends the threads; a busy one ends with its resolution."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _resolve(host: str, family: socket.AddressFamily) -> list[ResolveResult]:
    places = socket.getaddrinfo(host, None, family, socket.SOCK_STREAM)
    return [
        ResolveResult(
            hostname=host, host=str(place[0]), port=0, family=kind, proto=protocol,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, protocol, _, place in places
    ]  # fmt: skip


async def _read_some(content: aiohttp.StreamReader) -> None:
    left = MAX_RESPONSE_BYTES
    while left > 0 and (chunk := await content.read(left)):
        left -= len(chunk)
