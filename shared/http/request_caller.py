"""Identifies callers by function key or address; only hashes leave this module."""

import hashlib
import hmac
import ipaddress
from functools import lru_cache
from typing import Final

from fastapi import Request
from pydantic import SecretStr

from shared.domain.caller import Caller
from shared.domain.ip_addresses import embedded_ipv4

_NO_ADDRESS: Final = "unknown"
"""Replaces every value that is not an address: clients could invent any number of them."""


def caller_of(req: Request, hash_key: SecretStr | None) -> Caller:
    """Returns the caller whose limits a request counts against: function key, else client address.

    Args:
        req: The request.
        hash_key: Key of the hash of an address.
    """
    if key := function_key(req):
        return Caller(digest("key", key))
    return client_of(req, hash_key)


def client_of(req: Request, hash_key: SecretStr | None) -> Caller:
    """Returns the caller of a request without a function key, by the address of the client.

    Behind the platform the address is the last one in ``X-Forwarded-For``; the client controls all others.

    Args:
        req: The request.
        hash_key: Key of the hash of an address: there are few enough addresses to try them all.
    """
    forwarded = ",".join(req.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    address = forwarded or (req.client.host if req.client else "")
    secret = hash_key.get_secret_value() if hash_key else ""
    return Caller(_keyed_digest(secret, "address", _network(_without_port(address))))


def function_key(req: Request) -> str:
    """Returns the function key as the Functions host reads it; empty if there is none.

    The host takes the first value of the header, or, only without the header, the first ``code`` of the
    query, whose name is case-insensitive. A proxy may have joined two header lines with a comma.
    """
    value = req.headers.get("x-functions-key")
    if value is None:
        pairs = req.query_params.multi_items()
        value = next((value for name, value in pairs if name.lower() == "code"), "")
    return value.partition(",")[0].strip()


def digest(*parts: str) -> str:
    """Returns a short hash of the parts, which cannot be confused with that of other parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


@lru_cache(maxsize=1024)
def _keyed_digest(secret: str, *parts: str) -> str:
    return hmac.digest(secret.encode(), "\n".join(parts).encode(), "sha256").hex()[:32]


def _without_port(address: str) -> str:
    # The platform sends IPv4 as 1.2.3.4:5678 and IPv6 as [::1]:5678.
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


@lru_cache(maxsize=1024)
def _network(address: str) -> str:
    """Returns an IPv4 address, or the /64 network of an IPv6 address, which belongs to one subscriber.

    An IPv6 address that contains an IPv4 address (mapped, 6to4, or translated by NAT64) is that IPv4 address.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return _NO_ADDRESS
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if (inner := embedded_ipv4(parsed)) is not None:
        return str(inner)
    return str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))
