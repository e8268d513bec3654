"""Every query of the service and the index that serves it, as the driver sends them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from shared.data.documents import (
    Carried,
    HistorySpan,
    JobRun,
    Preferences,
    RecommendationScore,
    StoredPeriod,
    StoredRecommendation,
    Turn,
)
from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.data.schema import SchemaManager, all_collections
from shared.domain.caller import Owner
from shared.domain.market_data import Article, Fundamentals
from shared.domain.stored_budget import StoredBudget
from tests.integration.data.conftest import Servers
from tests.support.delivery_parts import OWNER, make_delivery
from tests.support.mongo import NOW, HandClock, daily_candles, report_document, symbol_info
from tests.support.subscribers import ARMED, HOOK, SUBSCRIBED

SERIES = ("metadata.symbol", "metadata.interval", "metadata.generation")

EXPECTED = {
    ("budgets", ("_id",), ()): "_id_",
    ("budgets", ("_id", "since"), ()): "_id_",
    ("budgets", ("_id", "$or"), ()): "_id_",
    ("company_data", ("_id",), ()): "_id_",
    ("company_data", ("_id", "fetched_at"), ()): "_id_",
    ("conversations", ("_id",), ()): "_id_",
    ("conversations", ("_id", "updated_at"), ()): "_id_",
    ("conversations", ("_id", "lock.token"), ()): "_id_",
    ("conversations", ("_id", "lock.token", "turns"), ()): "_id_",
    ("conversations", ("_id", "owner"), ()): "_id_",
    ("conversations", ("_id", "owner", "$or"), ()): "_id_",
    ("conversations", ("_id", "owner", "updated_at"), ()): "_id_",
    ("conversations", ("_id", "owner", "lock.token"), ()): "_id_",
    ("conversations", ("_id", "owner", "lock.token", "turns.stream_id"), ()): "_id_",
    ("conversations", ("_id", "owner", "lock.token", "updated_at"), ()): "_id_",
    ("conversations", ("_id", "owner", "turns.stream_id"), ()): "_id_",
    ("conversations", ("owner",), ()): "owner_created",
    ("conversations", ("owner",), ("created_at", "_id")): "owner_created",
    ("conversations", ("owner", "title", "updated_at"), ("created_at", "_id")): "owner_created",
    ("conversations", ("owner", "title", "updated_at", "$or"), ("created_at", "_id")): "owner_created",
    ("conversations", ("turns.stream_id", "owner", "updated_at"), ()): "stream",
    ("deliveries", ("_id",), ()): "_id_",
    ("deliveries", ("_id", "attempts", "state", "$or"), ()): "_id_",
    ("deliveries", ("_id", "created_at"), ()): "_id_",
    ("deliveries", ("_id", "lock.token"), ()): "_id_",
    ("deliveries", ("_id", "state"), ()): "_id_",
    ("deliveries", ("owner",), ()): "owner_newest",
    ("deliveries", ("owner", "created_at"), ("created_at",)): "owner_newest",
    (
        "deliveries",
        ("state", "next_attempt_at", "created_at", "$or"),
        ("next_attempt_at",),
    ): "state_next_attempt",
    ("fundamental_analysis", ("_id", "fetched_at"), ()): "_id_",
    ("fundamental_analysis", ("symbol", "fetched_at"), ("fetched_at",)): "symbol_fetched_at",
    ("investment_reports", ("_id",), ()): "_id_",
    ("investment_reports", ("_id", "references.id"), ()): "_id_",
    ("investment_reports", ("_id", "references.id", "references"), ()): "_id_",
    ("investment_reports", ("_id", "references.id", "references.1"), ()): "_id_",
    ("investment_reports", ("_id", "references.owner"), ()): "_id_",
    ("investment_reports", ("_id", "references.owner", "references.4999"), ()): "_id_",
    ("investment_reports", ("references.id",), ()): "reference",
    ("investment_reports", ("references.owner",), ()): "owner_newest",
    ("investment_reports", ("references.owner",), ("timestamp", "_id")): "owner_newest",
    ("investment_reports", ("references.owner", "$or"), ("timestamp", "_id")): "owner_newest",
    ("investment_reports", ("references.owner", "report_type"), ("timestamp", "_id")): "owner_newest",
    ("investment_reports", ("references.owner", "symbol"), ("timestamp", "_id")): "owner_symbol_newest",
    (
        "investment_reports",
        ("references.owner", "symbol", "report_type"),
        ("timestamp", "_id"),
    ): "owner_symbol_newest",
    (
        "investment_reports",
        ("symbol", "report_type", "time_horizon", "timestamp", "metadata.known_on", "language"),
        ("timestamp",),
    ): "symbol_type_horizon_newest",
    (
        "investment_reports",
        (
            "symbol",
            "report_type",
            "time_horizon",
            "timestamp",
            "metadata.known_on",
            "language",
            "metadata.provider",
        ),
        ("timestamp",),
    ): "symbol_type_horizon_newest",
    ("erasures", ("_id",), ()): "_id_",
    ("erasures", ("_id", "erased_at"), ()): "_id_",
    ("history_spans", ("_id",), ()): "_id_",
    ("job_runs", ("_id",), ()): "_id_",
    ("market_data", SERIES, ()): "symbol_interval_generation_timestamp",
    ("market_data", (*SERIES, "timestamp"), ("timestamp",)): "symbol_interval_generation_timestamp",
    ("market_data", (*SERIES, "timestamp", "fetched_at"), ()): "symbol_interval_generation_timestamp",
    ("news_events", ("_id",), ()): "_id_",
    ("news_events", ("symbols", "fetched_at"), ("listed_at",)): "symbol_newest",
    ("news_events", ("symbols", "fetched_at", "listed_at"), ("listed_at",)): "symbol_newest",
    ("statements", ("_id",), ()): "_id_",
    ("statements", ("symbol", "statement", "frequency", "source"), ()): "symbol_statement_known_on",
    (
        "statements",
        ("symbol", "statement", "frequency", "source"),
        ("known_on",),
    ): "symbol_statement_known_on",
    (
        "statements",
        ("symbol", "statement", "frequency", "known_on", "fetched_at"),
        ("known_on",),
    ): "symbol_statement_known_on",
    ("recommendations", ("_id",), ()): "_id_",
    ("recommendations", ("_id", "scores.months"), ()): "_id_",
    ("recommendations", ("due_at", "timestamp"), ("due_at",)): "due",
    ("recommendations", ("report_type", "timestamp"), ()): "type_symbol",
    ("recommendations", ("report_type", "timestamp", "symbol"), ()): "type_symbol",
    ("schema_migrations", ("_id",), ()): "_id_",
    ("schema_migrations", ("_id",), ("_id",)): "_id_",
    ("symbols", ("_id",), ()): "_id_",
    ("symbols", ("_id",), ("_id",)): "_id_",
    ("symbols", ("search_terms",), ("_id",)): "search_terms",
    ("symbols", ("tracked", "_id"), ("_id",)): "tracked",
    ("user_preferences", ("_id",), ()): "_id_",
    ("user_preferences", ("_id",), ("updated_at",)): "_id_",
    ("user_preferences", ("_id", "used_at"), ()): "_id_",
    ("user_preferences", ("_id", "version"), ()): "_id_",
    ("user_preferences", ("_id", "version", "alert_states.high.revision"), ()): "_id_",
    ("user_preferences", ("_id", "briefed_on"), ()): "_id_",
    ("user_preferences", ("_id", "webhooks"), ()): "_id_",
    ("user_preferences", ("subscribed",), ("subscribed", "_id")): "subscribed",
    ("user_preferences", ("subscribed", "_id"), ("subscribed", "_id")): "subscribed",
    ("user_preferences", ("caller", "used_at"), ()): "caller",
    ("user_preferences", ("watchlist", "used_at"), ("users", "_id")): "watchlist",
}

Query = tuple[str, tuple[str, ...], tuple[str, ...]]


class Recorder(CommandListener):
    """Notes filter and sort of every command that looks for documents."""

    def __init__(self) -> None:
        self.queries: set[Query] = set()
        self.unbounded: set[str] = set()

    def started(self, event: CommandStartedEvent) -> None:
        command = event.command
        name = str(command.get(event.command_name, ""))
        match event.command_name:
            case "find":
                self._note(name, command["filter"], command.get("sort", {}))
                by_id = isinstance(command["filter"].get("_id"), str | Mapping)
                by_span = isinstance(command["filter"].get("timestamp"), Mapping)
                if not (command.get("limit") or by_id or by_span):
                    self.unbounded.add(f"{name} {command['filter']}")
            case "update":
                for update in command["updates"]:
                    self._note(name, update["q"], {})
            case "delete":
                for delete in command["deletes"]:
                    self._note(name, delete["q"], {})
            case "findAndModify":
                self._note(name, command["query"], {})
            case "aggregate":
                stages = {key: value for stage in command["pipeline"] for key, value in stage.items()}
                self._note(name, stages.get("$match", {}), stages.get("$sort", {}))
                if "$limit" not in stages:
                    self.unbounded.add(f"{name} {command['pipeline']}")

    def _note(self, name: str, query: Mapping[str, Any], sort: Mapping[str, Any]) -> None:
        self.queries.add((name, tuple(query), tuple(sort)))

    def succeeded(self, event: CommandSucceededEvent) -> None:  # noqa: ARG002
        return

    def failed(self, event: CommandFailedEvent) -> None:  # noqa: ARG002
        return


@pytest.fixture(params=["time_series", "ordinary"])
async def recorded(
    request: pytest.FixtureRequest, servers: Servers
) -> AsyncIterator[tuple[Repositories, Recorder]]:
    recorder = Recorder()
    client: MongoClient[dict[str, Any]] = MongoClient(
        servers.uri(request.param), tz_aware=True, event_listeners=[recorder]
    )
    name = f"test_queries_{request.param}"
    mongo = Mongo(client, name)
    repositories = Repositories(mongo, HandClock())
    forms = SchemaManager(client[name], all_collections()).apply().forms
    repositories.migrations.note_forms(client[name]["schema_migrations"], forms)
    yield repositories, recorder
    client.drop_database(name)
    await mongo.aclose()


async def use_everything(repositories: Repositories) -> None:
    later = NOW + timedelta(days=1)
    candles = daily_candles(3)
    for fetched_at in (NOW, later):
        changed = [candle.model_copy(update={"volume": fetched_at.day}) for candle in candles]
        await repositories.market_data.add(
            "AAPL", "1d", changed, source="s", currency=None, fetched_at=fetched_at
        )
    await repositories.market_data.read("AAPL", "1d", candles[0].timestamp, later, 10)
    await repositories.market_data.lines("AAPL", "1d", "")
    await repositories.market_data.latest({"AAPL": ""}, "1d")
    await repositories.market_data.delete_other_generations("AAPL", "1d", "new")
    await repositories.spans.put(HistorySpan("AAPL", "1d", "", "s", NOW.date(), NOW, "{}"))
    await repositories.spans.get("AAPL", "1d")
    await repositories.symbols.upsert(symbol_info("AAPL", "Apple"))
    await repositories.symbols.get("AAPL")
    await repositories.symbols.search("app", 5)
    await repositories.symbols.set_tracked("AAPL", True)
    await repositories.symbols.tracked()
    fundamentals = Fundamentals(symbol="AAPL", source="s", as_of=None, fetched_at=NOW)
    await repositories.fundamentals.put(fundamentals, NOW.date())
    await repositories.fundamentals.latest("AAPL")
    await use_reports(repositories)
    await use_recommendations(repositories)
    article = Article(
        title="t", publisher=None, url="http://a", published_at=None, summary=None, sentiment=None
    )
    await repositories.news.add("AAPL", [article], "s")
    for until in (None, later):
        await repositories.news.latest("AAPL", 5, until)
    await use_statements(repositories)
    await repositories.companies.put("AAPL", "profile", NOW, "{}")
    await repositories.companies.get("AAPL", "profile")
    await use_preferences(repositories)
    await repositories.preferences.watchlist_symbols()
    await use_conversations(repositories)
    await repositories.erasures.put("me")
    await repositories.erasures.is_erased("me", NOW)
    await use_deliveries(repositories)
    for since in (1, 1, 2):
        await repositories.budgets.save("tokens", StoredBudget(since, {"tokens:day": 1}))
    await repositories.budgets.load("tokens")
    await repositories.job_runs.record(JobRun("job", NOW, NOW, {}))
    await repositories.job_runs.latest("job")
    await repositories.migrations.applied()


async def use_deliveries(repositories: Repositories) -> None:
    deliveries = repositories.deliveries
    for number in range(3):
        await deliveries.insert(make_delivery(number, created_at=NOW))
    await deliveries.get("evt_0")
    await deliveries.mark_queued("evt_0")
    for token in ("t", "u"):
        await deliveries.claim("evt_0", token, 5)
    await deliveries.put_back("evt_0", "t", attempts=1, next_attempt_at=NOW, error="HTTP 500")
    for number in (1, 2):
        await deliveries.claim(f"evt_{number}", "t", 5)
    await deliveries.mark_delivered("evt_1", "t", attempts=1)
    await deliveries.mark_dead("evt_2", "t", attempts=1, error="HTTP 500")
    await deliveries.abandon("evt_0", "internal error")
    await deliveries.unqueued(5)
    await deliveries.adopt(Owner("me"), (Owner(OWNER),))
    assert [one async for one in deliveries.of_owner(Owner("me"))] != []
    await deliveries.delete_of(Owner("me"))


async def use_recommendations(repositories: Repositories) -> None:
    store = repositories.recommendations
    await store.put(StoredRecommendation("r", "AAPL", "quick_overview", "short_term", "buy", NOW, NOW))
    await store.due(NOW, 5)
    await store.add_scores("r", [RecommendationScore(1, 2.0, None, True)], None)
    await store.postpone("r", NOW)
    for symbol in (None, "AAPL"):
        await store.rows(symbol, None)


async def use_statements(repositories: Repositories) -> None:
    period = StoredPeriod(NOW.date(), NOW.date(), NOW, "s", None, "{}")
    await repositories.statements.put("AAPL", "income", "annual", [period])
    for known_on in (None, NOW.date()):
        await repositories.statements.get("AAPL", "income", "annual", known_on, 5)


async def use_conversations(repositories: Repositories) -> None:
    conversations, me = repositories.conversations, Owner("me")
    for name in ("c", "d"):
        await conversations.try_lock(name, "me", "t", 5)
        for stream_id in (None, "5" * 32, "5" * 32):
            turn = Turn("assistant", "x", NOW, stream_id=stream_id)
            await conversations.append(name, "me", [turn], token="t", max_turns=5, carried=Carried(title="t"))
    await conversations.renew_lock("c", "t", 5)
    await conversations.lock_remaining("c")
    await conversations.load("c", "me")
    await conversations.find_by_stream("5" * 32, "me")
    await conversations.adopt(me, (Owner("old"),))
    first = await conversations.page(me, 1, None)
    await conversations.page(me, 1, first.next_cursor)
    await conversations.rename("c", me, "title")
    await conversations.unlock("c", "t")
    await conversations.delete(me, ["c", "d"], ["t"])
    await conversations.ids_of(me)
    await conversations.owned(me, ["c"])
    await conversations.streams_of(me, ["c"], NOW)


async def use_preferences(repositories: Repositories) -> None:
    preferences = repositories.preferences
    for version in (None, 1):
        await preferences.put("ann", Preferences(), version, caller="c", max_users=5)
    await preferences.get("ann")
    await preferences.adopt(Owner("ann"), (Owner("old"),))
    await preferences.put("ann", SUBSCRIBED, None, caller="c", max_users=5)
    (subscriber,) = await repositories.subscribers.page(None, 5)
    await repositories.subscribers.page("a", 5)
    await repositories.subscribers.set_briefed(subscriber, NOW.date())
    await repositories.subscribers.set_alert_state(subscriber, "high", None, ARMED)
    await preferences.disable_webhook("ann", HOOK)
    await preferences.delete("ann")


async def use_reports(repositories: Repositories) -> None:
    reports = repositories.reports
    for number in range(3):
        await reports.insert(report_document(f"r{number}", NOW))
    await reports.get("r1")
    for provider in (None, "offline"):
        await reports.find_fresh("AAPL", "quick_overview", "long_term", NOW, provider)
    me = Owner("me")
    for number in range(2):
        await reports.share(f"r{number}", me, f"s{number}")
    await reports.share("r0", me, "again")
    first = await reports.list(me, None, None, 1, None)
    await reports.list(me, None, None, 1, first.next_cursor)
    await reports.list(me, "AAPL", None, 1, None)
    await reports.list(me, None, "quick_overview", 1, None)
    await reports.list(me, "AAPL", "quick_overview", 1, None)
    await reports.references_of(me)
    await reports.adopt(me, (Owner("old"),))
    await reports.share("r0", Owner("other"), "shared")
    for report_id in ("s0", "shared"):
        reference = await reports.find_reference(report_id)
        assert reference is not None
        await reports.release(reference)


def serves(keys: Sequence[str], fields: Sequence[str], sort: Sequence[str]) -> bool:
    """Whether an index on the keys narrows the search, or gives the order without sorting."""
    if fields and fields[0] == keys[0]:
        return True
    return bool(sort) and tuple(keys[: len(sort)]) == tuple(sort)


async def test_every_query_has_its_index(recorded: tuple[Repositories, Recorder]) -> None:
    repositories, recorder = recorded
    await use_everything(repositories)
    unlisted = recorder.queries - set(EXPECTED)
    assert not unlisted, "queries without an index in the list"
    assert recorder.unbounded == set()


def test_every_index_of_the_list_is_declared_and_serves() -> None:
    declared = {
        (collection.name, index.name): [key for key, _ in index.keys]
        for collection in all_collections()
        for index in collection.indexes
    }
    for (collection, fields, sort), name in EXPECTED.items():
        keys = ["_id"] if name == "_id_" else declared[collection, name]
        assert serves(keys, fields, sort), (collection, fields, sort, name)


def test_no_index_is_for_nothing() -> None:
    used = {(collection, name) for (collection, _, _), name in EXPECTED.items()}
    for collection in all_collections():
        for index in collection.indexes:
            assert index.expire_after_seconds or (collection.name, index.name) in used
