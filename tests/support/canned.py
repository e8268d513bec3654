"""A server that gives prepared answers, for clients that must cope with bad ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.stub_server import StubHandler, StubServer


@dataclass(frozen=True)
class Canned:
    """An answer; a body that is no text becomes JSON."""

    status: int = 200
    body: object = field(default_factory=dict)
    content_type: str = "application/json"


@dataclass(frozen=True)
class Seen:
    """A request that came: method, path with query, headers in small letters, body."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@contextmanager
def canned_server(answer: Callable[[Seen], Canned]) -> Iterator[tuple[str, list[Seen]]]:
    """Serves for the block; gives its address, and the requests as they come."""
    seen: list[Seen] = []

    class Handler(StubHandler):
        def _serve(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Seen(self.command, self.path, headers, self.request_body())
            seen.append(request)
            canned = answer(request)
            self.respond(canned.status, canned.body, {"Content-Type": canned.content_type})

        do_GET = do_POST = _serve

    with StubServer(Handler) as server:
        yield server.url, seen
