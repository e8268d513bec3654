"""IPv4 addresses inside IPv6 addresses, and addresses that belong to no server of the internet."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_NAT64: Final = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NOT_PUBLIC: Final[tuple[IPv4Network | IPv6Network, ...]] = (
    # Azure's virtual public address, which serves DNS, health and instance data to every virtual machine.
    IPv4Network("168.63.129.16/32"),
    # Python's own lists differ between patch releases: RFC 6890, RFC 7526 (6to4 relays).
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    # Teredo and other protocol assignments, documentation.
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)


def embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    """Returns the IPv4 address that an IPv6 address contains; None if it contains none.

    These are IPv4-mapped addresses, 6to4 (RFC 3056), and NAT64 with the well-known prefix (RFC 6052).
    """
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.sixtofour


def is_public(text: str) -> bool:
    """Returns whether an address may be that of a server of the internet.

    It may not if it is private, loopback, link-local, shared (100.64.0.0/10), multicast, reserved, an address
    where clouds serve instance data, or an IPv6 address that contains such an IPv4 address.

    Raises:
        ValueError: The text is not an address.
    """
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        inner = embedded_ipv4(address)
        if inner is not None:
            return is_public(str(inner))
        if address not in _GLOBAL_UNICAST:
            return False
    special = any(address in network for network in _NOT_PUBLIC if network.version == address.version)
    return address.is_global and not (address.is_multicast or address.is_reserved or special)


def is_loopback(text: str) -> bool:
    """Returns whether an address is that of the own machine.

    Raises:
        ValueError: The text is not an address.
    """
    return ip_address(text).is_loopback
