"""One request: the checked address is connected, once resolved; deadline and body are bounded."""

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from shared.errors import ForbiddenTargetError
from shared.webhooks.http_post import MAX_RESPONSE_BYTES, HttpPoster
from shared.webhooks.target import TargetRules
from tests.support.certificates import make_certificates
from tests.support.durations import Stopwatch
from tests.support.stub_server import StubHandler, StubServer
from tests.support.webhook_receiver import Receiver, webhook_receiver

LOCAL = TargetRules(allow_local=True)
NAME = "hooks.example"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as receiver:
        yield receiver


@asynccontextmanager
async def poster(rules: TargetRules = LOCAL, **options: Any) -> AsyncIterator[HttpPoster]:
    client = HttpPoster(rules, **options)
    try:
        yield client
    finally:
        await client.aclose()


class Names:
    """A name server: the addresses of each look-up in turn, the last one again and again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []
        monkeypatch.setattr("shared.webhooks.http_post.socket.getaddrinfo", self.look_up)

    def look_up(self, host: str, port: int, *_arguments: object) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                socket.IPPROTO_TCP,
                "",
                (address, port),
            )
            for address in addresses
        ]


async def test_body_and_headers_arrive(receiver: Receiver) -> None:
    async with poster() as client:
        response = await client.post(URL(receiver.url), b"body", {"webhook-id": "evt_1"})
    (request,) = receiver.requests
    assert (response.status, request.body, request.headers["webhook-id"]) == (204, b"body", "evt_1")
    assert request.path == "/hook?token=marker"


async def test_redirect_is_not_followed(receiver: Receiver) -> None:
    for status in (301, 302, 303, 307, 308):
        receiver.requests.clear()
        receiver.answers = [(status, {"Location": receiver.url})]
        async with poster() as client:
            assert (await client.post(URL(receiver.url), b"", {})).status == status
        assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        # One bad address is enough, wherever it is in the list.
        ["93.184.216.34", "127.0.0.1"],
        ["127.0.0.1", "93.184.216.34"],
    ],
)
async def test_name_of_a_private_address_is_refused(
    addresses: list[str], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, addresses)
    port = URL(receiver.url).port
    async with poster(TargetRules()) as client:
        with pytest.raises(ForbiddenTargetError, match="private"):
            await client.post(URL(f"https://{NAME}:{port}/"), b"", {})
    assert not receiver.requests


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "[::1]", "localhost"])
async def test_address_that_was_not_checked_before_is_refused(host: str, receiver: Receiver) -> None:
    port = URL(receiver.url).port
    async with poster(TargetRules()) as client:
        with pytest.raises((ForbiddenTargetError, aiohttp.ClientError)):
            await client.post(URL(f"http://{host}:{port}/"), b"", {})
    assert not receiver.requests


async def test_name_is_resolved_once_and_its_address_connected(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The second look-up would lead elsewhere (DNS rebinding).
    names = Names(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    url = URL(f"http://{NAME}:{URL(receiver.url).port}/")
    async with poster() as client:
        assert (await client.post(url, b"", {})).status == 204
        assert names.asked == [NAME]
        assert receiver.requests[0].headers["host"] == f"{NAME}:{url.port}"
        # Nothing of the first request is reused.
        with pytest.raises(ForbiddenTargetError):
            await client.post(url, b"", {})
    assert len(receiver.requests) == 1


async def test_certificate_must_be_that_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = make_certificates(tmp_path, [NAME])
    server_names: list[str] = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files.certificate, files.key)
    tls.sni_callback = lambda _socket, name, _context: server_names.append(str(name))
    trusting = ssl.create_default_context(cafile=str(files.ca))
    Names(monkeypatch, ["127.0.0.1"])

    class Handler(StubHandler):
        def do_POST(self) -> None:
            self.respond(200, "")

    server = StubServer(Handler)
    server._server.socket = tls.wrap_socket(server._server.socket, server_side=True)
    with server:
        async with poster(tls=trusting) as client:
            response = await client.post(URL(f"https://{NAME}:{server.port}/"), b"", {})
            assert response.status == 200
            assert server_names == [NAME]
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await client.post(URL(f"https://other.example:{server.port}/"), b"", {})


async def test_large_body_is_not_read(receiver: Receiver) -> None:
    receiver.answers, receiver.content = [(200, {})], b"x" * 50_000_000
    with Stopwatch() as watch:
        async with poster() as client:
            assert (await client.post(URL(receiver.url), b"", {})).status == 200
    assert watch.seconds < 5


class EndlessHandler(StubHandler):
    """Answers 200 immediately, and sends its body byte by byte without end."""

    ended: threading.Event

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(MAX_RESPONSE_BYTES))
        self.end_headers()
        while not self.ended.wait(0.02):
            self.wfile.write(b"x")
            self.wfile.flush()


async def test_deadline_includes_the_body() -> None:
    ended = threading.Event()
    with StubServer(type("Handler", (EndlessHandler,), {"ended": ended})) as server:
        async with poster(deadline=1.0) as client:
            with pytest.raises(TimeoutError):
                await client.post(URL(f"{server.url}/"), b"", {})
        ended.set()


async def test_silent_name_server_does_not_outlast_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def look_up(*_arguments: object) -> list[tuple[Any, ...]]:
        go_on.wait(10)
        return []

    monkeypatch.setattr("shared.webhooks.http_post.socket.getaddrinfo", look_up)
    async with poster(deadline=0.2) as client:
        with pytest.raises(TimeoutError):
            await client.post(URL(f"https://{NAME}/"), b"", {})
        go_on.set()
        await asyncio.sleep(0)


async def test_silent_name_servers_delay_no_other_target(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, asked = threading.Event(), []

    def look_up(host: str, *_arguments: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        if host != NAME:
            go_on.wait(30)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", 0))]

    monkeypatch.setattr("shared.webhooks.http_post.socket.getaddrinfo", look_up)
    async with poster() as client:
        # Three deliveries to each of twenty names whose servers are silent.
        slow = [f"slow-{number % 20}.example" for number in range(60)]
        waiting = [asyncio.create_task(client.post(URL(f"https://{host}/"), b"", {})) for host in slow]
        await asyncio.sleep(0.1)
        with Stopwatch() as watch:
            response = await client.post(URL(f"http://{NAME}:{URL(receiver.url).port}/"), b"", {})
        assert (response.status, watch.seconds < 1) == (204, True)
        assert sorted(asked) == sorted({*slow, NAME})
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        go_on.set()


async def test_resolution_ends_before_the_deadline_of_the_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr("shared.webhooks.http_post.RESOLVE_SECONDS", 0.1)
    monkeypatch.setattr("shared.webhooks.http_post.socket.getaddrinfo", lambda *_arguments: go_on.wait(10))
    async with poster() as client:
        with pytest.raises(aiohttp.ClientConnectorDNSError):
            await client.post(URL(f"https://{NAME}/"), b"", {})
        go_on.set()


async def test_cookies_and_proxies_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    receiver.answers = [(204, {"Set-Cookie": "a=b"})]
    async with poster() as client:
        for _ in range(2):
            await client.post(URL(receiver.url), b"", {})
    assert all("cookie" not in request.headers for request in receiver.requests)
