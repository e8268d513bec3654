"""Requests made up from the contract, valid and not: every answer must be one that the contract describes.

``make fuzz`` makes many more of them (``FUZZ_CASES``).
"""

import os
from collections.abc import Iterator
from typing import Any, Final

import pytest
import requests
import schemathesis
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.contract import check_frames, document, operations
from tests.support.host import running_host

CASES: Final = int(os.environ.get("FUZZ_CASES", "200"))
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
KNOWN: Final = ("AAPL", "BRK-B", "^GSPC", "VOD.L", "EURUSD=X")

config = schemathesis.Config.from_dict(
    {
        "seed": 20261124,
        "generation": {
            "max-examples": max(1, CASES // len(list(operations()))),
            "deterministic": True,
            "database": "none",
        },
    }
)
schema = schemathesis.openapi.from_dict(document(), config=config)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, requests.Session]]:
    """The running service, which lets one caller ask as often as the test does."""
    with (
        running_host(tmp_path_factory.mktemp("fuzz")) as base_url,
        requests.Session() as session,
    ):
        session.trust_env = False
        yield f"{base_url}/api", session


@schema.parametrize()
def test_every_answer_is_described(
    case: schemathesis.Case[Any], service: tuple[str, requests.Session]
) -> None:
    _name_a_known_symbol(case)
    base_url, session = service
    # Not case.call(): that leaves a stream before its end.
    request = case.as_transport_kwargs(base_url=base_url)
    if "%0A" in request["url"].upper():
        # No function sees it: test_line_break_in_a_path_is_refused_by_the_platform.
        return
    response = session.request(**request, timeout=30)
    streamed = response.headers.get("content-type", "").startswith("text/event-stream")
    if streamed:
        _check_stream(case.path, response.text)
    # Of a stream schemathesis looks at each event as the browser gives it, with its data as a string.
    skipped = [response_schema_conformance] if streamed else []
    case.validate_response(response, checks=CHECKS, excluded_checks=skipped)


def _check_stream(path: str, text: str) -> None:
    if path == "/agents/query":
        # Workspace's own events; tests/api/test_workspace_formats.py has their fields.
        events = [event for event in text.split("\n\n") if event and not event.startswith(":")]
        assert all(event.startswith("event: copilotMessageChunk\ndata: {") for event in events), text[-500:]
        return
    check_frames(text, "ReportFrame" if path == "/reports" else "ChatFrame")


def _name_a_known_symbol(case: Case[Any]) -> None:
    """Every other valid symbol becomes one that is known: made-up ones alone would all be 404."""
    symbol = case.path_parameters.get("symbol")
    valid = case.meta is not None and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE
    if valid and isinstance(symbol, str) and len(symbol) % 2:
        case.path_parameters["symbol"] = KNOWN[len(symbol) // 2 % len(KNOWN)]
