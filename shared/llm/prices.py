"""Prices of answers, from the price table of the configuration."""

import logging
from collections.abc import Sequence
from typing import Final

from shared.config.model_settings import ModelPrice
from shared.llm.base_model_client import Usage
from shared.llm.model_end_dates import VERSION_SUFFIX

_MAX_WARNINGS: Final = 100

_log = logging.getLogger(__name__)


class PriceTable:
    """Prices by model.

    Args:
        prices: Price of each listed model.
    """

    def __init__(self, prices: Sequence[ModelPrice]) -> None:
        self._prices = {price.model: price for price in prices}
        self._warned: set[str] = set()

    @property
    def models(self) -> frozenset[str]:
        """Names of the listed models."""
        return frozenset(self._prices)

    def cost(self, model: str, usage: Usage) -> float | None:
        """Returns the cost of an answer in US dollars; None where the price or the tokens are not known.

        A model without a price is logged once.

        Args:
            model: Name of the model, with or without a date at its end.
            usage: Tokens of the answer. Tokens that the provider had cached count in full, so that the cost
                is never too low.
        """
        if usage.total_tokens == 0 or usage.estimated:
            return None
        price = self._price(model)
        if price is None:
            self._warn_once(model)
            return None
        return _cost(price, usage)

    def charge(self, model: str, usage: Usage) -> float:
        """Returns the US dollars that an answer takes from the budget.

        A model without a price counts as the dearest listed model; without any price the charge is 0.

        Args:
            model: Name of the model, with or without a date at its end.
            usage: Tokens of the answer, reported or estimated.
        """
        price = self._price(model)
        prices = self._prices.values() if price is None else (price,)
        return max((_cost(price, usage) for price in prices), default=0.0)

    def _price(self, model: str) -> ModelPrice | None:
        return self._prices.get(model) or self._prices.get(VERSION_SUFFIX.sub("", model))

    def _warn_once(self, model: str) -> None:
        # Clients choose names of models, so the memory of them has a bound.
        if model not in self._warned and len(self._warned) < _MAX_WARNINGS:
            self._warned.add(model)
            _log.warning("model price unknown: %s: add it to model.prices", model)


def _cost(price: ModelPrice, usage: Usage) -> float:
    return (usage.prompt_tokens * price.input + usage.completion_tokens * price.output) / 1_000_000
