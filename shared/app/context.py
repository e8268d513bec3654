"""The composition root: builds every service on first use."""

import os
import random
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Self

from shared.app.embedded import embedded_stores
from shared.app.message_queues import build_message_queue
from shared.runtime.clock import Clock, utc_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis.asyncio import Redis

    from shared.app.health_service import HealthService
    from shared.briefings.briefing_run import BriefingRun
    from shared.cache.cache_entry import Cache
    from shared.chat.owned_conversations import Conversations
    from shared.chat.stock_agent import StockAgent
    from shared.chat.streams.recovery import StreamRecovery
    from shared.chat.streams.stream_service import ChatStreams
    from shared.config.settings import Settings
    from shared.data.migration.runner import MigrationRunner
    from shared.data.mongo import Database, Mongo
    from shared.data.repositories import Repositories
    from shared.limits.budget import Budgets
    from shared.limits.caller_limits import RateLimiter
    from shared.limits.concurrency import ConcurrencyLimits
    from shared.limits.rate import RateLimits
    from shared.limits.upstream_budget import UpstreamBudget
    from shared.llm.model_factory import ModelClientFactory
    from shared.market.data_manager import DataManager
    from shared.market.symbol_lookup import SymbolPlace
    from shared.observability.otlp_export import OtlpExport
    from shared.queue.message_queue import MessageQueue
    from shared.redis.guard import RedisGuard
    from shared.redis.keys import RedisKeys
    from shared.redis.lease import RedisLeases
    from shared.redis.streams import RedisStreams
    from shared.refresh.refresh_run import CacheRefresh
    from shared.refresh.watchlist import WatchlistRemarks
    from shared.reports.archive import ReportArchive
    from shared.reports.background import BackgroundReports
    from shared.reports.owned_reports import OwnedReports
    from shared.reports.report_streams import ReportStreams
    from shared.reports.service import ReportService
    from shared.streams.stream_transport import StreamTransport
    from shared.track_record.record_service import TrackRecord
    from shared.users.adoption import Adoption
    from shared.users.preference_changes import PreferenceChanges
    from shared.users.user_data import UserData
    from shared.webhooks.delivery_worker import DeliveryWorker
    from shared.webhooks.outbox import Outbox
    from shared.webhooks.target import TargetRules


