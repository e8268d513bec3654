"""Plans a run of the scheduled refresh: the due jobs and their order."""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from shared.config.store_settings import TtlSettings

RefreshKind = Literal["quotes", "history", "technicals", "fundamentals", "statements", "news"]
KINDS: Final[tuple[RefreshKind, ...]] = (
    "quotes",
    "history",
    "technicals",
    "fundamentals",
    "statements",
    "news",
)

LastRefreshed = Mapping[RefreshKind, Mapping[str, float]]
"""When each kind of data of each symbol was last refreshed, in seconds since the epoch."""

RefreshItem = tuple[RefreshKind, str]
"""One kind of data of one symbol."""

ClosedSince = Callable[[str, float], bool]
"""Returns whether the market of a symbol has been closed since a moment, so that nothing can have changed."""

_DUE_SHARE: Final = 0.9
_STATEMENT_INTERVALS: Final = 7
"""TTLs of fundamentals after which statements are due: companies publish them four times a year."""
_MAX_CLOCK_SKEW: Final = 5.0
"""Seconds by which a time may be in the future; a later one is of a worker with a wrong clock."""
_FOLLOWS_MARKET: Final[frozenset[RefreshKind]] = frozenset({"quotes", "history", "technicals"})


@dataclass(frozen=True)
class Job:
    """Work for one worker: quotes of many symbols, or other kinds of data of one symbol."""

    kinds: tuple[RefreshKind, ...]
    symbols: tuple[str, ...]

    @property
    def units(self) -> int:
        """Returns the number of units; a unit is one kind of data of one symbol."""
        return len(self.kinds) * len(self.symbols)


@dataclass(frozen=True)
class Plan:
    """The jobs in their order, and the number of skipped units by reason."""

    jobs: tuple[Job, ...]
    skipped: Mapping[str, int]


def intervals(ttl: TtlSettings) -> dict[RefreshKind, float]:
    """Returns the seconds after which each kind is due again; quotes are due on every run."""
    return {
        "quotes": 0.0,
        "history": float(ttl.historical_data),
        "technicals": float(ttl.technical_data),
        "fundamentals": float(ttl.fundamental_data),
        "statements": float(ttl.fundamental_data) * _STATEMENT_INTERVALS,
        "news": float(ttl.news_data),
    }


def make_plan(
    symbols: Sequence[str],
    last: LastRefreshed,
    every: Mapping[RefreshKind, float],
    closed_since: ClosedSince,
    set_aside: Container[RefreshItem],
    *,
    now: float,
    batch_size: int,
) -> Plan:
    """Returns the due jobs of the kinds that ``every`` has, without the items that are set aside.

    Quotes come first, the oldest in the first batch. Other data follow by the share of their interval that
    has passed, data never refreshed first. Technicals are computed from the history, so both of one symbol
    are one job, history first. Data are due when nine tenths of their interval have passed, as they would
    expire before the next run.
    """
    skipped: Counter[str] = Counter()
    due: dict[RefreshKind, dict[str, float]] = {kind: {} for kind in KINDS}
    for kind in every:
        for symbol in symbols:
            then = last.get(kind, {}).get(symbol)
            if (kind, symbol) in set_aside:
                skipped["set aside"] += 1
            elif then is None or then > now + _MAX_CLOCK_SKEW:
                due[kind][symbol] = float("inf")
            elif now - then < every[kind] * _DUE_SHARE:
                skipped["not due"] += 1
            elif kind in _FOLLOWS_MARKET and closed_since(symbol, then):
                skipped["market closed"] += 1
            else:
                due[kind][symbol] = (now - then) / max(every[kind], 1.0)
    return Plan((*_quote_jobs(due["quotes"], batch_size), *_other_jobs(symbols, due)), skipped)


def _quote_jobs(due: Mapping[str, float], batch_size: int) -> list[Job]:
    oldest_first = sorted(due, key=lambda symbol: -due[symbol])
    return [
        Job(("quotes",), tuple(oldest_first[start : start + batch_size]))
        for start in range(0, len(oldest_first), batch_size)
    ]


def _other_jobs(symbols: Sequence[str], due: Mapping[RefreshKind, Mapping[str, float]]) -> list[Job]:
    together: tuple[tuple[RefreshKind, ...], ...] = (
        ("history", "technicals"),
        ("fundamentals",),
        ("statements",),
        ("news",),
    )
    jobs: list[tuple[float, Job]] = []
    for group in together:
        for symbol in symbols:
            kinds = tuple(kind for kind in group if symbol in due[kind])
            if kinds:
                jobs.append((max(due[kind][symbol] for kind in kinds), Job(kinds, (symbol,))))
    jobs.sort(key=lambda pair: -pair[0])
    return [job for _, job in jobs]
