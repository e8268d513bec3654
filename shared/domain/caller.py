"""The caller and the owner of a request, as limits, ownership and logs know them."""

from dataclasses import dataclass
from typing import NewType

Caller = NewType("Caller", str)
"""An opaque, stable name of a caller, safe to store and to log: never the key itself."""

Owner = NewType("Owner", str)
"""An opaque, stable name of the owner of stored items: a user, or a caller without users."""


@dataclass(frozen=True)
class Identity:
    """The owner of a request, with the earlier names under which its items may be stored.

    Attributes:
        owner: The present name.
        former: Names under earlier function keys; items stored under them belong to ``owner``.
    """

    owner: Owner
    former: tuple[Owner, ...] = ()
