"""Fixtures of reports: a database in memory, and two workers that share it and a Redis."""

from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeServer

from tests.support.cache import FrozenClock
from tests.support.report_store import FakeReports, Worker, working


@pytest.fixture
def reports() -> FakeReports:
    """The stored reports of all workers."""
    return FakeReports()


@pytest.fixture
async def worker(server: FakeServer, reports: FakeReports, clock: FrozenClock) -> AsyncIterator[Worker]:
    """A worker; the test releases its reports."""
    async with working(server, reports, clock) as worker:
        yield worker


@pytest.fixture
async def other(server: FakeServer, reports: FakeReports, clock: FrozenClock) -> AsyncIterator[Worker]:
    """A second worker, whose reports have numbers from 100."""
    async with working(server, reports, clock, first=100) as worker:
        yield worker
