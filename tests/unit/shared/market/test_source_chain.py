"""Who is asked, who is passed over, and what it means when all fail."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.market_data import DataKind, Quote
from shared.errors import ProblemError, ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderBudgetError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.errors.request_errors import RateLimitedError, SymbolNotFoundError
from shared.errors.service_errors import (
    NotEntitledError,
    UpstreamError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from shared.limits.upstream_budget import UpstreamBudget
from shared.market.background_calls import background_calls
from shared.market.providers.base import MarketDataProvider
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import NotInSampleDataError, SourceResult
from tests.support.durations import Stopwatch
from tests.support.limits import limit_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_budgets


async def ask(chain: SourceChain, symbol: str = "AAPL") -> SourceResult[Quote]:
    async def call(source: MarketDataProvider) -> Quote:
        quote = (await source.quotes([symbol])).get(symbol)
        if not isinstance(quote, Quote):
            raise quote or ProviderNotFoundError(source.name, "does not know the symbol")
        return quote

    return await chain.ask("quote", symbol, call)


async def failure(*fails: ProviderError) -> ProblemError:
    """How a chain of sources that fail so ends."""
    sources = [FakeSource(error.provider, fails=error) for error in fails]
    with pytest.raises(ProblemError) as caught:
        await ask(SourceChain(sources, market_settings("yahoo", "alpha_vantage", "sample")))
    return caught.value


async def test_preferred_source_answers_and_the_others_are_left_alone() -> None:
    yahoo, alpha = FakeSource("yahoo", {"AAPL": 1.0}), FakeSource("alpha_vantage", {"AAPL": 2.0})
    found = await ask(SourceChain([alpha, yahoo], market_settings()))
    assert (found.value.source, found.fallback_reason) == ("yahoo", None)
    assert alpha.asked == []


async def test_one_kind_of_data_may_have_an_order_of_its_own() -> None:
    yahoo, alpha = FakeSource("yahoo", {"AAPL": 1.0}), FakeSource("alpha_vantage", {"AAPL": 2.0})
    chain = SourceChain([yahoo, alpha], market_settings(news=("alpha_vantage",)))
    news = await chain.ask("news", "AAPL", lambda source: source.news("AAPL", 1))
    assert (news.value.source, news.fallback_reason) == ("alpha_vantage", None)
    alpha.fails = ProviderUnavailableError("alpha_vantage", "down")
    with pytest.raises(UpstreamUnavailableError, match=r"\(alpha_vantage: down\)"):
        await chain.ask("news", "AAPL", lambda source: source.news("AAPL", 1))
    assert (await ask(chain)).value.source == "yahoo"


async def test_reason_names_everyone_who_was_passed_over() -> None:
    yahoo = FakeSource("yahoo", fails=ProviderRateLimitedError("yahoo", "rate limited"))
    sample = FakeSource("sample", {"AAPL": 1.0})
    settings = market_settings("yahoo", "alpha_vantage", "sample", api_key=None)
    found = await ask(SourceChain([yahoo, sample], settings))
    assert found.value.source == "sample"
    assert found.fallback_reason == "yahoo: rate limited; alpha_vantage: no credentials"


async def test_source_without_that_kind_of_data_is_not_asked() -> None:
    yahoo = FakeSource("yahoo", {"AAPL": 1.0}, kinds=["news"])
    found = await ask(SourceChain([yahoo, FakeSource("alpha_vantage", {"AAPL": 2.0})], market_settings()))
    assert found.fallback_reason == "yahoo: has no quote"
    assert yahoo.asked == []


@pytest.mark.parametrize("kind", ["filings", "search"])
async def test_the_primary_source_is_asked_first_wherever_it_stands(kind: DataKind) -> None:
    kinds: tuple[DataKind, ...] = ("filings", "search")
    sources = [FakeSource(name, {"AAPL": 1.0}, kinds=kinds) for name in ("yahoo", "sec_edgar")]
    chain = SourceChain(sources, market_settings("yahoo", "sec_edgar"))
    found = await chain.ask(kind, "AAPL", lambda source: source.search("aapl", 1))
    assert (len(found.value), sources[0].asked) == (1, [])


async def test_what_no_source_covers_is_not_found_and_said_to_be_lacking() -> None:
    lacks = (ProviderNotCoveredError(name, "files no facts") for name in ("yahoo", "alpha_vantage"))
    failed = await failure(*lacks)
    assert isinstance(failed, SymbolNotFoundError)
    assert "has the quote of AAPL" in failed.detail


async def test_a_kind_that_no_configured_source_has_is_not_an_outage() -> None:
    yahoo = FakeSource("yahoo", {"AAPL": 1.0}, kinds=["quote"])
    chain = SourceChain([yahoo], market_settings("yahoo", "sec_edgar"))
    with pytest.raises(NotEntitledError, match="SEC_EDGAR_CONTACT is not set") as caught:
        await chain.ask("filings", "AAPL", lambda source: source.filings("AAPL", None, 1))
    assert "No configured data source has filings" in caught.value.detail


async def test_a_source_that_does_not_cover_a_symbol_proves_nothing_while_another_is_down() -> None:
    failed = await failure(
        ProviderNotCoveredError("yahoo", "covers companies that file with the SEC"),
        ProviderUnavailableError("alpha_vantage", "down"),
    )
    assert isinstance(failed, UpstreamUnavailableError)


async def test_source_that_is_switched_off_is_said_to_be() -> None:
    settings = market_settings("sample", "yahoo", sample=False)
    found = await ask(SourceChain([FakeSource("yahoo", {"AAPL": 1.0})], settings))
    assert found.fallback_reason == "sample: disabled"


def one_request_a_day() -> UpstreamBudget:
    settings = limit_settings(upstream_requests_per_day=1)
    return UpstreamBudget(settings, make_budgets(EmbeddedRedis(FakeServer())))


async def test_day_without_requests_left_passes_over_the_real_sources() -> None:
    budget = one_request_a_day()
    yahoo, sample = FakeSource("yahoo", {"AAPL": 1.0}), FakeSource("sample", {"AAPL": 2.0})
    chain = SourceChain([yahoo, sample], market_settings("yahoo", "sample"), budget)
    assert (await ask(chain)).fallback_reason is None
    for _ in range(2):
        found = await ask(chain)
        assert (found.value.source, found.fallback_reason) == (
            "sample",
            "yahoo: daily request budget exhausted",
        )
    assert len(yahoo.asked) == 1


async def test_day_without_requests_left_says_when_there_are_more() -> None:
    budget = one_request_a_day()
    chain = SourceChain([FakeSource("yahoo", {"AAPL": 1.0})], market_settings("yahoo"), budget)
    await ask(chain)
    with pytest.raises(UpstreamUnavailableError) as caught:
        await ask(chain)
    assert caught.value.retry_after == pytest.approx(86_400, abs=60)


async def test_caller_that_has_used_up_its_share_does_not_count_against_the_source(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    budget = one_request_a_day()
    yahoo, sample = FakeSource("yahoo", {"AAPL": 1.0}), FakeSource("sample", {"AAPL": 2.0})
    chain = SourceChain([yahoo, sample], market_settings("yahoo", "sample"), budget)

    async def refuse(_source: str) -> None:
        raise RateLimitedError("This caller's share is used up.", retry_after=60)

    with monkeypatch.context() as used_up:
        used_up.setattr(budget, "take", refuse)
        for _ in range(5):
            with pytest.raises(RateLimitedError):
                await ask(chain)
        addition = await chain.ask_for_addition("yahoo", "quote", "AAPL", lambda source: source.quotes([]))
        assert addition is None
    found = await ask(chain)
    assert (found.value.source, found.fallback_reason) == ("yahoo", None)


# The end of the chain


async def test_symbol_nobody_knows_is_unknown() -> None:
    with pytest.raises(SymbolNotFoundError):
        await ask(SourceChain([FakeSource("yahoo"), FakeSource("alpha_vantage")], market_settings()))


async def test_lesser_source_may_know_what_the_preferred_does_not() -> None:
    chain = SourceChain([FakeSource("yahoo"), FakeSource("alpha_vantage", {"AAPL": 1.0})], market_settings())
    assert (await ask(chain)).fallback_reason == "yahoo: does not know the symbol"


async def test_word_of_the_preferred_source_counts_while_the_other_is_out_of_budget() -> None:
    error = await failure(
        ProviderNotFoundError("yahoo", "unknown"), ProviderRateLimitedError("alpha_vantage", "out of budget")
    )
    assert isinstance(error, SymbolNotFoundError)


async def test_unknown_to_a_lesser_source_while_the_preferred_is_down_is_not_unknown() -> None:
    error = await failure(
        ProviderUnavailableError("yahoo", "down"), ProviderNotFoundError("alpha_vantage", "unknown")
    )
    assert isinstance(error, UpstreamUnavailableError)
    assert not isinstance(error, NotInSampleDataError)


async def test_unknown_to_the_sample_source_while_the_real_ones_are_down_says_both() -> None:
    error = await failure(
        ProviderUnavailableError("yahoo", "down"), ProviderNotFoundError("sample", "does not know the symbol")
    )
    assert isinstance(error, NotInSampleDataError)
    assert "yahoo: down" in error.detail


async def test_refusal_of_one_does_not_hide_that_the_symbol_is_unknown() -> None:
    error = await failure(
        ProviderAuthError("yahoo", "key refused"), ProviderNotFoundError("alpha_vantage", "unknown")
    )
    assert isinstance(error, SymbolNotFoundError)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (ProviderTimeoutError, ProviderTimeoutError, UpstreamTimeoutError),
        (ProviderTimeoutError, ProviderUnavailableError, UpstreamUnavailableError),
        (ProviderRateLimitedError, ProviderBadPayloadError, UpstreamUnavailableError),
        (ProviderTimeoutError, ProviderBadPayloadError, UpstreamError),
        (ProviderBadPayloadError, ProviderAuthError, UpstreamError),
        (ProviderNotEntitledError, ProviderNotEntitledError, NotEntitledError),
        (ProviderNotEntitledError, ProviderTimeoutError, UpstreamTimeoutError),
    ],
)
async def test_how_all_failed_decides_the_status(
    first: type[ProviderError], second: type[ProviderError], expected: type[ProblemError]
) -> None:
    error = await failure(first("yahoo", "one"), second("alpha_vantage", "two"))
    assert type(error) is expected
    assert "yahoo: one; alpha_vantage: two" in error.detail


async def test_retry_after_is_the_soonest_that_was_named() -> None:
    error = await failure(
        ProviderRateLimitedError("yahoo", "slow down", retry_after=90),
        ProviderUnavailableError("alpha_vantage", "down", retry_after=20),
    )
    assert error.retry_after == 20
    unnamed = await failure(ProviderUnavailableError("yahoo", "down"))
    assert unnamed.retry_after == 10


async def test_without_any_source_the_service_is_unavailable() -> None:
    settings = market_settings("alpha_vantage", api_key=None)
    with pytest.raises(UpstreamUnavailableError, match="alpha_vantage: no credentials"):
        await ask(SourceChain([], settings))


# Many symbols


async def test_what_one_source_lacks_the_next_is_asked_for() -> None:
    yahoo = FakeSource("yahoo", {"AAPL": 1.0, "MSFT": 2.0})
    alpha = FakeSource("alpha_vantage", {"VOD.L": 3.0})
    chain = SourceChain([yahoo, alpha], market_settings())
    outcomes = await chain.ask_many(
        "quote", ["VOD.L", "AAPL", "NOPE", "MSFT"], lambda source, missing: source.quotes(missing)
    )
    assert alpha.asked == [("quotes", ("VOD.L", "NOPE"))]
    assert isinstance(outcomes["NOPE"], SymbolNotFoundError)
    reasons = {
        symbol: found.fallback_reason for symbol, found in outcomes.items() if isinstance(found, SourceResult)
    }
    assert reasons == {"AAPL": None, "MSFT": None, "VOD.L": "yahoo: does not know the symbol"}


async def test_part_of_a_batch_that_could_not_be_had_is_not_called_unknown() -> None:
    yahoo = FakeSource("yahoo", fails=ProviderUnavailableError("yahoo", "down"))
    chain = SourceChain([yahoo, FakeSource("alpha_vantage", {"AAPL": 1.0})], market_settings())
    outcomes = await chain.ask_many(
        "quote", ["AAPL", "VOD.L"], lambda source, missing: source.quotes(missing)
    )
    assert isinstance(outcomes["AAPL"], SourceResult)
    assert isinstance(outcomes["VOD.L"], UpstreamUnavailableError)


# Time


class HangingSource(FakeSource):
    async def answering(self, method: str, *symbols: str) -> None:
        self.asked.append((method, symbols))
        await asyncio.Event().wait()


async def test_source_that_hangs_leaves_time_for_the_next() -> None:
    yahoo, sample = HangingSource("yahoo"), FakeSource("sample", {"AAPL": 1.0})
    chain = SourceChain([yahoo, sample], market_settings("yahoo", "sample", deadline=2.0))
    found = await ask(chain)
    assert found.fallback_reason == "yahoo: did not answer in time"


async def test_sample_source_has_the_time_that_it_needs_on_a_slow_machine() -> None:
    class Slow(FakeSource):
        async def answering(self, method: str, *symbols: str) -> None:
            await asyncio.sleep(0.2)
            await super().answering(method, *symbols)

    sample = Slow("sample", {"AAPL": 1.0})
    chain = SourceChain([HangingSource("yahoo"), sample], market_settings("yahoo", "sample", deadline=0.1))
    assert (await ask(chain)).value.source == "sample"


async def test_all_hanging_end_within_the_deadline() -> None:
    chain = SourceChain(
        [HangingSource("yahoo"), HangingSource("alpha_vantage")], market_settings(deadline=0.1)
    )
    with Stopwatch() as watch, pytest.raises(UpstreamTimeoutError):
        await ask(chain)
    assert watch.seconds < 1


async def test_source_that_hung_twice_is_left_alone_for_a_while() -> None:
    yahoo, sample = HangingSource("yahoo"), FakeSource("sample", {"AAPL": 1.0})
    chain = SourceChain([yahoo, sample], market_settings("yahoo", "sample", deadline=2.0))
    for _ in range(5):
        found = await ask(chain)
    assert len(yahoo.asked) == 2
    assert found.fallback_reason == "yahoo: circuit breaker open (did not answer in time)"


async def test_source_that_rejected_a_request_is_not_called_during_its_cooldown() -> None:
    rejected = ProviderRateLimitedError("yahoo", "too many requests", retry_after=7_200)
    yahoo, sample = FakeSource("yahoo", fails=rejected), FakeSource("sample", {"AAPL": 1.0})
    chain = SourceChain([yahoo, sample], market_settings("yahoo", "sample"))
    assert (await ask(chain)).fallback_reason == "yahoo: too many requests"
    yahoo.fails = None
    assert (await ask(chain)).fallback_reason == "yahoo: circuit breaker open (too many requests)"
    assert len(yahoo.asked) == 1
    # MARKET_DATA_MAX_COOLDOWN bounds what a source asks for.
    assert rejected.retry_after == pytest.approx(3_600, abs=1)


async def test_exhausted_budget_of_ours_does_not_open_the_circuit_breaker() -> None:
    exhausted = ProviderBudgetError("yahoo", "too many requests are waiting", retry_after=3)
    yahoo, sample = FakeSource("yahoo", fails=exhausted), FakeSource("sample", {"AAPL": 1.0})
    chain = SourceChain([yahoo, sample], market_settings("yahoo", "sample"))
    for _ in range(2):
        assert (await ask(chain)).fallback_reason == "yahoo: too many requests are waiting"
    assert len(yahoo.asked) == 2


# Work in the background


async def test_background_work_leaves_small_budgets_to_those_who_wait() -> None:
    yahoo = FakeSource("yahoo", fails=ProviderUnavailableError("yahoo", "down"))
    alpha = FakeSource("alpha_vantage", {"AAPL": 1.0})
    chain = SourceChain([yahoo, alpha], market_settings())
    with background_calls(4) as calls, pytest.raises(UpstreamUnavailableError, match="budget is reserved"):
        await ask(chain)
    assert (calls.count, alpha.asked) == (1, [])
    assert (await ask(chain)).value.source == "alpha_vantage"


async def test_background_work_asks_the_preferred_source_whatever_its_budget() -> None:
    chain = SourceChain([FakeSource("alpha_vantage", {"AAPL": 1.0})], market_settings("alpha_vantage"))
    with background_calls(4) as calls:
        assert (await ask(chain)).value.source == "alpha_vantage"
    assert calls.count == 1


# Rejected keys and unusable sources


async def test_rejected_key_is_a_failure_and_not_a_missing_plan() -> None:
    yahoo = FakeSource("yahoo", fails=ProviderNotEntitledError("yahoo", "not in the plan"))
    alpha = FakeSource("alpha_vantage", fails=ProviderAuthError("alpha_vantage", "rejected the key"))
    with pytest.raises(UpstreamError):
        await ask(SourceChain([yahoo, alpha], market_settings()))


async def test_a_kind_is_not_denied_while_a_source_that_may_have_it_is_not_available() -> None:
    yahoo = FakeSource("yahoo", kinds=["news"])
    # Configured, with a key, and yet not constructed.
    chain = SourceChain([yahoo], market_settings("yahoo", "alpha_vantage"))
    with pytest.raises(UpstreamUnavailableError, match="not available"):
        await ask(chain)


# Status


async def test_source_that_makes_no_sense_again_and_again_is_in_trouble(
    caplog: pytest.LogCaptureFixture,
) -> None:
    yahoo = FakeSource("yahoo", fails=ProviderBadPayloadError("yahoo", "the answer is not JSON"))
    sample = FakeSource("sample", {"AAPL": 1.0})
    chain = SourceChain([yahoo, sample], market_settings("yahoo", "sample"))
    await ask(chain)
    assert (chain.status().available, chain.status().unhealthy) == (2, 0)
    for _ in range(3):
        await ask(chain)
    assert (chain.status().available, chain.status().unhealthy) == (1, 1)
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert told == [
        "source error: yahoo quote AAPL: the answer is not JSON (ProviderBadPayloadError)",
        "degraded: yahoo: the answer is not JSON (ProviderBadPayloadError)",
    ]
    yahoo.fails = None
    yahoo.prices = {"AAPL": 2.0}
    await ask(chain)
    assert chain.status().detail == "yahoo: ok; sample: ok"


async def test_status_tells_what_was_last_seen() -> None:
    yahoo = FakeSource("yahoo", {"AAPL": 1.0})
    settings = market_settings("yahoo", "alpha_vantage", "sample", api_key=None)
    chain = SourceChain([yahoo, FakeSource("sample", {"AAPL": 1.0})], settings)
    assert chain.status().available == 2
    yahoo.fails = ProviderUnavailableError("yahoo", "down")
    await ask(chain)
    assert chain.status().available == 1
    assert chain.status().detail == "yahoo: down; alpha_vantage: no credentials; sample: ok"
    yahoo.fails = None
    await ask(chain)
    assert chain.status().available == 2


async def test_source_without_quotes_does_not_make_the_service_ready() -> None:
    yahoo = FakeSource("yahoo", fails=ProviderUnavailableError("yahoo", "down"))
    bank = FakeSource("ecb", kinds=["exchange_rates"])
    chain = SourceChain([yahoo, bank], market_settings("yahoo", "ecb"))
    with pytest.raises(UpstreamUnavailableError):
        await ask(chain)
    assert (chain.status().available, chain.status().unhealthy) == (0, 1)


async def test_what_one_question_brings_up_is_no_trouble_of_the_source() -> None:
    yahoo = FakeSource("yahoo", fails=ProviderBadPayloadError("yahoo", "odd answer"))
    chain = SourceChain([yahoo], market_settings("yahoo"))
    with pytest.raises(UpstreamError):
        await ask(chain)
    assert chain.status().available == 1


async def test_unknown_symbol_is_no_trouble_of_the_source() -> None:
    chain = SourceChain([FakeSource("yahoo")], market_settings("yahoo"))
    with pytest.raises(SymbolNotFoundError):
        await ask(chain)
    assert chain.status().detail == "yahoo: ok"


async def test_close_reaches_every_source() -> None:
    sources = [FakeSource("yahoo"), FakeSource("alpha_vantage")]
    await SourceChain(sources, market_settings()).aclose()
    assert [source.closed for source in sources] == [True, True]


async def test_trouble_of_a_source_is_told_in_the_log_once_while_it_lasts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    yahoo = FakeSource("yahoo", fails=ProviderRateLimitedError("yahoo", "too many requests"))
    chain = SourceChain([yahoo, FakeSource("sample", {"AAPL": 1.0})], market_settings("yahoo", "sample"))
    for _ in range(5):
        await ask(chain)
    told = [record for record in caplog.records if record.levelname == "WARNING"]
    assert [record.getMessage() for record in told] == [
        "degraded: yahoo: circuit breaker opened (too many requests), cooldown 30 s"
    ]


async def test_data_that_the_plan_lacks_are_logged_once_for_each_kind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    alpha = FakeSource("alpha_vantage", fails=ProviderNotEntitledError("alpha_vantage", "not in the plan"))
    chain = SourceChain([alpha], market_settings("alpha_vantage"))
    for symbol in ("AAPL", "MSFT"):
        with pytest.raises(NotEntitledError):
            await ask(chain, symbol)
        with pytest.raises(NotEntitledError):
            await chain.ask("news", symbol, lambda source: source.news("AAPL", 1))
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "source error: alpha_vantage quote AAPL: not in the plan (ProviderNotEntitledError)",
        "source error: alpha_vantage news AAPL: not in the plan (ProviderNotEntitledError)",
    ]


async def test_malformed_record_of_one_symbol_is_that_symbols_error_and_the_next_source_is_asked() -> None:
    class PartlyMalformed(FakeSource):
        async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
            return {
                **await super().quotes(symbols),
                "MSFT": ProviderBadPayloadError("yahoo", "cannot be read"),
            }

    async def call(source: MarketDataProvider, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
        return await source.quotes(symbols)

    sources = [PartlyMalformed("yahoo", {"AAPL": 250.0}), FakeSource("alpha_vantage", {"MSFT": 500.0})]
    outcomes = await SourceChain(sources, market_settings()).ask_many("quote", ["AAPL", "MSFT", "ZZZ"], call)
    apple, microsoft = outcomes["AAPL"], outcomes["MSFT"]
    assert isinstance(apple, SourceResult)
    assert isinstance(microsoft, SourceResult)
    assert (apple.fallback_reason, microsoft.fallback_reason) == (None, "yahoo: cannot be read")
    assert isinstance(outcomes["ZZZ"], SymbolNotFoundError)


async def test_source_that_fails_in_any_way_is_one_failed_source(caplog: pytest.LogCaptureFixture) -> None:
    class Unconstructible(FakeSource):
        async def quotes(self, _symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
            raise ImportError("Using SOCKS proxy, but the 'socksio' package is not installed.")

    sources = [Unconstructible("yahoo", {}), FakeSource("alpha_vantage", {"AAPL": 250.0})]
    found = await ask(SourceChain(sources, market_settings()))
    assert found.fallback_reason == "yahoo: cannot be used"
    assert "source failed: yahoo (ImportError)" in caplog.text
