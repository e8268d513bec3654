"""Where the plain apps get a quote: the same server as ours, read with the same mapping."""

import os
from collections.abc import Mapping
from typing import Any, Final

from shared.domain.market_data import Quote
from shared.market.providers.alpha_vantage.mapping import quote
from shared.runtime.clock import utc_now

URL: Final = f"{os.environ['ALPHA_VANTAGE_BASE_URL']}/query"
TTL_SECONDS: Final = int(os.environ["CACHE_TTL_PRICE_DATA"])
REDIS_PORT: Final = int(os.environ["REDIS_PORT"])
TIMEOUT: Final = 8.0


def query(symbol: str) -> dict[str, str]:
    """The request for a symbol's quote."""
    return {"function": "GLOBAL_QUOTE", "symbol": symbol, "apikey": os.environ["ALPHA_VANTAGE_API_KEY"]}


def read(answer: Mapping[str, Any]) -> Quote:
    """The quote in an answer."""
    row = answer["Global Quote"]
    return quote(row["01. symbol"], row, None, utc_now())
