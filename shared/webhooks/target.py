"""The check of a target: what a webhook's address may be, and which resolved addresses may be connected."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shared.domain.ip_addresses import is_loopback, is_public
from shared.errors import ForbiddenTargetError

if TYPE_CHECKING:
    from yarl import URL

MAX_URL: Final = 2_048
"""Characters of an address."""

_LABEL: Final = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME: Final = re.compile(rf"(?=.{{1,254}}\Z)({_LABEL}\.)*{_LABEL}\.?", re.IGNORECASE)
_LOCAL_DOMAINS: Final = (".localhost", ".local", ".internal")
"""RFC 6761, RFC 6762 and ICANN's domain for private use, in which clouds name their instance data."""


@dataclass(frozen=True)
class TargetRules:
    """Which targets are allowed.

    Attributes:
        allow_local: Whether http and loopback addresses are allowed too: local host and tests only.
    """

    allow_local: bool = False

    def checked_url(self, address: str) -> "URL":
        """Returns the parsed address of a target. A host name is not resolved here.

        Raises:
            ForbiddenTargetError: It is no https address of a server of the internet; safe to show.
        """
        # The parser of the HTTP client, so that both see the same host.
        from yarl import URL

        if len(address) > MAX_URL or not address.isascii() or not address.isprintable() or " " in address:
            raise ForbiddenTargetError(
                f"must be an address of at most {MAX_URL} printable ASCII characters without spaces"
            )
        try:
            url = URL(address)
            host = url.raw_host
        except ValueError:
            raise ForbiddenTargetError("must be a valid https address") from None
        schemes = ("https", "http") if self.allow_local else ("https",)
        if url.scheme not in schemes or not host or not url.port:
            raise ForbiddenTargetError("must be an https address")
        # The parser drops an empty user: ``https://@example.com``.
        has_user = "@" in address.partition("://")[2].partition("/")[0].partition("?")[0]
        if has_user or url.raw_fragment:
            raise ForbiddenTargetError("must not contain user, password or fragment")
        if "\\" in address:
            raise ForbiddenTargetError("must not contain a backslash")
        if looks_like_address(host):
            self.check_address(host)
        elif not _HOST_NAME.fullmatch(host):
            raise ForbiddenTargetError("must contain a valid host name")
        elif not self.allow_local and is_local_name(host):
            raise ForbiddenTargetError("must not be a local name")
        return url

    def check_address(self, address: str) -> None:
        """Checks an IP address that is to be connected.

        Raises:
            ForbiddenTargetError: It is not public.
        """
        try:
            allowed = is_public(address) or (self.allow_local and is_loopback(address))
        except ValueError:
            allowed = False
        if not allowed:
            raise ForbiddenTargetError("must not be a private, local or reserved address")


def looks_like_address(host: str) -> bool:
    """Returns whether a host is taken for an IP address, not resolved as a name.

    ``127.1``, ``2130706433`` and ``0x7f000001`` are, by HTTP clients or systems; no other form than the usual
    one passes the check.
    """
    last = host.rstrip(".").rpartition(".")[2].lower()
    return ":" in host or last.isdigit() or last.startswith("0x")


def is_local_name(host: str) -> bool:
    """Returns whether a name has a meaning in one network only: a single label, or a domain for local use."""
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith(_LOCAL_DOMAINS)
