"""What is left to a caller: noted where a request is counted, told in the headers of its answer."""

from dataclasses import dataclass
from math import ceil

from fastapi import Request


@dataclass(frozen=True)
class Quota:
    """What is left to a caller.

    Attributes:
        limit: Requests a minute.
        remaining: Of these, still to be had.
        reset: Seconds until one more is.
    """

    limit: int
    remaining: int
    reset: float

    def headers(self) -> dict[str, str]:
        """As headers of an answer (IETF draft-ietf-httpapi-ratelimit-headers-07)."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(ceil(self.reset)),
        }


def note_quota(req: Request, quota: Quota) -> None:
    """Has the answer to a request, whatever it will be, tell what is left."""
    req.state.quota = quota


def quota_headers(req: Request) -> dict[str, str]:
    """The headers of the answer to a request; none when it did not count."""
    quota: Quota | None = getattr(req.state, "quota", None)
    return {} if quota is None else quota.headers()
