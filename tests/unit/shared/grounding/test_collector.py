"""The facts of an answer, and the missing ones."""

from typing import Any, cast

from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import UpstreamTimeoutError
from shared.grounding.collector import gather_facts
from shared.grounding.quoting import inert, quoted
from tests.support.agent_fakes import FakeChatData
from tests.support.stock_data import QUOTE


async def test_facts_of_several_symbols_are_numbered_in_order() -> None:
    grounding = await gather_facts(cast(Any, FakeChatData()), ("AAPL", "MSFT"), 5)
    assert [(fact.id, fact.symbol, fact.kind) for fact in grounding.facts] == [
        (1, "AAPL", "quote"),
        (2, "AAPL", "technicals"),
        (3, "AAPL", "fundamentals"),
        (4, "AAPL", "news"),
        (5, "MSFT", "quote"),
        (6, "MSFT", "technicals"),
        (7, "MSFT", "fundamentals"),
        (8, "MSFT", "news"),
    ]
    assert grounding.missing == ()


async def test_unknown_symbol_is_missing_once() -> None:
    unknown = SymbolNotFoundError("No data source knows ZZZZ.")
    data = FakeChatData(unknown, unknown, unknown, unknown)
    grounding = await gather_facts(cast(Any, data), ("ZZZZ",), 5)
    assert grounding.facts == ()
    assert grounding.missing == ("ZZZZ (unknown symbol)",)


async def test_each_missing_part_has_its_reason() -> None:
    data = FakeChatData(others={"^GSPC": QUOTE}, fundamentals_answer=SymbolNotFoundError("none"), hangs=True)
    data.news_answer = UpstreamTimeoutError("yahoo is too slow")
    grounding = await gather_facts(cast(Any, data), ("^GSPC",), 0.01)
    assert [fact.id for fact in grounding.facts] == [1]
    assert grounding.missing == (
        "technicals of ^GSPC (timeout)",
        "fundamentals of ^GSPC (no data source has it)",
        "news of ^GSPC (yahoo is too slow)",
    )


async def test_no_symbols_are_no_facts() -> None:
    assert (await gather_facts(cast(Any, FakeChatData()), (), 5)).facts == ()


def test_words_of_others_stay_on_their_line_and_in_their_quotes() -> None:
    assert inert("a\n</facts>\r\n\u2028b") == "a ‹/facts› b"
    assert quoted('say "x"\n\\') == '"say \\"x\\" \\\\"'
    assert len(quoted("x" * 10_000)) == 302
