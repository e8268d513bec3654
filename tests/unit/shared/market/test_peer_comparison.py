"""Peers are sized in one currency, described alike, and complete or soon asked for again."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from shared.cache.cache_entry import CacheEntry
from shared.domain.company import Conversion, Peer, Peers
from shared.domain.currency_rates import ExchangeRate
from shared.domain.market_data import Fundamentals, Provenance, Quote
from shared.errors.request_errors import NotFoundError, SymbolNotFoundError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market.answers import Answer, QuoteError, QuotesResult, encode
from shared.market.peer_comparison import MAX_PEERS, PeerComparison
from shared.market.source_chain import SourceChain
from tests.support.market import FakeSource, market_settings

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
T = TypeVar("T", bound=Provenance)


def answer(value: T) -> Answer[T]:
    return Answer(CacheEntry(encode(value), NOW.timestamp(), 60, "", value.source, "hit"), type(value))


def quote(symbol: str, market_cap: int | None, currency: str = "USD") -> Quote:
    return Quote(
        source="yahoo",
        as_of=NOW,
        fetched_at=NOW,
        symbol=symbol,
        name=f"{symbol} Inc.",
        asset_type="equity",
        currency=currency,
        exchange="NYSE",
        price=10.0,
        previous_close=None,
        change=None,
        change_percent=None,
        open=None,
        day_high=None,
        day_low=None,
        volume=None,
        market_cap=market_cap,
        market_state=None,
    )


def figures(symbol: str, revenue: int | None = 200, currency: str = "USD") -> Fundamentals:
    return Fundamentals(
        source="yahoo",
        as_of=NOW,
        fetched_at=NOW,
        symbol=symbol,
        currency=currency,
        revenue=revenue,
        revenue_growth=0.061,
        operating_margin=0.3117,
        profit_margin=0.24,
        trailing_pe=30.5,
    )


class Figures:
    """Market data of companies; what is missing is unknown, and an exception is raised."""

    def __init__(
        self,
        quotes: Mapping[str, Quote],
        fundamentals: Mapping[str, Fundamentals | QuoteError],
        rates: Mapping[str, float] | None = None,
        seconds: float = 0.0,
        quotes_fail: bool = False,
        rates_of: str = "ecb",
    ) -> None:
        self._quotes = quotes
        self._fundamentals = fundamentals
        self._rates = rates or {}
        self._seconds = seconds
        self._quotes_fail = quotes_fail
        self._rates_of = rates_of
        self.described: list[str] = []

    async def quotes(self, symbols: Sequence[str]) -> QuotesResult:
        known = [symbol for symbol in symbols if symbol in self._quotes]
        error = UpstreamUnavailableError("down") if self._quotes_fail else SymbolNotFoundError("unknown")
        errors = {symbol: error for symbol in symbols if symbol not in known}
        return QuotesResult(tuple(answer(self._quotes[symbol]) for symbol in known), errors)

    async def fundamentals_of_many(
        self, symbols: Sequence[str], _seconds: float
    ) -> Mapping[str, Fundamentals | QuoteError]:
        self.described += symbols
        await asyncio.sleep(self._seconds)
        unknown = SymbolNotFoundError("unknown")
        return {symbol: self._fundamentals.get(symbol, unknown) for symbol in symbols}

    async def exchange_rate(self, base: str, quote: str) -> Answer[ExchangeRate]:
        if base not in self._rates:
            raise NotFoundError("no rate")
        return answer(
            ExchangeRate(
                source=self._rates_of,
                as_of=NOW,
                fetched_at=NOW,
                base=base,
                quote=quote,
                rate=self._rates[base],
                date=date(2026, 11, 20),
            )
        )


class Grouping(FakeSource):
    """A source that has a group of peers, without figures."""

    def __init__(self, *symbols: str, reason: str | None = None) -> None:
        super().__init__("sec_edgar", kinds=("peers",))
        self._peers = tuple(
            Peer(symbol=symbol, name=None, market_cap=None, currency=None) for symbol in symbols
        )
        self._reason = reason

    async def peers(self, symbol: str) -> Peers:
        return Peers(
            source="sec_edgar",
            as_of=None,
            fetched_at=NOW,
            symbol=symbol,
            industry="Semiconductors",
            sic="3674",
            peers=self._peers,
            reason=self._reason,
        )


def comparison(source: FakeSource, data: Figures, deadline: float = 5.0) -> PeerComparison:
    settings = market_settings("sec_edgar", contact="Example ops@example.com")
    return PeerComparison(SourceChain([source], settings), data, deadline)


async def test_peers_are_ordered_by_market_value_with_figures() -> None:
    data = Figures(
        {"OWN": quote("OWN", 50), "A": quote("A", 10), "B": quote("B", 30)},
        {"A": figures("A"), "B": figures("B", revenue=None)},
    )
    found = await comparison(Grouping("A", "B"), data).find("OWN")
    first, second = found.value.peers
    assert [(peer.symbol, peer.market_cap, peer.revenue) for peer in (first, second)] == [
        ("B", 30, None),
        ("A", 10, 200),
    ]
    assert (second.revenue_growth, second.operating_margin, second.net_margin) == (6.1, 31.17, 24.0)
    assert (second.trailing_pe, second.name, second.currency) == (30.5, "A Inc.", "USD")
    assert not found.is_placeholder


async def test_amounts_in_another_currency_are_converted_before_they_are_ordered() -> None:
    data = Figures(
        {"OWN": quote("OWN", 50), "A": quote("A", 20), "T": quote("T", 320, "TWD")},
        {"A": figures("A"), "T": figures("T", 3200, "TWD")},
        rates={"TWD": 0.03125},
    )
    (first, second) = (await comparison(Grouping("T", "A"), data).find("OWN")).value.peers
    assert [first.symbol, second.symbol] == ["A", "T"]
    assert (second.market_cap, second.revenue, second.currency) == (10, 100, "USD")
    assert second.converted_from == Conversion(currency="TWD", rate=0.03125, date=date(2026, 11, 20))
    assert first.converted_from is None


async def test_sample_data_are_no_figures_of_real_companies() -> None:
    made_up = {"source": "sample"}
    data = Figures(
        {"OWN": quote("OWN", 50), "A": quote("A", 20), "B": quote("B", 900).model_copy(update=made_up)},
        {"A": figures("A").model_copy(update=made_up), "B": figures("B")},
    )
    found = await comparison(Grouping("A", "B"), data).find("OWN")
    first, second = found.value.peers
    assert [(one.symbol, one.market_cap, one.revenue) for one in (first, second)] == [
        ("A", 20, None),
        ("B", None, 200),
    ]
    # Soon asked for again.
    assert found.is_placeholder


async def test_rate_of_the_sample_data_converts_no_real_amount() -> None:
    data = Figures(
        {"OWN": quote("OWN", 50), "T": quote("T", 320, "TWD")},
        {"T": figures("T")},
        {"TWD": 0.03},
        rates_of="sample",
    )
    (peer,) = (await comparison(Grouping("T"), data).find("OWN")).value.peers
    assert (peer.market_cap, peer.converted_from) == (None, None)


async def test_without_a_rate_amounts_are_withheld() -> None:
    data = Figures({"OWN": quote("OWN", 50), "T": quote("T", 320, "TWD")}, {"T": figures("T", 3200, "TWD")})
    (peer,) = (await comparison(Grouping("T"), data).find("OWN")).value.peers
    assert (peer.market_cap, peer.revenue, peer.currency, peer.converted_from) == (None, None, "TWD", None)
    assert peer.operating_margin == 31.17


async def test_peers_of_unknown_size_come_last() -> None:
    data = Figures({"OWN": quote("OWN", 50), "B": quote("B", 1)}, {})
    found = await comparison(Grouping("A", "B"), data).find("OWN")
    assert [peer.symbol for peer in found.value.peers] == ["B", "A"]


async def test_only_the_largest_are_described() -> None:
    symbols = [f"S{number}" for number in range(25)]
    data = Figures({symbol: quote(symbol, number) for number, symbol in enumerate(symbols)}, {})
    found = await comparison(Grouping(*symbols), data).find("OWN")
    assert [peer.symbol for peer in found.value.peers] == symbols[::-1][:MAX_PEERS]
    assert len(data.described) == MAX_PEERS


async def test_of_a_group_with_figures_the_largest_are_kept() -> None:
    source = Grouping()
    source._peers = tuple(
        Peer(symbol=f"P{size}", name=None, market_cap=size, currency="USD", revenue=1) for size in range(20)
    )
    found = await comparison(source, Figures({}, {})).find("OWN")
    assert [peer.market_cap for peer in found.value.peers] == list(range(19, 19 - MAX_PEERS, -1))


async def test_answer_with_figures_that_failed_is_soon_asked_for_again() -> None:
    down = UpstreamUnavailableError("down")
    data = Figures(
        {"OWN": quote("OWN", 9), "A": quote("A", 2), "B": quote("B", 1)}, {"A": down, "B": figures("B")}
    )
    found = await comparison(Grouping("A", "B"), data).find("OWN")
    assert [(peer.symbol, peer.revenue) for peer in found.value.peers] == [("A", None), ("B", 200)]
    assert found.is_placeholder


async def test_answer_without_quotes_is_soon_asked_for_again() -> None:
    known = {"A": figures("A")}
    unknown = await comparison(Grouping("A"), Figures({}, known)).find("OWN")
    failed = await comparison(Grouping("A"), Figures({}, known, quotes_fail=True)).find("OWN")
    assert (unknown.is_placeholder, failed.is_placeholder) == (False, True)
    # Without any quote the currency of the answer is unknown: amounts are withheld, ratios are not.
    (peer,) = failed.value.peers
    assert (peer.revenue, peer.operating_margin) == (None, 31.17)


async def test_slow_figures_are_left_out() -> None:
    data = Figures({"OWN": quote("OWN", 9), "A": quote("A", 2)}, {"A": figures("A")}, seconds=60.0)
    found = await comparison(Grouping("A"), data, deadline=5.0).find("OWN")
    assert (found.value.peers[0].market_cap, found.value.peers[0].revenue) == (2, None)
    assert found.is_placeholder


async def test_no_group_keeps_its_reason() -> None:
    found = await comparison(
        Grouping(reason="the SEC gives the company no industry code"), Figures({}, {})
    ).find("OWN")
    assert (found.value.peers, found.value.reason) == ((), "the SEC gives the company no industry code")
