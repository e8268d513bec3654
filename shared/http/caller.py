"""Identifies callers and owners by user, function key or address; only hashes leave this module."""

import hashlib
import ipaddress
from functools import lru_cache

from fastapi import Request

from shared.domain.caller import Caller


def caller_of(req: Request) -> Caller:
    """Returns the caller whose limits a request counts against: function key, else client address.

    Behind the platform the address is the last one in ``X-Forwarded-For``; the client controls all others.
    """
    if key := _function_key(req):
        return Caller(_digest("key", key))
    forwarded = ",".join(req.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    address = forwarded or (req.client.host if req.client else "")
    return Caller(_digest("address", _network(_without_port(address))))


def owner_of(req: Request) -> Caller:
    """Returns the owner of the conversations that a request may continue.

    A front end with one key for many users sends ``X-User-ID``. Clients choose that header, so limits do not
    depend on it.
    """
    if user := req.headers.get("x-user-id", ""):
        return Caller(_digest("user", _function_key(req), user))
    return caller_of(req)


def _function_key(req: Request) -> str:
    # In the order of the Functions host, which ignores the query when the header is present.
    return req.headers.get("x-functions-key") or req.query_params.get("code") or ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _without_port(address: str) -> str:
    # The platform sends IPv4 as 1.2.3.4:5678 and IPv6 as [::1]:5678.
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


@lru_cache(maxsize=1024)
def _network(address: str) -> str:
    """Returns an IPv4 address, or the /64 network of an IPv6 address, which belongs to one subscriber."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))
