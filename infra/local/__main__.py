"""Serves the app without Azure: ``python -m infra.local [--port N]``."""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from infra.local.banner import banner
from infra.local.cors import Cors
from infra.local.host import LocalHost
from infra.local.host_files import HostSettings, read_host_settings
from infra.local.indexing import IndexingError, index_app, load_app
from infra.local.timers import TimerService
from shared.clock import utc_now
from shared.context import AppContext, contexts
from shared.errors import ConfigurationError

FOLDER: Final = Path(__file__).parents[2]
ADDRESS: Final = "127.0.0.1"
MISTAKE: Final = 2
"""Exit code when the configuration, or the app, is refused."""

_GRACE_SECONDS: Final = 3


class _Server(uvicorn.Server):
    """Uvicorn that leaves signals to us: its own way raises them again at the end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def main() -> int:
    """Serves until Ctrl-C or SIGTERM; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--port", type=int, help="port to listen on (else PORT, else the settings' one)")
    parser.add_argument("--app", type=Path, default=FOLDER, help="folder of function_app.py and host.json")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.app.resolve(), arguments.port))
    except (ConfigurationError, IndexingError) as error:
        print(error, file=sys.stderr)
        return MISTAKE
    return 0


async def _serve(folder: Path, port: int | None) -> None:
    host = read_host_settings(folder)
    host.apply_values(os.environ)
    port = port or _port_of_environment() or host.port
    # As under the worker: the app is imported while an event loop runs.
    index = index_app(load_app(folder), os.environ)
    timers = TimerService(index.timers, utc_now)
    context = await contexts.get()
    with _listen(port) as listener:
        base_url = f"http://localhost:{listener.getsockname()[1]}"
        print("\n".join(banner(index, timers, context.settings, base_url, host.route_prefix)), flush=True)
        app = LocalHost(index, host.route_prefix, _cors(host), timers)
        await _run(app, listener, timers, context)


def _port_of_environment() -> int | None:
    given = os.environ.get("PORT", "")
    if not given:
        return None
    if not given.isdigit():
        raise ConfigurationError("PORT must be a port number.")
    return int(given)


def _cors(host: HostSettings) -> Cors:
    return Cors(host.cors_origins, host.cors_credentials)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((ADDRESS, port), backlog=1024)
    except (OSError, OverflowError) as error:
        raise ConfigurationError(f"Port {port} cannot be used: {error}. Give another with PORT=.") from None


async def _run(app: LocalHost, listener: socket.socket, timers: TimerService, context: AppContext) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
    timers.start()
    try:
        await server.serve(sockets=[listener])
    finally:
        await timers.aclose(_GRACE_SECONDS)
        await context.aclose()


if __name__ == "__main__":
    sys.exit(main())
