"""A receiver of webhooks on this machine: it records requests, and answers as the test says."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.stub_server import StubHandler, StubServer


@dataclass(frozen=True)
class ReceivedRequest:
    """A request that arrived.

    Attributes:
        path: Path with query.
        headers: Headers, names in lower case.
        body: The body.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """The receiver.

    Attributes:
        url: Its address.
        answers: Status and headers of the next responses; the last one is repeated.
        requests: The requests so far.
        most_at_once: Largest number of requests in progress at the same time.
        gate: Requests wait until it is set.
        content: Body of the responses.
    """

    url: str = ""
    answers: list[tuple[int, Mapping[str, str]]] = field(default_factory=lambda: [(204, {})])
    requests: list[ReceivedRequest] = field(default_factory=list)
    most_at_once: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    content: bytes = b""
    _in_progress: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, handler: StubHandler) -> None:
        """Answers one request."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = ReceivedRequest(handler.path, headers, handler.request_body())
        with self._lock:
            self.requests.append(request)
            self._in_progress += 1
            self.most_at_once = max(self.most_at_once, self._in_progress)
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            self.gate.wait(10)
            handler.respond(answer[0], self.content, answer[1])
        finally:
            with self._lock:
                self._in_progress -= 1


@contextmanager
def webhook_receiver() -> Iterator[Receiver]:
    """Serves for the block; the gate is open."""
    receiver = Receiver()
    receiver.gate.set()

    class Handler(StubHandler):
        def do_POST(self) -> None:
            receiver.handle(self)

        def do_GET(self) -> None:
            receiver.handle(self)

    with StubServer(Handler) as server:
        receiver.url = f"{server.url}/hook?token=marker"
        yield receiver
        receiver.gate.set()