@dataclass(frozen=True)
class AppContext:
    """The services of one worker; each is built, imported and connected on first use.

    Tests replace services: ``context.override(market_data=FakeDataManager())``.
    """

    settings: "Settings"
    clock: Clock = utc_now

    def override(self, **services: object) -> Self:
        """Returns a copy with the given services.

        Raises:
            AttributeError: A name is not a service.
        """
        copy = type(self)(self.settings, self.clock)
        for name, service in services.items():
            if not isinstance(getattr(type(self), name, None), cached_property):
                raise AttributeError(f"AppContext has no service {name!r}")
            copy.__dict__[name] = service
        return copy

    async def aclose(self) -> None:
        """Closes the services in reverse order of creation, continuing after failures.

        Raises:
            ExceptionGroup: Services that failed to close.
        """
        failures: list[Exception] = []
        for service in reversed(tuple(self.__dict__.values())):
            close = getattr(service, "aclose", None)
            if close is None:
                continue
            try:
                await close()
            except Exception as error:  # noqa: BLE001 - collected, and raised together
                failures.append(error)
        if failures:
            raise ExceptionGroup("services failed to close", failures)

    @cached_property
    def otlp_export(self) -> "OtlpExport | None":
        """The export of metrics and traces to a collector; None where the environment asks for none."""
        from shared.observability.otlp_export import start_otlp_export

        return start_otlp_export(os.environ)

    @cached_property
    def redis(self) -> "Redis":
        """The Redis client; the embedded Redis if no host is configured."""
        from shared.redis.connection import connect_redis

        if self.settings.redis.embedded:
            return embedded_stores(self.settings).embedded_redis()
        return connect_redis(self.settings.redis)

    @cached_property
    def redis_guard(self) -> "RedisGuard":
        """The one guard of the Redis client, shared by all its users."""
        from shared.redis.guard import RedisGuard

        return RedisGuard(self.redis)

    @cached_property
    def redis_keys(self) -> "RedisKeys":
        """Names of the keys in Redis."""
        from shared.redis.keys import RedisKeys

        return RedisKeys(self.settings.cache.prefix)

    @cached_property
    def leases(self) -> "RedisLeases":
        """The leases of this worker in Redis."""
        from shared.redis.lease import RedisLeases

        return RedisLeases(self.redis_guard)

    @cached_property
    def cache(self) -> "Cache":
        """The response cache."""
        from shared.cache.redis_cache import RedisCache
        from shared.limits.miss_limit import CallerMissLimit

        miss_limit = CallerMissLimit(self.settings.limits, self.rates, self.upstream_budget)
        return RedisCache(self.leases, self.settings.cache, self.clock, miss_limit=miss_limit)

    @cached_property
    def rates(self) -> "RateLimits":
        """The rate limits."""
        from shared.limits.rate import RateLimits

        return RateLimits(self.redis_guard, self.redis_keys)

    @cached_property
    def budgets(self) -> "Budgets":
        """The daily budgets."""
        from shared.limits.budget import Budgets

        return Budgets(self.redis_guard, self.redis_keys, self.repositories.budgets)

    @cached_property
    def upstream_budget(self) -> "UpstreamBudget":
        """The daily budget of requests to the market data sources."""
        from shared.limits.upstream_budget import UpstreamBudget

        return UpstreamBudget(self.settings.limits, self.budgets)

    @cached_property
    def concurrency(self) -> "ConcurrencyLimits":
        """The concurrency limits: open streams, requests to one target."""
        from shared.limits.concurrency import ConcurrencyLimits

        return ConcurrencyLimits(self.redis_guard, self.redis_keys, self.clock)

    @cached_property
    def mongo(self) -> "Mongo":
        """The database; the embedded one if no server is configured."""
        from shared.data.mongo import EMBEDDED_SECONDS, Mongo, connect_mongo

        if self.settings.mongodb.embedded:
            # Migrated on first use: developers do not run migrations by hand.
            return Mongo(
                embedded_stores(self.settings).embedded_mongo(self.settings.app.data_dir),
                self.settings.mongodb.db_name,
                place=f"embedded in {self.settings.app.data_dir}",
                prepare=self._migrate,
                least_seconds=EMBEDDED_SECONDS,
            )
        return connect_mongo(self.settings.mongodb)

    def _migrate(self, mongo: "Mongo", database: "Database") -> None:
        from shared.data.migration.runner import MigrationRunner

        MigrationRunner(mongo, self.settings, self.clock).run_blocking(database)

    @cached_property
    def repositories(self) -> "Repositories":
        """The repositories, one per collection."""
        from shared.data.repositories import Repositories
        from shared.data.retention import Retention

        return Repositories(self.mongo, self.clock, Retention.of(self.settings))

    @cached_property
    def adoption(self) -> "Adoption":
        """The adoption of items stored under earlier function keys."""
        from shared.users.adoption import Adoption

        stores = self.repositories
        return Adoption((stores.conversations, stores.preferences, stores.reports, stores.deliveries))

    @cached_property
    def preference_changes(self) -> "PreferenceChanges":
        """The changes of preferences."""
        from shared.users.preference_changes import PreferenceChanges

        stored, limits = self.repositories.preferences, self.settings.limits
        return PreferenceChanges(stored, self.target_rules, limits.users_per_caller)

    @cached_property
    def user_data(self) -> "UserData":
        """Export and erasure of the stored data of a user."""
        from shared.users.user_data import (
            KeptConversations,
            KeptDeliveries,
            KeptItems,
            KeptPreferences,
            UserData,
        )

        stores = self.repositories
        kinds: dict[str, KeptItems] = {
            "preferences": KeptPreferences(stores.preferences),
            "conversations": KeptConversations(self.conversations),
            "reports": self.owned_reports,
            "deliveries": KeptDeliveries(stores.deliveries),
        }
        return UserData(kinds, stores.erasures, self.clock)

    @cached_property
    def migrations(self) -> "MigrationRunner":
        """The database migrations."""
        from shared.data.migration.runner import MigrationRunner

        return MigrationRunner(self.mongo, self.settings, self.clock)

    @property
    def symbol_places(self) -> "Sequence[SymbolPlace]":
        """The places where symbols are searched, in order: the database, the catalogue, the sources."""
        from shared.symbols.catalogue_search import CatalogueSearch

        return (self.repositories.symbols, CatalogueSearch(), self.market_data)

    @cached_property
    def market_data(self) -> "DataManager":
        """Market data from the cache or the sources."""
        from shared.market.data_manager import DataManager
        from shared.market.database import MarketDatabase
        from shared.market.providers.factory import build_providers

        providers = build_providers(self.settings.market_data, self.clock, self.rates, self.budgets)
        return DataManager(
            providers,
            self.cache,
            self.settings.market_data,
            self.clock,
            budget=self.upstream_budget,
            database=MarketDatabase(self.repositories, self.settings.cache.ttl, self.clock),
        )

    @cached_property
    def cache_refresh(self) -> "CacheRefresh":
        """The scheduled refresh of tracked symbols."""
        from shared.refresh.refresh_run import CacheRefresh

        return CacheRefresh(
            self.market_data,
            self.repositories,
            self.leases,
            self.settings.refresh,
            self.settings.cache,
            self.clock,
        )

    @cached_property
    def briefings(self) -> "BriefingRun":
        """The scheduled run of briefings and alerts."""
        from shared.briefings.briefing_run import BriefingRun

        return BriefingRun(
            self.market_data, self.repositories, self.outbox, self.settings.briefings, self.clock
        )

    @cached_property
    def watchlist_remarks(self) -> "WatchlistRemarks":
        """Remarks on symbols of watchlists without data."""
        from shared.refresh.watchlist import WatchlistRemarks

        return WatchlistRemarks(self.redis_guard, self.redis_keys, self.clock)

    @cached_property
    def models(self) -> "ModelClientFactory":
        """The language models, with fallback."""
        from shared.llm.model_budget import ModelBudget
        from shared.llm.model_factory import ModelClientFactory
        from shared.llm.prices import PriceTable
        from shared.redis.shared_health import SharedHealth

        health = SharedHealth(self.leases, self.redis_keys)
        limits = self.settings.limits
        prices = PriceTable(self.settings.model.prices)
        budget = ModelBudget(self.budgets, limits.model_tokens_per_day, limits.model_dollars_per_day, prices)
        return ModelClientFactory(self.settings, health, budget=budget)

    @cached_property
    def agent(self) -> "StockAgent":
        """The chat agent."""
        from shared.chat.stock_agent import StockAgent

        return StockAgent(
            self.market_data,
            self.models,
            self.repositories,
            self.settings,
            self.clock,
            self.stream_recovery,
        )

    @cached_property
    def redis_streams(self) -> "RedisStreams":
        """The streams of answers and reports in Redis."""
        from shared.redis.streams import RedisStreams

        return RedisStreams(self.redis_guard, self.redis_keys)

    @cached_property
    def stream_recovery(self) -> "StreamRecovery":
        """The recovery of streams whose worker was killed."""
        from shared.chat.streams.recovery import StreamRecovery

        return StreamRecovery(self.redis_streams, self.repositories.conversations)

    @cached_property
    def stream_transport(self) -> "StreamTransport":
        """The exchange of this worker's streams with Redis."""
        from shared.streams.stream_transport import StreamTransport

        return StreamTransport.over(self.redis_streams)

    @cached_property
    def conversations(self) -> "Conversations":
        """The conversations of their owners."""
        from shared.chat.owned_conversations import Conversations

        return Conversations(self.repositories.conversations, self.redis_streams, self.clock)

    @cached_property
    def chat_streams(self) -> "ChatStreams":
        """The streams of answers."""
        from shared.chat.streams.stream_service import ChatStreams

        return ChatStreams(
            self.agent,
            self.stream_transport,
            self.stream_recovery,
            self.repositories.conversations,
            self.settings,
            self.clock,
        )

    @cached_property
    def report_archive(self) -> "ReportArchive":
        """The stored research reports."""
        from shared.reports.archive import ReportArchive
        from shared.reports.rendering.renderer import Renderer

        return ReportArchive(
            self.repositories.reports,
            self.repositories.recommendations,
            self.cache,
            Renderer(),
            fresh_seconds=self.settings.cache.ttl.reports,
            clock=self.clock,
        )

    @cached_property
    def owned_reports(self) -> "OwnedReports":
        """The reports of each owner."""
        from shared.reports.owned_reports import OwnedReports

        return OwnedReports(
            self.repositories.reports,
            self.repositories.erasures,
            self.report_archive,
            self.cache,
            fresh_seconds=self.settings.cache.ttl.reports,
            local_ttl=self.settings.cache.local_ttl,
            clock=self.clock,
        )

    @cached_property
    def reports(self) -> "ReportService":
        """The generation of research reports."""
        from shared.reports.builder import ReportBuilder
        from shared.reports.service import ReportService

        return ReportService(
            ReportBuilder(self.market_data, self.models, self.settings, self.clock, self.track_record),
            self.report_archive,
            self.leases,
            keys=self.redis_keys,
            fresh_seconds=self.settings.cache.ttl.reports,
            clock=self.clock,
            publisher=self.report_streams,
        )

    @cached_property
    def report_streams(self) -> "ReportStreams":
        """The streams of reports that are being generated."""
        from shared.reports.report_streams import ReportStreams

        return ReportStreams(self.owned_reports, self.stream_transport, self.cache)

    @cached_property
    def track_record(self) -> "TrackRecord":
        """The track record of past recommendations."""
        from shared.track_record.record_service import TrackRecord

        return TrackRecord(self.market_data, self.repositories.recommendations, self.clock)

    @cached_property
    def background_reports(self) -> "BackgroundReports":
        """The reports that are generated without a waiting client."""
        from shared.reports.background import BackgroundReports

        return BackgroundReports(self.reports, self.owned_reports, self.cache, self.clock)

    @cached_property
    def health(self) -> "HealthService":
        """The readiness checks."""
        from shared.app.checks import build_services, readiness_checks
        from shared.app.health_service import HealthService

        return HealthService(readiness_checks(self), prepare=partial(build_services, self))

    @cached_property
    def rate_limiter(self) -> "RateLimiter":
        """The limits of requests and streams."""
        from shared.limits.caller_limits import RateLimiter

        return RateLimiter(self.settings.limits, self.rates, self.concurrency)

    @cached_property
    def delivery_queue(self) -> "MessageQueue":
        """The queue of webhook deliveries."""
        from shared.queue.message_queue import DELIVERY_QUEUE

        return build_message_queue(self.settings, DELIVERY_QUEUE)

    @cached_property
    def dead_letter_queue(self) -> "MessageQueue":
        """The poison queue of webhook deliveries."""
        from shared.queue.message_queue import DEAD_LETTER_QUEUE

        return build_message_queue(self.settings, DEAD_LETTER_QUEUE)

    @cached_property
    def outbox(self) -> "Outbox":
        """The outbox of webhook deliveries."""
        from shared.webhooks.outbox import Outbox

        return Outbox(self.repositories.deliveries, self.delivery_queue, self.dead_letter_queue)

    @cached_property
    def target_rules(self) -> "TargetRules":
        """The rules for targets of webhooks."""
        from shared.webhooks.target import TargetRules

        return TargetRules(self.settings.webhooks.allow_local_targets)

    @cached_property
    def delivery_worker(self) -> "DeliveryWorker":
        """The worker that sends queued deliveries."""
        from shared.webhooks.attempt import AttemptSender
        from shared.webhooks.delivery_worker import DeliveryWorker

        return DeliveryWorker(
            self.repositories.deliveries,
            self.repositories.preferences,
            self.outbox,
            self.dead_letter_queue,
            self.concurrency,
            AttemptSender(self.target_rules, self.clock),
            self.clock,
            jitter=random.random,
        )
