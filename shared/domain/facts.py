"""Facts: numbered statements that a model reads and that the figures check compares with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import TypedDict

from shared.domain.moments import MomentText


@dataclass(frozen=True)
class Fact:
    """One numbered fact given to a model, and what the figures check compares with.

    Attributes:
        id: Its number, cited as ``[1]``.
        kind: ``quote``, ``history``, ``technicals``, ``fundamentals`` or ``news``.
        symbol: Symbol that it is about.
        text: What the model reads.
        data: The same as the JSON of the contract.
        source: Where it comes from.
        as_of: RFC 3339 moment the market said it, or None.
        stale: Whether it is older than its TTL.
        url: Page of the source, such as an article or a filing; None without one.
        title: Title of that page; None without one.
    """

    id: int
    kind: str
    symbol: str
    text: str
    data: Mapping[str, Any]
    source: str
    as_of: str | None
    stale: bool
    url: str | None = None
    title: str | None = None


class SourceJson(TypedDict):
    """Origin of a fact; the text cites its ``id`` as ``[1]``.

    Attributes:
        kind: Kind of data, such as ``quote``; ``calculation`` for a result computed from other facts.
        symbol: The symbol; of a calculation, the symbols joined by commas.
        url: Page of the source, such as an article or a filing.
        title: Title of that page.
    """

    id: int
    kind: str
    symbol: str
    source: str
    as_of: MomentText | None
    stale: bool
    url: str | None
    title: str | None
