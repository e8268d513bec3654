"""What a question is about."""

from collections.abc import Sequence

import pytest

from shared.agent.symbol_finder import MAX_SYMBOLS, SymbolFinder
from shared.errors import DependencyUnavailableError
from shared.market.models import SymbolInfo

_NAMES = {
    "AAPL": ("Apple Inc.", "Apple"),
    "MSFT": ("Microsoft Corporation", "Microsoft"),
    "BRK-B": ("Berkshire Hathaway Inc.", "Berkshire"),
    "BAC": ("Bank of America Corporation", "Bank of America"),
    "TGT": ("Target Corporation", "Target"),
    "VOD.L": ("Vodafone Group", "Vodafone"),
    "^GSPC": ("S&P 500", "S&P 500"),
    "F": ("Ford Motor Company", "Ford"),
}


class FakeSymbols:
    """Knows a few symbols."""

    def __init__(self) -> None:
        self.away = False

    async def get_many(self, symbols: Sequence[str]) -> list[SymbolInfo]:
        self._check()
        return [_info(symbol) for symbol in symbols if symbol in _NAMES]

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        self._check()
        wanted = query.casefold()
        return [_info(one) for one, names in _NAMES.items() if names[1].casefold().startswith(wanted)][:limit]

    def _check(self) -> None:
        if self.away:
            raise DependencyUnavailableError("MongoDB is away")


def _info(symbol: str) -> SymbolInfo:
    name, alias = _NAMES[symbol]
    return SymbolInfo(
        symbol=symbol,
        name=name,
        asset_type="equity",
        exchange=None,
        country=None,
        currency="USD",
        sector=None,
        aliases=(alias,),
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("How is AAPL doing?", ("AAPL",)),
        ("What about $aapl and MSFT?", ("AAPL", "MSFT")),
        ("Is BRK.B cheap?", ("BRK-B",)),
        ("Is $BRK.B cheap?", ("BRK-B",)),
        ("Compare Apple with Microsoft", ("AAPL", "MSFT")),
        ("Tell me of Apple's margins", ("AAPL",)),
        ("Should I buy Bank of America?", ("BAC",)),
        ("how is apple doing?", ("AAPL",)),
        ("What is the target price of AAPL?", ("AAPL",)),
        ("Was VOD.L down today?", ("VOD.L",)),
        ("Where is ^GSPC?", ("^GSPC",)),
        ("What does the CEO think of a USD ETF? I hold A and AI.", ()),
        ("what is a good target?", ()),
        ("Is ZZZZ a thing?", ()),
        ("Is $ZZZZ a thing?", ("ZZZZ",)),
        ("It costs $5 and $1.50.", ()),
        ("F or AAPL?", ("F", "AAPL")),
        ("", ()),
    ],
)
async def test_symbols_of_a_question(message: str, expected: tuple[str, ...]) -> None:
    assert await SymbolFinder(FakeSymbols()).find(message) == expected


async def test_given_symbols_come_first_and_there_is_a_bound() -> None:
    given = [f"S{number}" for number in range(9)]
    assert await SymbolFinder(FakeSymbols()).find("AAPL", given) == tuple(given[:MAX_SYMBOLS])


async def test_without_the_store_explicit_symbols_are_left() -> None:
    known = FakeSymbols()
    known.away = True
    assert await SymbolFinder(known).find("$AAPL and MSFT") == ("AAPL",)
