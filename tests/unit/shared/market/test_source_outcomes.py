"""What clients get when no source has the data, by how the sources failed."""

import pytest

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import (
    NotEntitledError,
    UpstreamError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from shared.market.source_outcomes import (
    DEFAULT_RETRY_AFTER,
    NOT_AVAILABLE,
    FailedAttempts,
    NotInSampleDataError,
    failure_of,
)


def attempts(*errors: ProviderError) -> FailedAttempts:
    failed = FailedAttempts()
    for error in errors:
        failed.add(error)
    return failed


YAHOO_DOWN = ProviderUnavailableError("yahoo", "could not be reached", retry_after=20)
YAHOO_SLOW = ProviderTimeoutError("yahoo", "did not answer in time")
YAHOO_UNKNOWN = ProviderNotFoundError("yahoo", "does not know the symbol")
TIINGO_UNKNOWN = ProviderNotFoundError("tiingo", "does not know the symbol")
TIINGO_ELSEWHERE = ProviderNotCoveredError("tiingo", "covers US listings only")
TIINGO_LIMITED = ProviderRateLimitedError("tiingo", "the quota is used up", retry_after=5)
TIINGO_GARBAGE = ProviderBadPayloadError("tiingo", "sent a malformed record")
TIINGO_KEY = ProviderAuthError("tiingo", "refused the key")
TIINGO_PLAN = ProviderNotEntitledError("tiingo", "the plan does not include it")
SAMPLE_UNKNOWN = ProviderNotFoundError("sample", "is not in the sample data")


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([YAHOO_UNKNOWN], SymbolNotFoundError),
        ([YAHOO_UNKNOWN, TIINGO_LIMITED], SymbolNotFoundError),
        ([YAHOO_DOWN, TIINGO_UNKNOWN], UpstreamUnavailableError),
        ([TIINGO_ELSEWHERE, YAHOO_UNKNOWN], SymbolNotFoundError),
        ([TIINGO_ELSEWHERE], SymbolNotFoundError),
        ([YAHOO_DOWN, SAMPLE_UNKNOWN], NotInSampleDataError),
        ([TIINGO_PLAN], NotEntitledError),
        ([TIINGO_PLAN, TIINGO_KEY], UpstreamError),
        ([YAHOO_SLOW], UpstreamTimeoutError),
        ([YAHOO_SLOW, TIINGO_LIMITED], UpstreamUnavailableError),
        ([YAHOO_SLOW, TIINGO_GARBAGE], UpstreamError),
        ([TIINGO_KEY], UpstreamError),
        ([], UpstreamUnavailableError),
    ],
)
def test_kinds_of_failures_decide_the_error(errors: list[ProviderError], expected: type[Exception]) -> None:
    assert type(failure_of("AAPL", "quote", attempts(*errors))) is expected


def test_error_names_each_source_and_the_shortest_wait() -> None:
    error = failure_of("AAPL", "quote", attempts(YAHOO_DOWN, TIINGO_LIMITED))
    assert error.detail == (
        "No data source could give the quote of AAPL "
        "(yahoo: could not be reached; tiingo: the quota is used up)."
    )
    assert error.retry_after == 5
    assert failure_of("AAPL", "quote", FailedAttempts()).retry_after == DEFAULT_RETRY_AFTER


def test_kind_that_no_source_offers_is_not_included_in_the_plan() -> None:
    lacking = FailedAttempts(["tiingo: has no holders"])
    assert isinstance(failure_of("AAPL", "holders", lacking), NotEntitledError)
    lacking.notes.append(f"yahoo: {NOT_AVAILABLE}")
    assert isinstance(failure_of("AAPL", "holders", lacking), UpstreamUnavailableError)


def test_answer_after_failures_says_why_the_first_sources_did_not_answer() -> None:
    result = attempts(YAHOO_DOWN).found("tiingo", 1)
    assert (result.value, result.is_placeholder) == (1, False)
    assert result.fallback_reason == "yahoo: could not be reached"
    assert attempts().found("yahoo", 1).fallback_reason is None


def test_sample_data_are_a_placeholder_only_where_a_source_is_down() -> None:
    assert attempts(YAHOO_DOWN).found("sample", 1).is_placeholder
    assert not attempts(TIINGO_ELSEWHERE).found("sample", 1).is_placeholder
    assert not attempts().found("sample", 1).is_placeholder
