"""Serves until it is ended: ``python -m tests.support.mongo_server [--no-timeseries] [--deny COMMAND]``.

It prints its URI on the first line.
"""

import argparse
import gc

from tests.support.mongo_server.commands import Commands
from tests.support.mongo_server.wire import MongoServer


def main() -> None:
    """Serves until the process is ended."""
    parser = argparse.ArgumentParser(description="A MongoDB server for tests.")
    parser.add_argument("--port", type=int, default=0, help="port on loopback; 0 chooses a free one")
    parser.add_argument("--no-timeseries", action="store_true", help="refuse time-series collections")
    parser.add_argument("--no-validators", action="store_true", help="refuse validators")
    parser.add_argument("--deny", action="append", default=[], metavar="COMMAND", help="not authorized")
    options = parser.parse_args()
    unsupported = [
        name
        for name, absent in (("timeseries", options.no_timeseries), ("validator", options.no_validators))
        if absent
    ]
    # Looking for cycles takes longer the more is stored, at no particular command; documents contain none.
    gc.disable()
    commands = Commands(unsupported, [command.lower() for command in options.deny])
    with MongoServer(commands, options.port) as server:
        print(server.uri, flush=True)  # noqa: T201 - the caller reads it
        server.serve_forever()


if __name__ == "__main__":
    main()
