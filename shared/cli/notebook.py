"""The services for notebooks and the REPL, without ``await``.

::

    from shared.cli.notebook import ConfigLoader, DataManager, StockAgent

    cfg = ConfigLoader.load_config()
    dm = DataManager(cfg)
    agent = StockAgent(cfg, dm)
    for chunk in agent.process_query_streaming("Latest news on AAPL"):
        print(chunk, end="")

The classes have the names of the services that they call.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

import pandas as pd
from pydantic import ValidationError, validate_call

from shared.chat.chat_events import ChunkEvent
from shared.chat.chat_frames import ChatAnswer
from shared.chat.query import ChatQuery, question_text
from shared.cli.service_session import OWNER, ServiceSession, load_settings
from shared.config.settings import Settings
from shared.domain.company import Earnings, Filings, Peers, Profile
from shared.domain.market_data import Candle, Fundamentals, News, Quote
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.symbols import normalise_symbol
from shared.domain.technicals import Technicals
from shared.domain.terms import Interval, Period, StatementFrequency, StatementKind
from shared.http.parameters import request_error
from shared.reports.report import Report
from shared.reports.request import ReportRequest, ReportType, TimeHorizon

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["ConfigLoader", "DataManager", "StockAgent"]


def _checked(method: Callable[P, T]) -> Callable[P, T]:
    """Checks the arguments of a method against its annotations; a wrong one is an ``InvalidRequestError``."""
    validated: Callable[..., T] = validate_call(method)
    parameters = signature(method)

    @wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        # By name: the error of a positional argument would have its number.
        arguments = parameters.bind(*args, **kwargs).arguments
        try:
            return validated(**arguments)
        except ValidationError as error:
            raise request_error(error) from None

    return checked


class ConfigLoader:
    """Reads the configuration."""

    @staticmethod
    def load_config() -> Settings:
        """Returns the settings; see ``shared.cli.service_session.load_settings``.

        Raises:
            ConfigurationError: The configuration is invalid.
        """
        return load_settings()


class DataManager:
    """Serves market data; every answer has its provenance. Its methods raise the errors of the service.

    Args:
        cfg: The settings.
    """

    def __init__(self, cfg: Settings) -> None:
        self.session = ServiceSession(cfg)

    @_checked
    def quote(self, symbol: str) -> Quote:
        """Returns the quote of one symbol."""
        return self.session.run(lambda app: app.market_data.quote(symbol)).value

    @_checked
    def quotes(self, symbols: Sequence[str]) -> list[Quote]:
        """Returns the quotes of the symbols that a source knows, in their order."""
        result = self.session.run(lambda app: app.market_data.quotes(symbols))
        return [answer.value for answer in result.answers]

    @_checked
    def history(
        self,
        symbol: str,
        period: Period | None = None,
        interval: Interval = "1d",
        *,
        start: date | None = None,
        end: date | None = None,
    ) -> pd.DataFrame:
        """Returns the candles as a table, oldest first, indexed by their moments in UTC.

        Dates may be given as text (``2026-11-28``). A span without a session is an empty table.
        The attributes of the table (``attrs``) are the other fields of the history.
        """
        from shared.market.analysis.periods import history_request

        app = self.session.app
        request = history_request(
            normalise_symbol(symbol), period=period, interval=interval, start=start, end=end, now=app.clock()
        )
        history = self.session.run(lambda app: app.market_data.history(request)).value
        rows = [candle.model_dump() for candle in history.candles]
        table = pd.DataFrame(rows, columns=list(Candle.model_fields)).set_index("timestamp")
        table.attrs = history.model_dump(mode="json", exclude={"candles"})
        return table

    @_checked
    def technicals(self, symbol: str, period: Period = "1y") -> Technicals:
        """Returns the technical figures and signals."""
        return self.session.run(lambda app: app.market_data.technicals(symbol, period)).value

    @_checked
    def fundamentals(self, symbol: str) -> Fundamentals:
        """Returns valuation, profitability, growth, balance sheet, dividend and analyst view."""
        return self.session.run(lambda app: app.market_data.fundamentals(symbol)).value

    @_checked
    def statements(
        self,
        symbol: str,
        statement: StatementKind = "income",
        period: StatementFrequency = "annual",
        limit: int = 5,
    ) -> Statements:
        """Returns one financial statement over several periods, newest first."""
        request = StatementsRequest(
            symbol=normalise_symbol(symbol), statement=statement, period=period, limit=limit
        )
        return self.session.run(lambda app: app.market_data.statements(request)).value

    @_checked
    def profile(self, symbol: str) -> Profile:
        """Returns what a company is and does."""
        return self.session.run(lambda app: app.market_data.profile(symbol)).value

    @_checked
    def earnings(self, symbol: str) -> Earnings:
        """Returns past, next and expected earnings."""
        return self.session.run(lambda app: app.market_data.earnings(symbol)).value

    @_checked
    def peers(self, symbol: str) -> Peers:
        """Returns companies of the same industry."""
        return self.session.run(lambda app: app.market_data.peers(symbol)).value

    @_checked
    def filings(self, symbol: str, form: str | None = None) -> Filings:
        """Returns filings with the SEC, newest first."""
        return self.session.run(lambda app: app.market_data.filings(symbol, form)).value

    @_checked
    def news(self, symbol: str, limit: int = 10) -> News:
        """Returns articles, newest first."""
        return self.session.run(lambda app: app.market_data.news(symbol, limit)).value

    def close(self) -> None:
        """Closes the services; the end of the process does it, too."""
        self.session.close()


class StockAgent:
    """Answers questions and writes reports.

    Args:
        cfg: The settings.
        dm: The market data, whose session is used.
    """

    def __init__(self, cfg: Settings, dm: DataManager) -> None:
        if dm.session.app.settings is not cfg:
            raise ValueError("dm was made with another configuration")
        self._session = dm.session

    @_checked
    def process_query(self, message: str, *, conversation_id: str | None = None) -> ChatAnswer:
        """Returns a whole answer."""
        query = ChatQuery(question_text(message), OWNER, conversation_id=conversation_id)
        return self._session.run(lambda app: app.agent.process_query(query))

    @_checked
    def process_query_streaming(self, message: str, *, conversation_id: str | None = None) -> Iterator[str]:
        """Yields the text of an answer as it is written."""
        query = ChatQuery(question_text(message), OWNER, conversation_id=conversation_id)
        for event in self._session.iterate(lambda app: app.agent.process_query_streaming(query)):
            if isinstance(event, ChunkEvent):
                yield event.text

    @_checked
    def report(
        self,
        symbol: str,
        report_type: ReportType = "comprehensive_analysis",
        time_horizon: TimeHorizon = "medium_term",
    ) -> Report:
        """Returns a research report; a fresh one is reused."""
        request = ReportRequest(normalise_symbol(symbol), report_type, time_horizon)
        stored = self._session.run(lambda app: app.reports.start(request).result())
        return Report.model_validate_json(stored.body)
