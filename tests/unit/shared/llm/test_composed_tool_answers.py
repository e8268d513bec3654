"""What the offline model says of the facts of every tool: each figure is in the facts."""

import json
from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from shared.chat.tools import ToolBox
from shared.data.documents import Preferences
from shared.domain.caller import Owner
from shared.figures.checker import check_figures
from shared.grounding.collector import gather_facts
from shared.llm.base_model_client import ToolCall
from shared.llm.composed_answer import compose_answer
from shared.market.data_manager import DataManager
from tests.support.agent_fakes import FakeReports
from tests.support.stock_data import NOW


class Watchlists:
    """One watchlist for everyone."""

    async def get(self, _owner: str) -> Preferences:
        return Preferences(watchlist=("MSFT", "7203.T"))


async def unsupported(
    market: DataManager, symbol: str, tool: str, arguments: dict[str, str]
) -> Sequence[str]:
    """Returns the figures of the composed answer that the facts do not support."""
    facts = list((await gather_facts(market, (symbol,), 5)).facts)
    stores = SimpleNamespace(reports=FakeReports(), preferences=Watchlists())
    box = ToolBox(market, stores, Owner("me"), lambda: NOW, 5.0, facts)
    (result,) = await box.run(box.plan([ToolCall("c", tool, json.dumps(arguments))]))
    assert result.fact is not None
    check = check_figures(compose_answer(facts), facts, "How is it?")
    assert check.stated > 0
    return [f"{mark.text} | {mark.sentence}" for mark in (*check.unsupported, *check.misattributed)]


@pytest.mark.parametrize("symbol", ["AAPL", "SAP.DE", "7203.T"])
@pytest.mark.parametrize(
    ("tool", "more"),
    [
        ("get_earnings", {}),
        ("get_actions", {}),
        ("get_peers", {}),
        ("get_company", {}),
        ("get_history", {"period": "1y"}),
        ("get_price_on", {"day": "2026-10-23"}),
        ("get_statements", {"statement": "balance"}),
        ("get_statements", {"statement": "income"}),
        ("get_statements", {"statement": "cash_flow"}),
    ],
)
async def test_every_figure_of_a_composed_answer_is_supported(
    sample_market: DataManager, symbol: str, tool: str, more: dict[str, str]
) -> None:
    assert not await unsupported(sample_market, symbol, tool, {"symbol": symbol, **more})


async def test_watchlist_is_supported(sample_market: DataManager) -> None:
    assert not await unsupported(sample_market, "AAPL", "get_watchlist", {})


@pytest.mark.parametrize("symbol", ["AAPL", "SAP.DE", "7203.T", "0700.HK"])
async def test_figures_of_a_question_about_figures_are_supported(
    sample_market: DataManager, symbol: str
) -> None:
    facts = (await gather_facts(sample_market, (symbol,), 5)).facts
    answer = compose_answer(facts, kinds={"fundamentals"})
    assert "a return on equity of" in answer
    assert "a return on equity of" not in compose_answer(facts)
    check = check_figures(answer, facts, "What is the ROE?")
    assert (check.unsupported, check.misattributed) == ((), ())
