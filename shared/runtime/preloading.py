"""Imports modules before a request needs them, and exempts them from garbage collection."""

import gc
from importlib import import_module
from typing import Final

_PASSES: Final = (20_000, 50, 3)
"""Objects made, and not gone again, between two passes of the garbage collector; and how many passes of one
generation it takes to one of the next."""


def preload(*modules: str) -> None:
    """Imports modules; blocking, for a thread.

    What is loaded stays for good. A full pass of the garbage collector would look through all of it again and
    again, and hold up every request for some 60 ms; so it is taken out of the collector's sight.

    What is made later goes by itself for the most part. With a pass every 700 objects, as Python has it, a
    worker that holds a thousand streams spends a quarter of its time on passes through these.
    """
    for module in modules:
        import_module(module)
    gc.freeze()
    gc.set_threshold(*_PASSES)
