"""The short form of ``make soak``: a mixed load while Redis stops and returns."""

import asyncio
from pathlib import Path

import pytest

from tests.support.faults.stage import stage
from tests.support.soak import ENVIRON, soak
from tests.support.soak_outcome import Bounds, mistakes

pytestmark = pytest.mark.redis_server

_BOUNDS = Bounds(memory=0.15, blocks=0.1, threads=24, files=64)
"""In so short a time caches and pools are still filling; a leak of any size shows in the long form."""


def test_load_with_a_fault_leaves_nothing_behind(tmp_path: Path) -> None:
    with stage(tmp_path, ENVIRON, two_workers=True) as on:
        on.client.post("/admin/functions/migrations", json={})
        outcome = asyncio.run(soak(on, seconds=36, clients=6, fault_seconds=3, clean_seconds=4))
    assert outcome.faults, "nothing went wrong: the load has proved nothing"
    assert mistakes(outcome, _BOUNDS) == [], outcome.summary()
