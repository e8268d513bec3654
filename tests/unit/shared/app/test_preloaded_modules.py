"""What is imported ahead is what a request would import else, and it is out of the collector's sight,
which looks less often than by Python's own measure."""

import json
import subprocess
import sys

from tests.support.host import REPOSITORY

_CODE = """
import gc, json, sys
import function_app
from shared.app.preloaded_modules import MOST_WORKERS, NEARLY_EVERY_REQUEST
from shared.runtime.preloading import preload

preload(*NEARLY_EVERY_REQUEST, *MOST_WORKERS)
seen = len(gc.get_objects())
before = set(sys.modules)

from shared.app.context_provider import build_context
context = build_context()
for name in ("cache", "market_data", "mongo", "repositories", "models", "agent", "reports"):
    getattr(context, name)
later = sorted(set(sys.modules) - before)
kept, every = gc.get_freeze_count(), gc.get_threshold()[0]
print(json.dumps({"seen": seen, "kept": kept, "later": later, "every": every}))
"""


def test_services_need_no_driver_that_was_not_imported_ahead() -> None:
    environ = {"APP_ENV": "local", "REDIS_HOST": "127.0.0.1", "MONGODB_URI": "mongodb://127.0.0.1:1"}
    result = subprocess.run(
        [sys.executable, "-c", _CODE],
        cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60, env=environ,
    )  # fmt: skip
    found = json.loads(result.stdout)
    later = {name.partition(".")[0] for name in found["later"]}
    assert not later & {"redis", "hiredis", "pymongo", "bson"}
    assert found["seen"] < found["kept"] / 10
    assert found["every"] >= 10_000
