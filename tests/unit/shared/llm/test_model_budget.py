"""The daily budgets of tokens and dollars: every answer is counted, and none begins without budget."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.config.loader import ConfigLoader
from shared.config.model_settings import ModelPrice
from shared.errors.provider_errors import ProviderInterruptedError, ProviderRateLimitedError
from shared.errors.service_errors import ModelUnavailableError, ServiceError
from shared.limits.budget import Budgets
from shared.limits.limit import Limit
from shared.llm.base_model_client import (
    BaseModelClient,
    Capabilities,
    Finished,
    GenerationRequest,
    Message,
    ModelEvent,
    TextDelta,
    Usage,
)
from shared.llm.model_budget import ModelBudget
from shared.llm.model_factory import ModelClientFactory
from shared.llm.prices import PriceTable
from shared.redis.guard import RedisGuard
from shared.redis.shared_health import SharedHealth
from tests.support.redis_parts import KEYS, make_budgets

REQUEST = GenerationRequest((Message("user", "?" * 400),), temperature=0.2, max_tokens=100)


class Model(BaseModelClient):
    """Streams a hundred characters and its usage, unless it breaks off."""

    capabilities = Capabilities()

    def __init__(self, provider: str = "openai", *, breaks: bool = False, reports: bool = True) -> None:
        self.provider = provider
        self.model = "model"
        self.breaks = breaks
        self.usage = Usage(30, 20) if reports else Usage(100, 25, estimated=True)
        self.asked = 0

    async def generate_stream(self, _request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        self.asked += 1
        yield TextDelta("!" * 100)
        if self.breaks:
            raise ProviderInterruptedError(self.provider, "stopped")
        yield Finished("stop", self.usage, self.model)

    async def aclose(self) -> None:
        return


def budgets(server: FakeServer | None = None) -> Budgets:
    return make_budgets(EmbeddedRedis(server or FakeServer()))


def token_budget(counting: Budgets, per_day: int, **more: Any) -> ModelBudget:
    return ModelBudget(counting, per_day, 1_000, PriceTable([]), **more)


def dollar_budget(dollars: float) -> ModelBudget:
    prices = [
        ModelPrice(model="model", input=10_000, output=20_000),
        ModelPrice(model="dear", input=10_000, output=90_000),
    ]
    return ModelBudget(budgets(), 1_000_000, dollars, PriceTable(prices))


def factory(budget: ModelBudget, *models: Model) -> ModelClientFactory:
    settings = ConfigLoader(environ={}).load_config()
    return ModelClientFactory(
        settings, SharedHealth(None, KEYS), clients={one.provider: one for one in models}, budget=budget
    )


async def generate(models: ModelClientFactory) -> str:
    _, completion = await models.generate(REQUEST, provider="openai", model=None)
    return completion.text


async def test_no_model_is_called_when_the_days_tokens_are_used_up() -> None:
    openai, grok = Model(), Model("grok")
    models = factory(token_budget(budgets(), 100), openai, grok)
    await generate(models)
    await generate(models)
    with pytest.raises(ModelUnavailableError, match="the day's budget of tokens is used up") as caught:
        await generate(models)
    assert caught.value.retry_after == pytest.approx(86_400, abs=60)
    assert (openai.asked, grok.asked) == (2, 0)


async def test_offline_provider_needs_no_budget() -> None:
    budget = token_budget(budgets(), 50)
    models = factory(budget, Model(), Model("offline"))
    await generate(models)
    routed, _ = await models.generate(REQUEST, provider="openai", model=None)
    assert (routed.provider, routed.fallback_reason) == (
        "offline",
        "openai: the day's budget of tokens is used up",
    )


async def test_worker_reads_the_shared_budget_once_a_second() -> None:
    server, now = FakeServer(), 0.0
    budget = token_budget(budgets(server), 50, monotonic=lambda: now)
    await budget.check("openai")
    await token_budget(budgets(server), 50).spend("model", Usage(50))
    now = 0.9
    await budget.check("openai")
    now = 1.0
    for _ in range(2):
        with pytest.raises(ProviderRateLimitedError) as caught:
            await budget.check("openai")
        assert caught.value.retry_after == pytest.approx(86_400, abs=60)


class RecordingBudgets(Budgets):
    """Records expenses."""

    def __init__(self) -> None:
        super().__init__(RedisGuard(EmbeddedRedis(FakeServer())), KEYS)
        self.amounts: list[int] = []

    async def spend(self, budget: Limit, amount: int) -> None:
        self.amounts.append(amount)
        # As with a server: further answers end meanwhile.
        await asyncio.sleep(0)
        await super().spend(budget, amount)


@pytest.mark.parametrize(
    ("model", "dollars"),
    [("model", 0.7), ("model-2026-07-09", 0.7), ("unlisted", 2.1)],
    ids=["listed", "with a date", "as the dearest listed"],
)
async def test_no_model_is_called_when_the_days_dollars_are_used_up(model: str, dollars: float) -> None:
    openai = Model()
    openai.model = model
    models = factory(dollar_budget(dollars * 2), openai)
    for _ in range(2):
        await generate(models)
    with pytest.raises(ModelUnavailableError, match="the day's budget of dollars is used up"):
        await generate(models)
    assert openai.asked == 2
    models = factory(dollar_budget(dollars * 2 + 0.01), openai)
    for _ in range(3):
        await generate(models)


async def test_usage_is_estimated_where_the_server_reports_none() -> None:
    silent = Model(reports=False)
    models = factory(dollar_budget(2.9), silent)
    for _ in range(2):
        await generate(models)
    with pytest.raises(ModelUnavailableError):
        await generate(models)


async def test_expenses_of_the_same_moment_are_flushed_together() -> None:
    counted = RecordingBudgets()
    budget = token_budget(counted, 600)
    await asyncio.gather(*(budget.spend("model", Usage(tokens)) for tokens in (100, 200, 300)))
    assert counted.amounts == [100, 500]
    with pytest.raises(ProviderRateLimitedError):
        await budget.check("openai")


class Spent(ModelBudget):
    """Records spent tokens."""

    def __init__(self) -> None:
        super().__init__(budgets(), 10_000, 1_000, PriceTable([]))
        self.tokens: list[int] = []

    async def spend(self, model: str, usage: Usage) -> None:
        assert model == "model"
        self.tokens.append(usage.total_tokens)


@pytest.mark.parametrize(("read", "tokens"), [(1, 125), (2, 50)], ids=["left early", "read to its end"])
async def test_stream_is_counted_once_when_it_is_closed(read: int, tokens: int) -> None:
    budget = Spent()
    stream = await factory(budget, Model()).open_stream(REQUEST, provider="openai", model=None)
    events = aiter(stream.events)
    for _ in range(read):
        await anext(events)
    assert budget.tokens == []
    await stream.events.aclose()
    await stream.events.aclose()
    assert budget.tokens == [tokens]


async def test_interrupted_answer_is_counted() -> None:
    budget = Spent()
    with pytest.raises(ServiceError):
        await generate(factory(budget, Model(breaks=True)))
    assert budget.tokens == [125]
