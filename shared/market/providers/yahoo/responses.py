"""The envelopes of Yahoo's responses: lists in them, the modules of ``quoteSummary``, symbols in paths."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote as percent_encoded

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.fields import Json, part
from shared.market.providers.yahoo.client import YahooClient
from shared.market.providers.yahoo.errors import NAME

HOST: Final = "https://query1.finance.yahoo.com"


def result_of(answer: Mapping[str, Json], key: str) -> list[Json]:
    """Returns the list in Yahoo's envelope; a missing list is not an empty one.

    Raises:
        ProviderBadPayloadError: There is no such list.
    """
    result = part(answer, key).get("result")
    if not isinstance(result, list):
        raise ProviderBadPayloadError(NAME, f"the response has no {key}")
    return result


def summary_of(client: YahooClient, symbol: str, modules: Sequence[str]) -> Json:
    """Returns modules of ``quoteSummary``; a module that Yahoo does not have is missing. Blocks.

    Raises:
        YahooResponseError: Status 404 when Yahoo has no modules of the symbol.
        ProviderBadPayloadError: There are no modules, or they are about another symbol.
    """
    params = {"modules": ",".join(modules), "formatted": "false", "corsDomain": "finance.yahoo.com"}
    answer = client.get_json(f"{HOST}/v10/finance/quoteSummary/{in_path(symbol)}", params)
    results = result_of(answer, "quoteSummary")
    if not results or not isinstance(results[0], Mapping):
        raise ProviderBadPayloadError(NAME, "the response has no modules")
    # Of a future without month (GC=F), one module names the contract and the other the future.
    named = (part(results[0], name) for name in ("quoteType", "price"))
    check_symbol(symbol, *(module.get(key) for module in named for key in ("symbol", "underlyingSymbol")))
    return results[0]


def in_path(symbol: str) -> str:
    """Returns a symbol as a segment of a path: ``M&M.NS`` is ``M%26M.NS``."""
    return percent_encoded(symbol, safe="=^.-")


def check_symbol(requested: str, *answered: object) -> None:
    """Rejects a response about another symbol.

    Raises:
        ProviderBadPayloadError: The response names symbols, and none is the requested one.
    """
    names = {name.upper() for name in answered if isinstance(name, str)}
    if names and requested not in names:
        raise ProviderBadPayloadError(NAME, "the response is about another symbol")
