"""The routes that the fault matrix does not have, during an outage of each dependency; that they recover."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.faults.faults import PARTS, Fault
from tests.support.faults.further_routes import FurtherRoutes, read_table
from tests.support.faults.operations import Operations
from tests.support.faults.stage import Stage, stage
from tests.support.host import REDIS_SECONDS

pytestmark = pytest.mark.redis_server

EXPIRED_SECONDS = 1.1
HEAL_SECONDS = 60.0
USUAL = "nothing"
OUTAGES = {"Redis gone": "Redis", "MongoDB gone": "MongoDB", "Yahoo 5xx": "Yahoo", "Model 500": "Model"}
"""Columns of the table, with the part of the matrix that has the fault."""
TABLE = read_table()


def fault_of(outage: str) -> Fault:
    (part,) = [part for part in PARTS if part.name == OUTAGES[outage]]
    (fault,) = [fault for fault in part.faults if fault.name == outage.removeprefix(part.name).strip()]
    return fault


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    environ = {
        "MARKET_DATA_SOURCES": "yahoo,sec_edgar,ecb",
        "CACHE_TTL_FUNDAMENTAL_DATA": "1",
        REDIS_SECONDS: "5",
    }
    with stage(Path(tmp_path_factory.mktemp("further")), environ) as started:
        yield started


@pytest.fixture(scope="module")
def routes(on: Stage) -> FurtherRoutes:
    Operations(on).timer("migrations")
    routes = FurtherRoutes(on.client)
    routes.prepare()
    return routes


def settled(routes: FurtherRoutes) -> dict[str, str]:
    """What there is once all is as usual, or when that has taken too long."""
    wanted = {name: cells[USUAL] for name, cells in TABLE.items()}
    ends = time.monotonic() + HEAL_SECONDS
    while (seen := routes.run()) != wanted and time.monotonic() < ends:
        time.sleep(1)
    return seen


def test_without_a_fault_every_route_answers(routes: FurtherRoutes) -> None:
    assert settled(routes) == {name: cells[USUAL] for name, cells in TABLE.items()}


@pytest.mark.parametrize("outage", OUTAGES)
def test_outage_gives_what_the_table_says(on: Stage, routes: FurtherRoutes, outage: str) -> None:
    settled(routes)
    time.sleep(EXPIRED_SECONDS)
    fault = fault_of(outage)
    fault.on(on)
    try:
        seen = routes.run()
    finally:
        fault.off(on)
    wrong = {
        name: f"{seen[name]!r} and not {cells[outage]!r}"
        for name, cells in TABLE.items()
        if seen[name] not in cells[outage].split(" or ")
    }
    assert wrong == {}
    assert settled(routes) == {name: cells[USUAL] for name, cells in TABLE.items()}
