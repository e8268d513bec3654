"""Leases in MongoDB: one holder at a time, until it releases the lease or the lease expires."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.embedded_mongo import embedded_mongo
from shared.data import document_lease
from shared.data.document_lease import acquire, release, remaining, renew

DOCUMENT = {"_id": "refresh"}
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time of the database server; its only item."""
    moments = [NOW]
    monkeypatch.setattr(document_lease, "server_time", lambda _target: moments[0])
    return moments


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Any]:
    client: Any = embedded_mongo(str(tmp_path))
    yield client["app"]["leases"]
    client.close()


@pytest.mark.usefixtures("time")
def test_second_worker_acquires_it_after_the_first_releases_it(target: Any) -> None:
    assert acquire(target, DOCUMENT, "first", 60, {})
    assert not acquire(target, DOCUMENT, "second", 60, {})
    release(target, DOCUMENT, "first")
    assert acquire(target, DOCUMENT, "second", 60, {})


@pytest.mark.usefixtures("time")
def test_late_holder_does_not_release_the_lease_of_the_next(target: Any) -> None:
    acquire(target, DOCUMENT, "second", 60, {})
    release(target, DOCUMENT, "first")
    assert not acquire(target, DOCUMENT, "third", 60, {})


@pytest.mark.usefixtures("time")
def test_holder_whose_reply_was_lost_acquires_it_again(target: Any) -> None:
    assert acquire(target, DOCUMENT, "first", 60, {})
    assert acquire(target, DOCUMENT, "first", 60, {})


def test_it_expires(target: Any, time: list[datetime]) -> None:
    acquire(target, DOCUMENT, "first", 60, {})
    assert remaining(target, DOCUMENT) == 60
    time[0] = NOW + timedelta(seconds=61)
    assert remaining(target, DOCUMENT) == 0
    assert acquire(target, DOCUMENT, "second", 60, {})
    assert not renew(target, DOCUMENT, "first", 60)


def test_renewed_lease_lasts_longer(target: Any, time: list[datetime]) -> None:
    acquire(target, DOCUMENT, "first", 60, {})
    time[0] = NOW + timedelta(seconds=50)
    assert renew(target, DOCUMENT, "first", 60)
    assert remaining(target, DOCUMENT) == 60


@pytest.mark.usefixtures("time")
def test_expiry_of_a_worker_whose_clock_is_wrong_counts_as_expired(target: Any) -> None:
    until = NOW + timedelta(days=365)
    target.insert_one({"_id": "refresh", "lock": {"token": "lost", "until": until}})
    assert acquire(target, DOCUMENT, "second", 60, {})


@pytest.mark.usefixtures("time")
def test_missing_document_is_inserted_only_on_request(target: Any) -> None:
    assert not acquire(target, DOCUMENT, "first", 60, None)
    assert target.find_one(DOCUMENT) is None
    assert remaining(target, DOCUMENT) == 0
    assert acquire(target, DOCUMENT, "first", 60, {"kind": "job"})
    assert target.find_one(DOCUMENT)["kind"] == "job"


@pytest.mark.usefixtures("time")
def test_document_that_has_changed_is_not_acquired(target: Any) -> None:
    target.insert_one({"_id": "refresh", "version": 2})
    assert not acquire(target, {"_id": "refresh", "version": 1}, "first", 60, None)
    assert acquire(target, {"_id": "refresh", "version": 2}, "first", 60, None)
