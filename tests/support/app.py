"""The app's functions, for tests that look at what is registered."""

import sys
from collections.abc import Mapping
from typing import Any

from infra.local.indexing import FunctionIndex, index_app, load_app
from tests.support.host import REPOSITORY


def fresh_app() -> Any:
    """The app, imported again: it hands its functions out only once, and other tests need them too."""
    sys.modules.pop("function_app", None)
    app = load_app(REPOSITORY)
    del sys.modules["function_app"]
    return app


def app_index(settings: Mapping[str, str]) -> FunctionIndex:
    """The functions as the stand-in lists them."""
    return index_app(fresh_app(), settings)
