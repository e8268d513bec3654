"""Requests reference rates from the ECB's data service."""

from datetime import date
from typing import Final

from shared.market.providers.ecb.errors import NAME, status_error
from shared.market.providers.http_client import SourceHttpClient

CURRENCIES: Final = (
    *("AUD", "BGN", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "GBP", "HKD", "HRK", "HUF", "IDR", "ILS"),
    *("INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "RUB", "SEK", "SGD"),
    *("THB", "TRY", "USD", "ZAR"),
    *("CYP", "EEK", "LTL", "LVL", "MTL", "ROL", "SIT", "SKK", "TRL"),
)
"""Currencies that have or had reference rates."""


class EcbClient:
    """The connection to the ECB; it needs no key.

    Args:
        base_url: Address of the data service.
    """

    def __init__(self, base_url: str) -> None:
        self._http = SourceHttpClient(NAME, base_url, headers={"Accept": "text/csv"})

    async def daily_rates(self, first: date, last: date) -> bytes:
        """Returns the rates of all currencies from day to day as CSV; empty when there are none.

        Raises:
            ProviderError: Any but ``ProviderAuthError``.
        """
        response = await self._http.get(
            f"/service/data/EXR/D.{'+'.join(CURRENCIES)}.EUR.SP00.A",
            params={
                "format": "csvdata",
                "startPeriod": first.isoformat(),
                "endPeriod": last.isoformat(),
            },
        )
        error = status_error(response.status)
        if error is not None:
            raise error
        return response.body if response.status == 200 else b""

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()
