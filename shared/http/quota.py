"""Rate limits at the HTTP edge: counts a request and writes the quota into the response headers."""

from math import ceil
from typing import TYPE_CHECKING

from fastapi import Request

from shared.http.request_caller import caller_of

if TYPE_CHECKING:
    from shared.app.context import AppContext
    from shared.limits.caller_limits import Quota, Scope


async def check_rate(req: Request, app: "AppContext", scope: "Scope") -> None:
    """Counts a request of the caller; its response carries the quota, also if it is refused.

    Raises:
        RateLimitedError: The caller, or all callers together, are over the limit.
    """
    decision = await app.rate_limiter.count_request(scope, caller_of(req, app.settings.app.caller_hash_key))
    req.state.quota = decision.quota
    if decision.refusal is not None:
        raise decision.refusal


def quota_headers(req: Request) -> dict[str, str]:
    """Returns the rate limit headers of the response to a request; empty if the request was not counted.

    Source: IETF draft-ietf-httpapi-ratelimit-headers-07.
    """
    quota: Quota | None = getattr(req.state, "quota", None)
    if quota is None:
        return {}
    return {
        "RateLimit-Limit": str(quota.limit),
        "RateLimit-Remaining": str(quota.remaining),
        "RateLimit-Reset": str(ceil(quota.reset)),
    }
