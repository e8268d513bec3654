"""Fakes of the dependencies of the agent."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from shared.chat.stock_agent import StockAgent
from shared.config.settings import Settings
from shared.data.documents import Carried, Conversation, Turn
from shared.data.migration.starter import read_starter_symbols
from shared.data.repositories import ReportPage
from shared.data.repositories.symbols_repository import normalise, search_terms
from shared.domain.caller import Owner
from shared.domain.market_data import History, HistoryRequest, SymbolInfo
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.llm.base_model_client import (
    Finished,
    GenerationRequest,
    Routed,
    RoutedStream,
    Usage,
    VisibleEvent,
)
from shared.runtime.clock import Clock
from tests.support.market import make_candles
from tests.support.mongo import local_settings
from tests.support.report_fakes import FakeMarketData
from tests.support.stock_data import NOW

END = Finished("stop", Usage(100, 20), "gpt-test")
Step = VisibleEvent | Exception | asyncio.Event
"""What a model does next: says something, fails, or waits."""


class FakeModels:
    """Plays one list of steps a round; a round that begins with an error is never opened."""

    def __init__(self, rounds: Sequence[Sequence[Step]], routed: Sequence[Routed] = ()) -> None:
        self._rounds = iter(rounds)
        self._routed = iter(routed)
        self.requests: list[GenerationRequest] = []
        self.asked: list[tuple[str | None, str | None]] = []
        self.ends: list[float | None] = []
        self.may_fall_back: list[bool] = []
        self.open = 0
        self.opened = asyncio.Event()

    async def open_stream(
        self,
        request: GenerationRequest,
        *,
        provider: str | None,
        model: str | None,
        ends: float | None = None,
        may_fall_back: bool = True,
    ) -> RoutedStream:
        self.requests.append(request)
        self.asked.append((provider, model))
        self.ends.append(ends)
        self.may_fall_back.append(may_fall_back)
        steps = next(self._rounds)
        if steps and isinstance(steps[0], Exception):
            raise steps[0]
        if steps and isinstance(steps[0], asyncio.Event):
            # As the factory does: a stream is open when its first event is there.
            self.opened.set()
            await steps[0].wait()
        return RoutedStream(next(self._routed, Routed("openai", "gpt-test")), self._play(steps))

    async def _play(self, steps: Sequence[Step]) -> AsyncGenerator[VisibleEvent]:
        self.open += 1
        self.opened.set()
        try:
            for step in steps:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
        finally:
            self.open -= 1


@dataclass
class FakeConversations:
    """Remembers in a list what belongs to ``owner``; without one, to the first caller."""

    kept: list[Turn] = field(default_factory=list)
    summary: str | None = None
    locked: bool = False
    away: bool = False
    full: Exception | None = None
    owner: str | None = "alice"
    token: str = ""
    title: str | None = None
    statements: tuple[str, ...] = ()
    facts: tuple[Mapping[str, Any], ...] = ()
    remaining: float = 7.5
    stored: asyncio.Event = field(default_factory=asyncio.Event)

    async def try_lock(
        self, _id: str, owner: str, token: str, _seconds: float, *, create: bool = True
    ) -> bool:
        assert create
        self._check()
        self.owner = self.owner or owner
        if owner != self.owner:
            raise NotFoundError("There is no such conversation.")
        if self.locked:
            return False
        self.locked, self.token = True, token
        return True

    async def lock_remaining(self, _id: str) -> float:
        self._check()
        return self.remaining

    async def renew_lock(self, _id: str, token: str, _seconds: float) -> bool:
        self._check()
        return token == self.token

    async def unlock(self, _id: str, _token: str) -> None:
        self._check()
        self.locked = False

    async def load(self, conversation_id: str, owner: str) -> Conversation | None:
        self._check()
        if not self.kept:
            return None
        return Conversation(
            conversation_id,
            owner,
            tuple(self.kept),
            self.summary,
            NOW,
            statements=self.statements,
            facts=self.facts,
        )

    async def append(
        self,
        _id: str,
        _owner: str,
        turns: Sequence[Turn],
        *,
        token: str,
        max_turns: int,
        carried: Carried,
    ) -> bool:
        await asyncio.sleep(0)
        self._check()
        if self.full is not None:
            raise self.full
        if token != self.token:
            return False
        self.title = carried.title or self.title
        self.statements = tuple(carried.statements or self.statements)
        self.facts = tuple(carried.facts or self.facts)
        self.kept = [*self.kept, *turns][-max_turns:]
        self.summary = carried.summary or self.summary
        self.stored.set()
        return True

    def _check(self) -> None:
        if self.away:
            raise DependencyUnavailableError("MongoDB is unavailable")


@dataclass
class FakeReports:
    """Has one report, or none."""

    summary: dict[str, Any] | None = None
    owners: list[Owner] = field(default_factory=list)

    async def list(self, owner: Owner, *_: object) -> ReportPage:
        self.owners.append(owner)
        return ReportPage((self.summary,) if self.summary else (), None)


class StarterSymbols:
    """Knows the symbols that every database begins with, and finds them as the repository does."""

    def __init__(self) -> None:
        self._infos = {info.symbol: info for info in read_starter_symbols()}
        self.away = False
        self.searched: list[str] = []

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        self._check()
        self.searched.append(query)
        words = normalise(query)
        found = [
            info
            for info in self._infos.values()
            if info.symbol.startswith(query.upper())
            or any(term.startswith(words) for term in search_terms(info))
        ]
        return sorted(found, key=lambda info: len(info.name or ""))[:limit]

    def _check(self) -> None:
        if self.away:
            raise DependencyUnavailableError("MongoDB is unavailable")


@dataclass
class FakeChatData(FakeMarketData):
    """Market data that has histories, and finds symbols, too."""

    matches: tuple[SymbolInfo, ...] = ()
    searched: list[str] = field(default_factory=list)
    hangs: bool = False

    async def history(self, request: HistoryRequest) -> Any:
        history = History(
            source="yahoo",
            as_of=NOW,
            fetched_at=NOW,
            symbol=request.symbol,
            currency="USD",
            period=request.period,
            interval=request.interval,
            adjustment="split",
            candles=make_candles([200.0 + day for day in range(100)]),
        )
        return self._answer("history", history)

    async def search(self, query: str, _limit: int) -> list[SymbolInfo]:
        self.searched.append(query)
        return list(self.matches)

    async def technicals(self, symbol: str, period: str) -> Any:
        if self.hangs:
            await asyncio.Event().wait()
        return await super().technicals(symbol, period)


def chat_settings(**sections: dict[str, Any]) -> Settings:
    """The settings of a local run, with some keys changed."""
    return local_settings(**sections)


def fake_agent(
    models: FakeModels,
    conversations: FakeConversations | None = None,
    market_data: FakeMarketData | None = None,
    reports: FakeReports | None = None,
    settings: Settings | None = None,
    clock: Clock = lambda: NOW,
) -> StockAgent:
    """An agent with fakes as dependencies."""
    stores = SimpleNamespace(
        conversations=conversations or FakeConversations(),
        symbols=StarterSymbols(),
        reports=reports or FakeReports(),
    )
    return StockAgent(
        cast(Any, market_data or FakeChatData()),
        cast(Any, models),
        cast(Any, stores),
        settings or chat_settings(),
        clock,
    )
