"""Fakes of the dependencies of the reports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from shared.errors import ProblemError
from shared.errors.request_errors import SymbolNotFoundError
from shared.llm.base_model_client import Completion, GenerationRequest, Routed, TakeText, Usage
from tests.support.stock_data import FUNDAMENTALS, HISTORY, NEWS, QUOTE, TECHNICALS

_PIECE = 7
"""Characters of a model's answer that arrive together."""
NO_STATEMENTS = SymbolNotFoundError("No source has statements.")


@dataclass
class FakeMarketData:
    """Answers with the data it is given; an error in place of data is raised.

    Attributes:
        statements_answer: By kind of statement, or an error.
        company: Earnings, profile, peers, holders and filings by kind; None for a company without them.
        others: Quotes and histories of indexes and bonds by symbol; what is not here is not found.
    """

    quote_answer: Any = QUOTE
    technicals_answer: Any = TECHNICALS
    fundamentals_answer: Any = FUNDAMENTALS
    news_answer: Any = NEWS
    history_answer: Any = HISTORY
    statements_answer: Any = NO_STATEMENTS
    company: Any = None
    others: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def quote(self, symbol: str) -> Any:
        return self._answer("quote", self._of(symbol, self.quote_answer))

    async def technicals(self, _symbol: str, _period: str) -> Any:
        return self._answer("technicals", self.technicals_answer)

    async def history(self, request: Any) -> Any:
        return self._answer("history", self._of(request.symbol, self.history_answer))

    async def statements(self, request: Any) -> Any:
        found = self.statements_answer
        if isinstance(found, dict):
            quarterly = f"quarterly_{request.statement}"
            found = (
                found.get(quarterly, NO_STATEMENTS)
                if request.period == "quarterly"
                else found.get(request.statement, NO_STATEMENTS)
            )
        return self._answer("statements", found)

    async def earnings(self, _symbol: str) -> Any:
        return self._company("earnings")

    async def profile(self, _symbol: str) -> Any:
        return self._company("profile")

    async def peers(self, _symbol: str) -> Any:
        return self._company("peers")

    async def holders(self, _symbol: str) -> Any:
        return self._company("holders")

    async def filings(self, _symbol: str, *, limit: int) -> Any:
        assert limit > 0
        return self._company("filings")

    def _company(self, kind: str) -> Any:
        known = self.company or {}
        return self._answer(kind, known.get(kind, SymbolNotFoundError(f"No source has {kind}.")))

    async def fundamentals(self, _symbol: str) -> Any:
        return self._answer("fundamentals", self.fundamentals_answer)

    async def news(self, _symbol: str, _limit: int) -> Any:
        return self._answer("news", self.news_answer)

    def _of(self, symbol: str, answer: Any) -> Any:
        if not symbol.startswith("^") or symbol == getattr(self.quote_answer, "symbol", None):
            return answer
        return self.others.get(symbol, SymbolNotFoundError(f"No source knows {symbol}."))

    def _answer(self, kind: str, value: Any) -> Any:
        self.asked.append(kind)
        if isinstance(value, Exception):
            raise value
        return SimpleNamespace(value=value)


class FakeModels:
    """Answers with the given texts, one a call, piece by piece; an error in place of a text is raised."""

    def __init__(self, answers: Sequence[str | ProblemError]) -> None:
        self._answers = iter(answers)
        self.requests: list[GenerationRequest] = []

    async def generate(
        self,
        request: GenerationRequest,
        *,
        provider: str | None,
        model: str | None,
        begin: Callable[[], TakeText],
    ) -> tuple[Routed, Completion]:
        assert model is None
        self.requests.append(request)
        answer = next(self._answers)
        if isinstance(answer, ProblemError):
            raise answer
        take = begin()
        for at in range(0, len(answer), _PIECE):
            take(answer[at : at + _PIECE])
        routed = Routed(provider or "openai", "gpt-test")
        return routed, Completion(answer, "stop", Usage(100, 20), "gpt-test")
