"""Sources behind a proxy that their libraries cannot use."""

import pytest

from infra.local.embedded_redis import embedded_redis
from shared.market.providers.factory import build_providers
from shared.market.source_chain import SourceChain
from tests.support.market import MOMENT, market_settings
from tests.support.redis_parts import make_budgets, make_rates


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:1", "socks5://", "gopher://127.0.0.1:1", "http://[::1"]
)
async def test_unusable_proxy_makes_each_source_one_failed_source(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", proxy)
    settings = market_settings("yahoo", "alpha_vantage", "sample", deadline=10.0)
    redis = embedded_redis()
    providers = build_providers(settings, lambda: MOMENT, make_rates(redis), make_budgets(redis))
    chain = SourceChain(providers, settings)
    outcomes = await chain.ask_many("quote", ["AAPL"], lambda source, symbols: source.quotes(symbols))
    found = outcomes["AAPL"]
    assert not isinstance(found, Exception)
    assert found.value.source == "sample"
    assert found.fallback_reason is not None
    assert found.fallback_reason.startswith("yahoo: ")
    assert "alpha_vantage: the configured proxy cannot be used" in found.fallback_reason
    await chain.aclose()
