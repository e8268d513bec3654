"""Serves the app without Azure: ``python -m infra.local [--port N]``."""

import argparse
import asyncio
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import Final

from infra.local.banner import banner
from infra.local.cors import Cors
from infra.local.embedded_queue import embedded_queue
from infra.local.emulator_queue import EmulatorQueue, emulator_answers
from infra.local.host import LocalHost
from infra.local.host_files import read_host_settings
from infra.local.indexing import IndexingError, index_app, load_app
from infra.local.invocation import Invoker, thread_count
from infra.local.origins import OriginCheck, Origins
from infra.local.queues import QueueService
from infra.local.request_ids import RequestIds
from infra.local.server import GRACE_SECONDS, Server, end_in_time, listen
from infra.local.timers import TimerService
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.errors import ConfigurationError
from shared.errors.service_errors import ServiceError
from shared.runtime.clock import utc_now

FOLDER: Final = Path(__file__).resolve().parents[2]
MISTAKE: Final = 2
"""Exit code when the configuration, the app or the local database is refused."""

_OPEN_SECONDS: Final = 60.0


def main() -> int:
    """Serves until Ctrl-C or SIGTERM; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.local", description="Serves the app without Azure."
    )
    parser.add_argument("--port", type=int, help="port to listen on; 0 for a free one (else PORT, else 7071)")
    parser.add_argument("--app", type=Path, default=FOLDER, help="folder of function_app.py and host.json")
    arguments = parser.parse_args()
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(_serve(arguments.app.resolve(), arguments.port))
    except (ConfigurationError, IndexingError, ServiceError) as error:
        print(f"The app cannot start: {' '.join(str(error).split())}", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        # Interrupted before it served.
        return 0
    return 0


async def _serve(folder: Path, given_port: int | None) -> None:
    settings = read_host_settings(folder)
    settings.apply_values(os.environ)
    os.environ.setdefault("EMBEDDED_STORES_MODULE", "infra.local.embedded_stores")
    emulator = os.environ.get("WEBHOOK_QUEUE_CONNECTION", "")
    if not emulator_answers(emulator):
        # The app and this host use the embedded queue.
        emulator = os.environ["WEBHOOK_QUEUE_CONNECTION"] = ""
    port = _port(os.environ.get("PORT", ""), settings.port) if given_port is None else given_port
    invoker = Invoker(thread_count(os.environ))
    # As in the Functions worker, the app is imported while an event loop runs.
    index = index_app(load_app(folder), os.environ)
    timers = TimerService(index.timers, invoker, utc_now)
    # The worker builds it for the first request; here errors are reported at the start.
    context = await contexts.get()
    if context.settings.mongodb.embedded:
        # Opens and migrates the file now: a fault of it is better reported at the start than by requests.
        await context.mongo.run(lambda database: database.command("ping"), seconds=_OPEN_SECONDS)
    embedded = partial(embedded_queue, context.settings.app.data_dir)
    open_queue = partial(EmulatorQueue, emulator) if emulator else embedded
    queues = QueueService(index.queues, settings.queues, invoker, open_queue)
    app = LocalHost(index, settings.route_prefix, timers, queues, invoker)
    with listen(port) as listener:
        base_url = f"http://localhost:{listener.getsockname()[1]}"
        for line in banner(index, timers, context.settings, base_url, settings.route_prefix):
            print(line)
        sys.stdout.flush()
        timers.start()
        if context.settings.is_local:
            # Elsewhere the app adds no messages to these queues.
            queues.start()
        try:
            origins = Origins(settings.cors_origins)
            guarded = OriginCheck(Cors(app, origins, settings.cors_credentials), origins)
            await Server(RequestIds(guarded)).serve([listener])
        finally:
            await _end(timers, queues, invoker, context)


async def _end(timers: TimerService, queues: QueueService, invoker: Invoker, context: AppContext) -> None:
    await asyncio.gather(timers.aclose(GRACE_SECONDS), queues.aclose(GRACE_SECONDS))
    invoker.close()
    await end_in_time("the app", asyncio.ensure_future(context.aclose()))


def _port(given: str, default: int) -> int:
    if not given.strip():
        return default
    if not given.strip().isdecimal():
        raise ConfigurationError("PORT must be a port number")
    return int(given)


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit() and asyncio.run(): both wait for threads, and one of them may hang.
    os._exit(code)
