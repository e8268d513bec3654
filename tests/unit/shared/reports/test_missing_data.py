"""What a report lacks and why, in the language of the report."""

import pytest

from shared.errors import ProblemError, ProviderError
from shared.errors.provider_errors import ProviderBudgetError, ProviderTimeoutError
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import NotEntitledError, UpstreamTimeoutError, UpstreamUnavailableError
from shared.market.source_outcomes import FailedAttempts, failure_of
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Writer
from shared.reports.missing_data import MissingData, missing_by
from tests.support.golden_reports import golden_report
from tests.support.report_fakes import FakeMarketData


def every_kind(base: type[ProviderError]) -> list[type[ProviderError]]:
    return [base, *(kind for one in base.__subclasses__() for kind in every_kind(one))]


@pytest.mark.parametrize(
    ("error", "german"),
    [
        (SymbolNotFoundError("x"), "Nachrichten: keine Datenquelle bietet das an"),
        (NotEntitledError("x"), "Nachrichten: der Tarif der Datenquelle enthält sie nicht"),
        (UpstreamTimeoutError("x"), "Nachrichten: die Datenquellen haben nicht rechtzeitig geantwortet"),
        (UpstreamUnavailableError("x"), "Nachrichten: die Datenquellen sind nicht erreichbar"),
    ],
)
def test_cause_of_an_error_is_told_in_every_language(error: ProblemError, german: str) -> None:
    missing = missing_by("news", error)
    assert missing.written(Writer.of("de")) == german
    assert missing.written(Writer.of("en")) == "news: x"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "technicals: a history of 120 trading days is too short for SMA 200"),
        ("fr", "Indicateurs techniques\u00a0: un historique de 120 séances est trop court pour SMA 200"),
        ("ja", "テクニカル指標：120営業日分の履歴ではSMA 200を計算できません"),
    ],
)
def test_reason_of_our_own_has_its_figures(language: Language, text: str) -> None:
    short = MissingData("technicals", "short_history", (("days", 120), ("indicators", "SMA 200")))
    assert short.written(Writer.of(language)) == text


def test_source_has_its_name() -> None:
    gap = MissingData("fundamentals", "no_figures", (("source", "yahoo"), ("symbol", "FUND")))
    assert gap.written(Writer.of("de")) == "Fundamentaldaten: Yahoo Finance hat keine Zahlen zu FUND"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "(Yahoo Finance: hat nicht rechtzeitig geantwortet; Alpha Vantage: das Kontingent an Anfragen",
        ),
        (
            "zh",
            "新闻：数据来源不可用（Yahoo Finance：未及时响应；Alpha Vantage：请求次数已达上限）",
        ),
    ],
)
def test_other_languages_name_each_source_and_what_it_failed_with(language: Language, text: str) -> None:
    attempts = FailedAttempts()
    attempts.add(ProviderTimeoutError("yahoo", "did not answer within 5 s"))
    attempts.add(ProviderBudgetError("alpha_vantage", "daily budget used up"))
    error = failure_of("AAPL", "news", attempts)
    missing = missing_by("news", error)
    assert text in missing.written(Writer.of(language))
    assert missing.written(Writer.of("en")) == f"news: {error.detail}"


@pytest.mark.parametrize("kind", every_kind(ProviderError))
def test_every_failure_of_a_source_has_words_in_every_language(kind: type[ProviderError]) -> None:
    error = UpstreamUnavailableError("x")
    error.causes = (kind("yahoo", "x"),)
    missing = missing_by("news", error)
    for language in LANGUAGES:
        reason = missing.written(Writer.of(language))
        assert language == "en" or "Yahoo Finance" in reason


async def test_sample_data_are_missing_data_beside_a_real_price() -> None:
    def made_up(market_data: FakeMarketData) -> None:
        filings = market_data.company["filings"].model_copy(update={"source": "sample"})
        market_data.company = {**market_data.company, "filings": filings}
        market_data.others = {
            symbol: known.model_copy(update={"source": "sample"})
            for symbol, known in market_data.others.items()
        }

    report = await golden_report("mature", "comprehensive_analysis", change=made_up)
    assert "sample" not in {one.source for one in report.sources}
    missing = "\n".join(report.metadata.missing)
    assert "filings: only sample data are available" in missing
    assert "share index: only sample data are available" in missing


async def test_sample_data_alone_are_the_data_of_a_report() -> None:
    def all_made_up(market_data: FakeMarketData) -> None:
        market_data.quote_answer = market_data.quote_answer.model_copy(update={"source": "sample"})
        market_data.history_answer = market_data.history_answer.model_copy(update={"source": "sample"})

    report = await golden_report("mature", "comprehensive_analysis", change=all_made_up)
    assert {"quote", "history"} <= {one.kind for one in report.sources if one.source == "sample"}
