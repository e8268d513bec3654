"""The façade for notebooks: arguments are checked, an empty span is an empty table."""

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

import pandas as pd
import pytest

from shared.cli.notebook import ConfigLoader, DataManager, StockAgent
from shared.errors.request_errors import InvalidRequestError


@pytest.fixture(scope="module")
def manager() -> Iterator[DataManager]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("APP_ENV", "local")
        patch.setenv("MARKET_DATA_SOURCES", "sample")
        manager = DataManager(ConfigLoader.load_config())
    yield manager
    manager.close()


def test_history_is_a_table_with_its_provenance(manager: DataManager) -> None:
    table = manager.history("aapl", "5d")
    assert list(table.columns) == ["open", "high", "low", "close", "adjusted_close", "volume"]
    assert (table.attrs["symbol"], table.attrs["source"]) == ("AAPL", "sample")


def test_span_without_a_session_is_an_empty_table(manager: DataManager) -> None:
    table = manager.history("AAPL", start=date(2026, 11, 21), end=date(2026, 11, 22))
    assert table.empty
    assert "close" in table.columns


def test_dates_may_be_text(manager: DataManager) -> None:
    text: Any = "2026-11-02"
    same = manager.history("AAPL", start=date(2026, 11, 2), end=date(2026, 11, 6))
    pd.testing.assert_frame_equal(manager.history("AAPL", start=text, end=date(2026, 11, 6)), same)


@pytest.mark.parametrize(
    ("method", "arguments", "said"),
    [
        ("history", ("AAPL", "9y"), "period must be one of"),
        ("statements", ("AAPL", "sales"), "statement must be one of"),
        ("quotes", ("AAPL",), "symbols must be a list"),
        ("quote", (5,), "symbol must be text"),
    ],
)
def test_wrong_arguments_are_named(
    manager: DataManager, method: str, arguments: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        getattr(manager, method)(*arguments)


def test_agent_checks_questions_and_types(manager: DataManager) -> None:
    agent = StockAgent(manager.session.app.settings, manager)
    with pytest.raises(InvalidRequestError, match="1 to 4000 characters"):
        agent.process_query(" ")
    with pytest.raises(InvalidRequestError, match="report_type must be one of"):
        agent.report("AAPL", cast(Any, "essay"))
    with pytest.raises(ValueError, match="another configuration"):
        StockAgent(ConfigLoader.load_config(), manager)


def test_closed_session_says_so() -> None:
    manager = DataManager(ConfigLoader.load_config())
    manager.close()
    with pytest.raises(RuntimeError, match="session is closed"):
        manager.quote("AAPL")
