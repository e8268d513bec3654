"""Who is calling: told apart by user, function key or address, never by name in a log."""

import hashlib
from typing import NewType

from fastapi import Request

Caller = NewType("Caller", str)
"""An opaque, stable name of a caller, safe to store: never the key itself."""


def caller_of(req: Request) -> Caller:
    """The caller of a request.

    ``X-User-ID`` (set by a front end for its users) together with the function key, else the key, else the
    address. Behind the platform the address is the last one in ``X-Forwarded-For``: those before it are
    whatever the client wrote.
    """
    key = req.headers.get("x-functions-key") or req.query_params.get("code") or ""
    user = req.headers.get("x-user-id", "")
    if key or user:
        return Caller(_digest("user", key, user))
    forwarded = req.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    address = forwarded or (req.client.host if req.client else "")
    return Caller(_digest("address", _without_port(address)))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _without_port(address: str) -> str:
    # IPv4 comes as 1.2.3.4:5678 from the platform, IPv6 as [::1]:5678.
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
