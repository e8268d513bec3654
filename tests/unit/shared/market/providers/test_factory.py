"""Which sources are built from the configuration."""

import subprocess
import sys

import pytest

from infra.local.embedded_redis import embedded_redis
from shared.config.names import SourceName
from shared.limits.budget import Budgets
from shared.limits.rate import RateLimits
from shared.market.providers.factory import build_providers
from shared.market.source_chain import SourceChain
from tests.support.market import MOMENT, market_settings
from tests.support.redis_parts import make_budgets, make_rates


def limits() -> tuple[RateLimits, Budgets]:
    redis = embedded_redis()
    return make_rates(redis), make_budgets(redis)


@pytest.mark.parametrize(
    ("sources", "key", "sample", "built"),
    [
        (("yahoo", "alpha_vantage", "sample"), "key", True, ["yahoo", "alpha_vantage", "sample"]),
        (("sample", "yahoo"), "key", True, ["sample", "yahoo"]),
        (("yahoo", "alpha_vantage", "sample"), None, False, ["yahoo"]),
    ],
)
async def test_enabled_sources_in_their_order(
    sources: tuple[SourceName, ...], key: str | None, sample: bool, built: list[str]
) -> None:
    settings = market_settings(*sources, api_key=key, sample=sample)
    providers = build_providers(settings, lambda: MOMENT, *limits())
    assert [provider.name for provider in providers] == built
    for provider in providers:
        await provider.aclose()


async def test_source_that_cannot_be_constructed_is_one_failed_source(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise OSError("no entropy")

    monkeypatch.setattr("shared.market.providers.yahoo.provider.YahooProvider.__init__", broken)
    settings = market_settings("yahoo", "sample")
    (sample,) = build_providers(settings, lambda: MOMENT, *limits())
    assert "yahoo cannot be constructed" in caplog.text
    chain = SourceChain([sample], settings)
    found = await chain.ask("fundamentals", "AAPL", lambda source: source.fundamentals("AAPL"))
    assert (found.value.source, found.fallback_reason) == ("sample", "yahoo: not available")
    await chain.aclose()


async def test_sec_edgar_needs_a_contact() -> None:
    for contact, built in ((None, []), ("Example ops@example.com", ["sec_edgar"])):
        settings = market_settings("sec_edgar", contact=contact)
        providers = build_providers(settings, lambda: MOMENT, *limits())
        assert [provider.name for provider in providers] == built
        status = SourceChain(providers, settings).status()
        assert (status.detail == "sec_edgar: ok") == bool(built)
        assert ("SEC_EDGAR_CONTACT" in status.detail) == (not built)
        for provider in providers:
            await provider.aclose()


def test_building_yahoo_and_alpha_vantage_imports_no_library() -> None:
    code = """
import sys
from shared.runtime.clock import utc_now
from shared.limits.budget import Budgets
from shared.limits.rate import RateLimits
from shared.market.providers.factory import build_providers
from shared.market.source_chain import SourceChain
from tests.support.market import market_settings
build_providers(market_settings("yahoo", "alpha_vantage"), utc_now, None, None)
assert not {"yfinance", "pandas", "numpy", "curl_cffi", "httpx", "limits"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
