"""The European Central Bank: daily reference rates of the euro, for information only."""

from datetime import date

from shared.domain.currency_rates import ReferenceRates
from shared.domain.market_data import DataKind, Remark
from shared.market.providers.base import MarketDataProvider
from shared.market.providers.ecb.client import EcbClient
from shared.market.providers.ecb.errors import NAME
from shared.market.providers.ecb.mapping import rates_by_day
from shared.runtime.clock import Clock


class EcbProvider(MarketDataProvider):
    """The source ``ecb``.

    Args:
        client: The connection.
        clock: The present moment.
    """

    name: str = NAME
    kinds: frozenset[DataKind] = frozenset({"exchange_rates"})

    def __init__(self, client: EcbClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    async def exchange_rates(self, first: date, last: date) -> ReferenceRates:
        """Returns the reference rates from day to day.

        Raises:
            ProviderError: The ECB did not answer, or not with rates.
        """
        rates, dropped = rates_by_day(await self._client.daily_rates(first, last))
        remarks = (Remark(code="dropped_records", detail=f"{dropped} rates could not be read"),)
        return ReferenceRates(
            source=NAME,
            as_of=None,
            fetched_at=self._clock(),
            rates=rates,
            quality=remarks if dropped else (),
        )

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
