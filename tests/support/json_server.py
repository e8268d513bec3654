"""A server that responds to GET with JSON, in a thread."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.support.stub_server import StubServer, get_handler

Answer = Callable[[str, Mapping[str, str]], tuple[int, dict[str, Any], dict[str, str]]]
"""Path with query and headers of a request, to status, body and headers of the answer."""


@contextmanager
def json_server(answer: Answer) -> Iterator[int]:
    """Serves for the block; gives the port."""
    with StubServer(
        get_handler(lambda request: answer(request.path, dict(request.headers.items())))
    ) as server:
        yield server.port
