"""Builds the sources of market data that the configuration asks for."""

import logging
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from shared.config.source_settings import MarketSettings
from shared.market.providers.base import MarketDataProvider
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.limits.budget import Budgets
    from shared.limits.rate import RateLimits

_log = logging.getLogger(__name__)

_FREE_REQUESTS: Final = 25
"""Requests a day of Alpha Vantage's free plan."""


def build_providers(
    settings: MarketSettings, clock: Clock, rates: "RateLimits", budgets: "Budgets"
) -> tuple[MarketDataProvider, ...]:
    """Returns the enabled sources, in the configured order; none connects or imports its library yet.

    A source that cannot be constructed is left out and logged: the others answer in its place.

    Args:
        settings: The configured sources and their order.
        clock: The present moment, for what the sources fetch.
        rates: Counts requests per second over all workers.
        budgets: Counts requests per day over all workers.
    """
    built = (_build_or_log(name, settings, clock, rates, budgets) for name in settings.sources)
    return tuple(provider for provider in built if provider is not None)


def _build_or_log(
    name: str, settings: MarketSettings, clock: Clock, rates: "RateLimits", budgets: "Budgets"
) -> MarketDataProvider | None:
    try:
        return _build(name, settings, clock, rates, budgets)
    except Exception:  # noqa: BLE001 - whatever is wrong with one source must not take the others down
        _log.exception("source not available: %s cannot be constructed", name)
        return None


def _build(
    name: str, settings: MarketSettings, clock: Clock, rates: "RateLimits", budgets: "Budgets"
) -> MarketDataProvider | None:
    # Each source is imported only when it is wanted: the sample one brings NumPy and calendars with it.
    if name == "yahoo" and settings.yahoo.enabled:
        from shared.market.providers.yahoo.provider import YahooProvider

        return YahooProvider(clock, deadline=settings.deadline)
    contact = settings.sec_edgar.contact
    if name == "sec_edgar" and settings.sec_edgar.enabled and contact is not None:
        return _edgar(contact, settings, clock, rates, budgets)
    if name == "tiingo" and settings.tiingo.enabled and settings.tiingo.api_key is not None:
        return _tiingo(settings.tiingo.api_key, settings, clock, rates, budgets)
    key = settings.alpha_vantage.api_key
    if name == "alpha_vantage" and settings.alpha_vantage.enabled and key is not None:
        from shared.limits.request_budget import RequestBudget
        from shared.market.providers.alpha_vantage.client import AlphaVantageClient
        from shared.market.providers.alpha_vantage.provider import AlphaVantageProvider

        given = settings.alpha_vantage
        budget = RequestBudget(
            rates, budgets, name, per_second=given.requests_per_second, per_day=given.requests_per_day
        )
        client = AlphaVantageClient(key, given.base_url, budget)
        return AlphaVantageProvider(client, clock, is_paid=given.requests_per_day > _FREE_REQUESTS)
    if name == "ecb" and settings.ecb.enabled:
        from shared.market.providers.ecb.client import EcbClient
        from shared.market.providers.ecb.provider import EcbProvider

        return EcbProvider(EcbClient(settings.ecb.base_url), clock)
    if name == "sample" and settings.sample.enabled:
        from shared.market.providers.sample.provider import SampleProvider

        return SampleProvider(clock)
    return None


def _tiingo(
    key: SecretStr, settings: MarketSettings, clock: Clock, rates: "RateLimits", budgets: "Budgets"
) -> MarketDataProvider:
    from shared.limits.request_budget import RequestBudget
    from shared.market.providers.tiingo.client import TiingoClient
    from shared.market.providers.tiingo.provider import TiingoProvider

    given = settings.tiingo
    budget = RequestBudget(
        rates, budgets, "tiingo", per_second=given.requests_per_second, per_day=given.requests_per_day
    )
    return TiingoProvider(TiingoClient(key, given.base_url, budget), clock)


def _edgar(
    contact: str, settings: MarketSettings, clock: Clock, rates: "RateLimits", budgets: "Budgets"
) -> MarketDataProvider:
    from shared.limits.request_budget import RequestBudget
    from shared.market.providers.sec_edgar.client import EdgarClient
    from shared.market.providers.sec_edgar.provider import EdgarProvider

    given = settings.sec_edgar
    client = EdgarClient(
        contact,
        RequestBudget(rates, budgets, "sec_edgar", per_second=given.requests_per_second, per_day=None),
        clock,
        data_url=given.data_url,
        files_url=given.files_url,
    )
    return EdgarProvider(client, clock)
