"""What a symbol alone tells: an index has no statements, whatever the sources are up to."""

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.market_data import AssetType
from shared.domain.statements import StatementsRequest
from shared.errors.provider_errors import ProviderNotCoveredError, ProviderUnavailableError
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import ServiceError, UpstreamUnavailableError
from shared.market.data_manager import DataManager
from shared.market.symbol_kinds import CompanyDataKind, kind_of_symbol, of_failed_sources, without_company
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [
        ("^GSPC", "index"),
        ("EURUSD=X", "currency"),
        ("BTC-USD", "cryptocurrency"),
        ("GC=F", "future"),
        ("QQQ", "etf"),
        ("VFIAX", "mutual_fund"),
        ("0P000071W8.TO", "mutual_fund"),
        ("AAPL", "equity"),
        ("BRK-B", "equity"),
        ("BAC-PL", "equity"),
        ("REI-UN.TO", "equity"),
        ("VOLV-B.ST", "equity"),
    ],
)
def test_kind_of_a_symbol(symbol: str, kind: AssetType) -> None:
    assert kind_of_symbol(symbol) == kind


class DownSource(FakeSource):
    """A source that is unavailable."""

    def _lacks(self, kind: object) -> None:  # type: ignore[override]
        self.asked.append(("lacks", (str(kind),)))
        raise ProviderUnavailableError(self.name, "unavailable")


def down() -> tuple[DownSource, DataManager]:
    source = DownSource("yahoo", {}, kinds=("quote", "fundamentals", "statements", "profile"))
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock := FrozenClock())
    return source, DataManager([source], cache, market_settings("yahoo"), clock)


@pytest.mark.parametrize("symbol", ["^GSPC", "EURUSD=X", "BTC-USD", "GC=F", "QQQ", "0P000071W8.TO"])
async def test_statements_that_cannot_exist_are_not_found_while_the_source_is_away(symbol: str) -> None:
    _, data = down()
    request = StatementsRequest(symbol=symbol, statement="income", period="annual", limit=1)
    with pytest.raises(SymbolNotFoundError, match="which has no statements"):
        await data.statements(request)


@pytest.mark.parametrize("symbol", ["^GSPC", "EURUSD=X", "BTC-USD"])
async def test_profile_that_cannot_exist_is_not_found_without_a_request(symbol: str) -> None:
    source, data = down()
    with pytest.raises(SymbolNotFoundError, match="which has no profile"):
        await data.profile(symbol)
    assert source.asked == []


async def test_company_and_profile_of_a_fund_wait_for_the_source() -> None:
    _, data = down()
    for symbol in ("AAPL", "QQQ"):
        with pytest.raises(ServiceError):
            await data.profile(symbol)


def test_statements_of_a_trust_may_exist_while_the_register_of_filings_is_away() -> None:
    error = UpstreamUnavailableError("No source could answer.", retry_after=1)
    error.causes = (
        ProviderUnavailableError("sec_edgar", "unavailable"),
        ProviderUnavailableError("yahoo", "too"),
    )
    assert of_failed_sources("GLD", "statements", error) is error
    error.causes = (ProviderNotCoveredError("sec_edgar", "has none"), error.causes[1])
    assert isinstance(of_failed_sources("GLD", "statements", error), SymbolNotFoundError)


@pytest.mark.parametrize("kind", ["profile", "earnings", "peers", "holders", "statements"])
def test_share_may_have_everything(kind: CompanyDataKind) -> None:
    assert without_company("AAPL", kind) is None
