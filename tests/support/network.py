"""Keeps tests on this machine: connections and look-ups that would leave it are refused and remembered."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any, Final

_LOCAL_NAMES: Final = frozenset({"", "localhost", "ip6-localhost"})
_RESERVED: Final = (".invalid", ".test", ".example")
"""Names that never exist (RFC 2606): a test may use one as a host that is not there."""
_NOWHERE: Final = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
"""Routed nowhere (RFC 5737): a test may use one as a host that swallows packets."""
_CLOSED_PORT: Final = "http://127.0.0.1:9"


def closed_proxies() -> dict[str, str]:
    """Environment variables that send HTTP clients, also those without Python's sockets, to a closed port."""
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    proxies = {variant: _CLOSED_PORT for name in names for variant in (name, name.lower())}
    return proxies | {"NO_PROXY": "localhost,127.0.0.1,::1", "no_proxy": "localhost,127.0.0.1,::1"}


class NetworkGuard:
    """Replaces Python's sockets.

    Attributes:
        attempts: Attempted connections beyond this machine.
    """

    def __init__(self) -> None:
        self.attempts: list[str] = []
        self._originals: dict[str, Callable[..., Any]] = {}

    def install(self) -> None:
        """Begins to refuse."""
        for name in ("connect", "connect_ex"):
            original = getattr(socket.socket, name)
            self._originals[name] = original
            setattr(socket.socket, name, self._guarded_connect(original))
        self._originals["getaddrinfo"] = socket.getaddrinfo
        socket.getaddrinfo = self._guarded_look_up(socket.getaddrinfo)

    def remove(self) -> None:
        """Puts everything back."""
        socket.getaddrinfo = self._originals.pop("getaddrinfo")
        for name, original in self._originals.items():
            setattr(socket.socket, name, original)
        self._originals.clear()

    def _guarded_connect(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(sock: socket.socket, address: Any) -> Any:
            if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(str(address[0])):
                self.attempts.append(f"{address[0]}:{address[1]}")
                raise ConnectionRefusedError(f"tests stay on this machine: {address[0]} is refused")
            return original(sock, address)

        return connect

    def _guarded_look_up(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host or ""
            if not _is_local(name):
                if not name.lower().rstrip(".").endswith(_RESERVED):
                    self.attempts.append(name)
                raise socket.gaierror(
                    socket.EAI_NONAME, f"tests stay on this machine: {name} is not looked up"
                )
            return original(host, *args, **kwargs)

        return getaddrinfo


def _is_local(host: str) -> bool:
    if host.lower() in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified or any(address in net for net in _NOWHERE)
