"""Migrations: run once, resumed, refused when edited, by one runner at a time."""

import json
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from shared.data.migration.migration import Migration, Work
from shared.data.migration.runner import (
    LockLostError,
    MigrationChangedError,
    MigrationReport,
    MigrationRunner,
    all_migrations,
)
from shared.data.migration.starter import read_starter_symbols
from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.data.schema import SchemaReport
from tests.integration.data.conftest import Servers
from tests.support.migration_worker import halting
from tests.support.mongo import NOW, ROOT, HandClock, local_settings

NAMES = [
    "0001_collections",
    "0002_starter_symbols",
    "0003_tracked_symbols",
    "0004_report_owners",
    "0005_candle_generations",
    "0006_conversation_titles",
]


class Target:
    """A database on a server, not migrated yet."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.name = f"test_{uuid.uuid4().hex[:12]}"
        self.client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True)
        self.database = self.client[self.name]
        self.mongo = Mongo(self.client, self.name)
        self.clock = HandClock()

    def runner(self, *more: Migration, **settings: dict[str, Any]) -> MigrationRunner:
        return MigrationRunner(
            self.mongo,
            local_settings(**settings),
            self.clock,
            migrations=[*all_migrations(), *more] if more else None,
            lock_seconds=30,
        )


@pytest.fixture(params=["time_series", "bare", "denied"])
async def target(request: pytest.FixtureRequest, servers: Servers) -> AsyncIterator[Target]:
    made = Target(servers.uri(request.param))
    yield made
    made.client.drop_database(made.name)
    await made.mongo.aclose()


async def test_first_run_sets_everything_up(target: Target) -> None:
    report = await target.runner().run()
    assert (report.status, report.applied, report.drift) == ("applied", NAMES, [])
    symbols = Repositories(target.mongo, target.clock).symbols
    assert await symbols.tracked() == sorted(local_settings().refresh.symbols)
    found = await symbols.get("SAP.DE")
    assert found is not None
    assert (found.name, found.country, found.currency) == ("SAP SE", "Germany", "EUR")
    assert await Repositories(target.mongo, target.clock).migrations.applied() == NAMES


async def test_second_run_changes_nothing_and_says_so(target: Target) -> None:
    await target.runner().run()
    before = {name: list(target.database[name].find()) for name in ("schema_migrations", "symbols")}
    report = await target.runner().run()
    assert (report.status, report.applied, report.changes) == ("unchanged", [], [])
    assert {name: list(target.database[name].find()) for name in before} == before


async def test_dry_run_says_what_would_be_done_and_does_nothing(target: Target) -> None:
    report = await target.runner().run(dry_run=True)
    assert (report.status, report.applied) == ("planned", NAMES)
    assert "create collection investment_reports" in report.changes
    assert "create index market_data.symbol_interval_generation_timestamp" in report.changes
    assert target.database["symbols"].find_one() is None
    await target.runner().run()
    assert (await target.runner().run(dry_run=True)).status == "unchanged"


async def test_what_is_left_to_do_is_told_until_it_is_done(target: Target) -> None:
    assert await target.runner().pending() == [*NAMES, "schema"]
    await target.runner().run()
    assert await target.runner().pending() == []
    assert await target.runner(conversation={"ttl_days": 3}).pending() == ["schema"]
    await target.runner(conversation={"ttl_days": 3}).run()
    assert await target.runner(conversation={"ttl_days": 3}).pending() == []


async def test_tracked_symbols_are_configured_and_later_choices_stay(target: Target) -> None:
    await target.runner(refresh={"symbols": ["MSFT", "WEIRD.X"]}).run()
    symbols = Repositories(target.mongo, target.clock).symbols
    assert await symbols.tracked() == ["MSFT", "WEIRD.X"]
    await symbols.set_tracked("MSFT", False)
    await target.runner(refresh={"symbols": ["AAPL"]}).run()
    assert await symbols.tracked() == ["WEIRD.X"]


async def test_edited_migration_is_refused_by_name(target: Target) -> None:
    await target.runner(halting()).run()
    edited = replace(halting(), checksum="edited")
    for dry_run in (True, False):
        with pytest.raises(MigrationChangedError, match="0009_halves"):
            await target.runner(edited).run(dry_run)
    assert (await target.runner(halting()).run()).status == "unchanged"


async def test_run_that_failed_half_way_is_finished_by_the_next(target: Target) -> None:
    def up(work: Work) -> SchemaReport:
        work.database["things"].insert_one({"_id": 1})
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        await target.runner(replace(halting(), up=up)).run()
    assert await target.runner(halting()).pending() == ["0009_halves", "schema"]
    report = await target.runner(halting()).run()
    assert (report.applied, report.resumed) == (["0009_halves"], ["0009_halves"])
    assert target.database["things"].count_documents({}) == 2


async def test_candles_without_generation_and_their_index_are_removed(target: Target) -> None:
    await target.runner().run()
    candles = target.database["market_data"]
    keys = [("metadata.symbol", 1), ("metadata.interval", 1), ("timestamp", 1)]
    candles.create_index(keys, name="symbol_interval_timestamp")
    metadata = {"symbol": "AAPL", "interval": "1d", "source": "s", "currency": None}
    figures = {"open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0, "adjusted_close": None, "volume": None}
    candles.insert_one({"timestamp": NOW, "metadata": metadata, **figures, "fetched_at": NOW})
    target.database["schema_migrations"].delete_one({"_id": "0005_candle_generations"})
    report = await target.runner().run()
    assert report.changes == [
        "delete 1 candles without a description",
        "drop index market_data.symbol_interval_timestamp",
    ]
    assert candles.count_documents({}) == 0


async def test_changed_retention_of_candles_changes_their_expiry(target: Target) -> None:
    await target.runner().run()
    report = await target.runner(retention={"candles_days": 500}).run()
    change = {
        "change expiry of market_data",
        "change expiry of index market_data.expiry",
    }
    # A user that may not list collections cannot see what it is.
    seen = not any("listCollections" in warning for warning in report.warnings)
    assert len(change.intersection(report.changes)) == seen
    assert (await target.runner(retention={"candles_days": 500}).run()).changes == []


def expire_lease(target: Target) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    changed = target.database["schema_migrations"].update_one(
        {"_id": "lease"}, {"$set": {"lock.until": past}}
    )
    assert changed.matched_count == 1


async def test_runner_that_lost_its_lock_stops(target: Target) -> None:
    other: list[MigrationReport] = []

    def up(work: Work) -> SchemaReport:
        expire_lease(target)
        other.append(target.runner().run_blocking(work.database))
        lock = {"token": "another", "until": datetime.now(UTC) + timedelta(seconds=30)}
        target.database["schema_migrations"].update_one({"_id": "lease"}, {"$set": {"lock": lock}})
        work.tick()
        raise AssertionError("goes on without the lock")

    with pytest.raises(LockLostError):
        await target.runner(replace(halting(), up=up)).run()
    assert other[0].status == "unchanged"


async def test_drift_is_reported_and_left_alone(target: Target) -> None:
    await target.runner().run()
    symbols = target.database["symbols"]
    symbols.drop_index("tracked")
    symbols.create_index([("tracked", -1)], name="tracked")
    symbols.create_index([("sector", 1)], name="mine")
    report = await target.runner().run()
    assert report.status == "unchanged"
    assert report.drift == [
        "index symbols.tracked differs from what is declared; a migration must replace it",
        "index symbols.mine is not declared",
    ]


async def test_migration_that_says_so_replaces_an_index(target: Target) -> None:
    await target.runner().run()
    reports = target.database["investment_reports"]
    reports.drop_index("reference")
    reports.create_index([("timestamp", 1)], name="reference")

    def up(work: Work) -> SchemaReport:
        declared = next(item for item in work.schema.collections if item.name == "investment_reports")
        work.schema.replace_index("investment_reports", declared.indexes[0])
        return SchemaReport(changes=["replace index"])

    report = await target.runner(replace(halting(), up=up)).run()
    assert report.drift == []
    assert reports.index_information()["reference"]["key"] == [("references.id", 1)]


async def test_indexes_of_lists_of_all_owners_are_dropped(target: Target) -> None:
    reports = target.database["investment_reports"]
    reports.create_index([("timestamp", -1), ("_id", -1)], name="newest")
    report = await target.runner().run()
    assert "drop index investment_reports.newest" in report.changes
    assert "newest" not in reports.index_information()


async def test_changed_lifetime_of_conversations_is_taken_over(target: Target) -> None:
    await target.runner().run()
    report = await target.runner(conversation={"ttl_days": 3}).run()
    assert report.changes == ["change expiry of index conversations.expiry"]
    index = target.database["conversations"].index_information()["expiry"]
    assert index["expireAfterSeconds"] == 3 * 86_400


async def test_lost_index_is_made_again(target: Target) -> None:
    await target.runner().run()
    target.database["user_preferences"].drop_index("watchlist")
    report = await target.runner().run()
    assert (report.status, report.changes) == ("applied", ["create index user_preferences.watchlist"])


async def test_progress_is_told(target: Target) -> None:
    steps: list[tuple[int, int, str]] = []
    await target.runner().run(progress=lambda *step: steps.append(step))
    count = len(NAMES)
    assert steps == [*((done, count, name) for done, name in enumerate(NAMES)), (count, count, "schema")]


@contextmanager
def worker(target: Target, *options: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.support.migration_worker", target.uri, target.name, *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("target", ["time_series"], indirect=True)
async def test_of_two_processes_at_once_one_works_and_the_other_leaves(target: Target) -> None:
    with worker(target, "--stop-in-the-middle") as first:
        assert line_of(first) == "half"
        with worker(target) as second:
            report = json.loads(line_of(second))
        assert (report["status"], report["applied"]) == ("locked", [])
        assert "another runner" in report["warnings"][0]
        assert first.stdin is not None
        first.stdin.write("\n")
        first.stdin.flush()
        assert json.loads(line_of(first))["applied"] == [*NAMES, "0009_halves"]
    assert target.database["things"].count_documents({}) == 2


@pytest.mark.parametrize("target", ["time_series"], indirect=True)
async def test_kill_in_the_middle_is_made_good_by_the_next_run(target: Target) -> None:
    with worker(target, "--stop-in-the-middle") as first:
        assert line_of(first) == "half"
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert (await target.runner(halting()).run()).status == "locked"
    expire_lease(target)
    report = await target.runner(halting()).run()
    assert (report.status, report.applied, report.resumed) == ("applied", ["0009_halves"], ["0009_halves"])
    assert target.database["things"].count_documents({}) == 2


def test_starter_list_is_what_it_should_be() -> None:
    symbols = read_starter_symbols()
    assert len(symbols) > 100
    assert len({info.symbol for info in symbols}) == len(symbols)
    assert len({info.country for info in symbols}) > 10
    assert all(info.name for info in symbols)
    assert set(local_settings().refresh.symbols) <= {info.symbol for info in symbols}
