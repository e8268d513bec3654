"""``make soak``: mixed load on two workers while faults come and go; exit code 1 when something is amiss."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.support.faults.stage import stage
from tests.support.soak import ENVIRON, soak
from tests.support.soak_outcome import Bounds, mistakes

_WARM_UP_FAULTS: Final = 2
_BOUNDS: Final = Bounds(memory=0.03, blocks=0.01, threads=8, files=32)


def main() -> int:
    """Soaks; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--seconds", type=float, default=720.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder), ENVIRON, two_workers=True) as on:
        on.client.post("/admin/functions/migrations", json={})
        outcome = asyncio.run(soak(on, seconds=arguments.seconds, warm_up_faults=_WARM_UP_FAULTS))
        assert on.second is not None
        logged = outcome.logged(on.host.output() + on.second.host.output())
    print(outcome.summary(), logged, sep="\n")
    found = mistakes(outcome, _BOUNDS)
    print("\n".join(found) or "nothing amiss")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
