"""Runs the app under Azure's own worker code with Application Insights switched on, and prints what it sends.

A process of its own: worker and OpenTelemetry keep what they set up for good. Takes the folder for data, and
prints the envelopes that arrived at a stub of Application Insights, as one line of JSON.
"""

import asyncio
import gzip
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.support.host import REPOSITORY
from tests.support.network import NetworkGuard
from tests.support.stub_server import StubHandler, StubServer

TRACE_PARENT: Final = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
KEY: Final = "KEY-OF-THE-TESTS"


@contextmanager
def application_insights() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that takes telemetry; gives its address and what arrived."""
    arrived: list[dict[str, Any]] = []

    class Handler(StubHandler):
        def do_POST(self) -> None:
            content = self.request_body()
            if self.headers.get("Content-Encoding") == "gzip":
                content = gzip.decompress(content)
            if self.path.endswith("/track"):
                arrived.extend(json.loads(content))
            self.respond(200, {"itemsReceived": 1, "itemsAccepted": 1, "errors": []})

        def do_GET(self) -> None:
            # A data source that is down.
            self.respond(503, {})

    with StubServer(Handler) as server:
        yield server.url, arrived


def environ(folder: Path, address: str) -> dict[str, str]:
    """As infra/modules/functionapp.bicep sets it, as far as it concerns telemetry."""
    return {
        "APPLICATIONINSIGHTS_CONNECTION_STRING": (
            f"InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint={address}/;"
            f"LiveEndpoint={address}/"
        ),
        "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "true",
        # What the exporter tells its makers about itself.
        "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
        "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
        "APP_ENV": "local",
        "EMBEDDED_STORES_MODULE": "infra.local.embedded_stores",
        "LOCAL_DATA_DIR": str(folder),
        "YAHOO_FINANCE_ENABLED": "false",
        # On a busy machine, what is imported on the way counts too.
        "MARKET_DATA_DEADLINE": "60",
        "ALPHA_VANTAGE_API_KEY": KEY,
        "ALPHA_VANTAGE_BASE_URL": address,
        "CACHE_REFRESH_SCHEDULE": "0 */5 * * * *",
        "BRIEFINGS_SCHEDULE": "0 */5 * * * *",
        "MIGRATIONS_SCHEDULE": "0 0 3 * * *",
    }


async def use_it() -> None:
    """Asks for what an operator is going to look for."""
    from infra.local.indexing import index_app, load_app
    from tests.support.worker import Worker

    index = index_app(load_app(REPOSITORY), os.environ)
    # An app gives its functions away once: the worker is to import another.
    del sys.modules["function_app"]
    worker = Worker(index, "api", trace_parent=TRACE_PARENT)
    await worker.load(REPOSITORY)
    await worker.metadata()
    for name, path in (
        ("quote-1", f"/api/quotes/AAPL?code={KEY}"),
        ("quote-2", "/api/quotes/AAPL"),
        ("stream-1", "/api/chat/stream?message=How%20is%20AAPL%20doing"),
    ):
        async with worker.request("GET", path, headers={"X-Request-ID": name}) as response:
            body = await response.aread()
            assert response.status_code == 200, body
    await worker.run_timer("cache_refresh", "timer")
    await worker.aclose()


def send_what_is_left() -> None:
    """Has everything sent that waits for its turn."""
    from opentelemetry import _logs, metrics, trace

    for provider in (_logs.get_logger_provider(), metrics.get_meter_provider(), trace.get_tracer_provider()):
        if flush := getattr(provider, "force_flush", None):
            flush()


def main() -> None:
    """See above."""
    guard = NetworkGuard()
    guard.install()
    with application_insights() as (address, arrived):
        os.environ.update({**environ(Path(sys.argv[1]), address), **json.loads(sys.argv[2])})
        try:
            asyncio.run(use_it())
        finally:
            send_what_is_left()
            # The log of the worker is not visible elsewhere.
            sys.stderr.write("".join(f"{item}\n" for item in arrived if item["name"].endswith("Exception")))
    assert not guard.attempts, guard.attempts
    sys.stdout.write(json.dumps(arrived) + "\n")


if __name__ == "__main__":
    main()
