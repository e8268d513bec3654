"""Every operation under every fault, against ``docs/faults.md``; that it heals, loses and betrays nothing."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.support.faults.faults import PARTS
from tests.support.faults.matrix import Report, Seen, look_at
from tests.support.faults.table import NOTHING, OPERATIONS, Table, fits, read_tables

_MOST_COMPLAINTS = 40
"""Lines at WARNING and above for the thirty or so requests made under a fault, with nothing said twice."""

_AT_ONCE = 2

pytestmark = pytest.mark.timeout(1_800)
"""The first test of a part waits for all its faults, which takes up to 20 minutes on a busy machine."""

_TABLES = read_tables()
_LOGGED = {(part.name, fault.name): fault.logged for part in PARTS for fault in part.faults}
_FAULTS = [(part.name, fault.name) for part in PARTS for fault in part.faults]
_ROWS = [(part.name, name) for part in PARTS for name in (NOTHING, *(fault.name for fault in part.faults))]


def _look_at(name: str, folder: Path, table: Table) -> Report:
    (part,) = [part for part in PARTS if part.name == name]
    return look_at(part, folder, table)


class Reports:
    """What came of the faults; each part of the surroundings is looked at when it is first asked for."""

    def __init__(self, futures: dict[str, Future[Report]]) -> None:
        self._futures = futures

    def of(self, part: str) -> Report:
        return self._futures[part].result()

    def seen(self, part: str, fault: str) -> Seen:
        return self.of(part).seen[fault]


@pytest.fixture(scope="module")
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reports]:
    """Looks at the parts that the chosen tests ask for, several at the same time: it is mostly waiting."""
    asked = {
        item.callspec.params["part"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    }

    # Not in the threads, where making folders races.
    chosen = [(part, tmp_path_factory.mktemp("faults")) for part in PARTS if part.name in asked]
    # In processes of their own: a thread that checks a long answer holds up the proxies of the other parts.
    with ProcessPoolExecutor(_AT_ONCE, mp_context=get_context("spawn")) as pool:
        futures = {
            part.name: pool.submit(_look_at, part.name, folder, _TABLES[part.name]) for part, folder in chosen
        }
        yield Reports(futures)


def test_tables_are_of_what_is_looked_at() -> None:
    assert [(part, name) for part, table in _TABLES.items() for name in table] == _ROWS


@pytest.mark.redis_server
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("part", "fault"), _ROWS)
def test_operation_gives_what_the_table_says(reports: Reports, part: str, fault: str, operation: str) -> None:
    seen = reports.seen(part, fault).during[operation]
    said, usual = _TABLES[part][fault][operation], _TABLES[part][NOTHING][operation]
    assert fits(seen, said, usual), f"{seen!r} and not {said!r}"


@pytest.mark.redis_server
@pytest.mark.parametrize(("part", "fault"), _FAULTS)
def test_fault_that_is_over_leaves_nothing_behind(reports: Reports, part: str, fault: str) -> None:
    seen = reports.seen(part, fault)
    assert seen.after == reports.seen(part, NOTHING).during
    assert seen.lost == []


@pytest.mark.redis_server
@pytest.mark.parametrize(("part", "fault"), _FAULTS)
def test_log_tells_of_a_fault_without_flooding(reports: Reports, part: str, fault: str) -> None:
    complaints = reports.seen(part, fault).complaints
    assert (1 if _LOGGED[part, fault] else 0) <= len(complaints) <= _MOST_COMPLAINTS, "\n".join(complaints)


@pytest.mark.redis_server
@pytest.mark.parametrize("part", [part.name for part in PARTS])
def test_no_secret_turns_up_anywhere(reports: Reports, part: str) -> None:
    assert reports.of(part).leaks == []
