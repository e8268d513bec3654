"""Who is calling: told apart by user, function key or address, never by name in a log."""

import hashlib
import ipaddress
from functools import lru_cache

from fastapi import Request

from shared.domain.caller import Caller


def caller_of(req: Request) -> Caller:
    """Whose limits a request counts against: the function key, or the address where there is none.

    Behind the platform the address is the last one in ``X-Forwarded-For``, in the last header of that name:
    those before it are whatever the client wrote.
    """
    if key := _function_key(req):
        return Caller(_digest("key", key))
    forwarded = ",".join(req.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    address = forwarded or (req.client.host if req.client else "")
    return Caller(_digest("address", _network(_without_port(address))))


def owner_of(req: Request) -> Caller:
    """Whose conversations a request may go on with.

    A front end that serves many users with one key tells them apart by ``X-User-ID``. That header is the
    client's to choose, so limits do not count by it.
    """
    if user := req.headers.get("x-user-id", ""):
        return Caller(_digest("user", _function_key(req), user))
    return caller_of(req)


def _function_key(req: Request) -> str:
    # In the order in which the Functions host looks: a wrong key in the other place is not looked at.
    return req.headers.get("x-functions-key") or req.query_params.get("code") or ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _without_port(address: str) -> str:
    # IPv4 comes as 1.2.3.4:5678 from the platform, IPv6 as [::1]:5678.
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


@lru_cache(maxsize=1024)
def _network(address: str) -> str:
    """The address; of IPv6 the 64 bits that one subscriber is given, who has all addresses below them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))
