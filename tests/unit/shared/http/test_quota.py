"""Rate limits at the HTTP edge: the response carries the quota, also when the request is refused."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.errors.request_errors import RateLimitedError
from shared.http.quota import check_rate, quota_headers
from shared.limits.caller_limits import Quota, RateDecision
from tests.support.http import make_request
from tests.support.mongo import local_settings


def app_with(decision: RateDecision) -> Any:
    async def count_request(scope: str, _caller: object) -> RateDecision:
        assert scope == "writes"
        return decision

    settings = local_settings(app={"caller_hash_key": "secret"})
    return SimpleNamespace(settings=settings, rate_limiter=SimpleNamespace(count_request=count_request))


async def test_response_carries_the_quota() -> None:
    request = make_request()
    await check_rate(request, app_with(RateDecision(Quota(30, 12, 3.2))), "writes")
    assert quota_headers(request) == {
        "RateLimit-Limit": "30",
        "RateLimit-Remaining": "12",
        "RateLimit-Reset": "4",
    }


async def test_refused_request_carries_it_too() -> None:
    request = make_request()
    refusal = RateLimitedError("Too many requests.", retry_after=5)
    with pytest.raises(RateLimitedError):
        await check_rate(request, app_with(RateDecision(Quota(30, 0, 5.0), refusal)), "writes")
    assert quota_headers(request)["RateLimit-Remaining"] == "0"


def test_request_that_was_not_counted_has_no_headers() -> None:
    assert quota_headers(cast(Any, make_request())) == {}
