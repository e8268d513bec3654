"""HTTP clients of a running service that check each response against the OpenAPI document."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.contract import check_response
from tests.support.host import running_host


def api_client(
    base_url: str, *, timeout: float = 90, headers: Mapping[str, str] | None = None
) -> httpx.Client:
    """Returns a client of the API below ``base_url``; a response that the document lacks is an error."""
    hooks = {"response": [check_response]}
    return httpx.Client(base_url=f"{base_url}/api", timeout=timeout, headers=headers, event_hooks=hooks)


@contextmanager
def running_service(folder: Path, **environ: str) -> Iterator[httpx.Client]:
    """Serves the app with data of its own in a folder; yields a client."""
    with running_host(folder, environ) as base_url, api_client(base_url) as client:
        yield client
