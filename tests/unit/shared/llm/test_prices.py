"""The cost of answers."""

import logging

import pytest

from shared.config.loader import ConfigLoader
from shared.config.model_settings import ModelPrice
from shared.errors import ConfigurationError
from shared.llm.base_model_client import Usage
from shared.llm.prices import PriceTable

TABLE = PriceTable(
    [
        ModelPrice(model="gpt-4.1-mini", input=0.4, output=1.6),
        ModelPrice(model="grok-4", input=3, output=15),
    ]
)
USAGE = Usage(prompt_tokens=10_000, completion_tokens=500)


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-4.1-mini", 0.0048),
        ("gpt-4.1-mini-2025-04-14", 0.0048),
        ("grok-4-0709", 0.0375),
    ],
)
def test_cost_is_tokens_times_price(model: str, dollars: float) -> None:
    assert TABLE.cost(model, USAGE) == pytest.approx(dollars)


def test_unreported_tokens_have_no_cost() -> None:
    assert TABLE.cost("gpt-4.1-mini", Usage()) is None


def test_an_unknown_price_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    table = PriceTable([])
    with caplog.at_level(logging.WARNING):
        assert [table.cost("gpt-9", USAGE) for _ in range(3)] == [None, None, None]
    assert [record.getMessage() for record in caplog.records] == [
        "model price unknown: gpt-9: add it to model.prices"
    ]


def test_the_models_of_the_configuration_have_prices() -> None:
    settings = ConfigLoader(environ={}).load_config().model
    table = PriceTable(settings.prices)
    assert all(table.cost(model, USAGE) for model in (settings.openai.model, settings.grok.model))


def test_a_price_can_be_given_by_variable() -> None:
    settings = ConfigLoader(environ={"MODEL_PRICES": "ours=0.5/2, gpt-5=1.25/10"}).load_config()
    assert settings.model.prices == (
        ModelPrice(model="ours", input=0.5, output=2),
        ModelPrice(model="gpt-5", input=1.25, output=10),
    )


@pytest.mark.parametrize(
    "wrong", ["gpt-5", "gpt-5=1", "gpt-5=a/b", "gpt-5=-1/2", "=1/2", "gpt-5=1/2,gpt-5=1/3"]
)
def test_an_invalid_price_is_rejected(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match=r"model\.prices"):
        ConfigLoader(environ={"MODEL_PRICES": wrong}).load_config()
