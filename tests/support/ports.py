"""Ports for servers that cannot choose one themselves."""

import random
import socket
from typing import Final

_FIRST: Final = 12_000
_LAST: Final = 21_999
_CLUSTER_BUS: Final = 10_000


def free_port() -> int:
    """Returns a free port whose cluster bus port of Redis, 10,000 above it, is free too.

    Both are below the ports that the system gives to connections, from 32,768 on Linux: none takes the port
    before the server does, or while the server is stopped and started again.
    """
    # Not from the seed of a test: two runs at a time take different ones.
    choice = random.SystemRandom()
    while True:
        port = choice.randint(_FIRST, _LAST)
        with socket.socket() as listener, socket.socket() as bus:
            try:
                listener.bind(("127.0.0.1", port))
                bus.bind(("127.0.0.1", port + _CLUSTER_BUS))
            except OSError:
                continue
            return port
