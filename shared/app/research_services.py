"""Services that research: market data, language models, the scheduled refresh, the track record."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.app.store_services import StoreServices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.llm.model_factory import ModelClientFactory
    from shared.market.data_manager import DataManager
    from shared.market.symbol_lookup import SymbolPlace
    from shared.refresh.refresh_run import CacheRefresh
    from shared.refresh.watchlist import WatchlistRemarks
    from shared.track_record.record_service import TrackRecord


class ResearchServices(StoreServices):
    """Market data and models, and what is computed from market data alone."""

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

    @property
    def symbol_places(self) -> "Sequence[SymbolPlace]":
        """The places where symbols are searched, in order: the database, the catalogue, the sources."""
        from shared.symbols.catalogue_search import CatalogueSearch

        return (self.repositories.symbols, CatalogueSearch(), self.market_data)

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
    def watchlist_remarks(self) -> "WatchlistRemarks":
        """Remarks on symbols of watchlists without data."""
        from shared.refresh.watchlist import WatchlistRemarks

        return WatchlistRemarks(self.redis_guard, self.redis_keys, self.clock)

    @cached_property
    def track_record(self) -> "TrackRecord":
        """The track record of past recommendations."""
        from shared.track_record.record_service import TrackRecord

        return TrackRecord(self.market_data, self.repositories.recommendations, self.clock)
