"""What answers cost, by the price table of the configuration."""

import logging
from collections.abc import Sequence
from typing import Final

from shared.config.settings import ModelPrice
from shared.llm.base_model_client import Usage
from shared.llm.model_end_dates import VERSION_SUFFIX

_MAX_SAID: Final = 100

_log = logging.getLogger(__name__)


class PriceTable:
    """Prices by model.

    Args:
        prices: Of each model.
    """

    def __init__(self, prices: Sequence[ModelPrice]) -> None:
        self._prices = {price.model: price for price in prices}
        self._said: set[str] = set()

    def cost(self, model: str, usage: Usage) -> float | None:
        """US dollars; None where the price or the tokens are not known. An unknown price is said once.

        Args:
            model: As the answer names it, with or without a date.
            usage: Tokens spent. Tokens that the provider had cached count in full, so that the sum is never
                too low.
        """
        if usage.total_tokens == 0:
            return None
        price = self._prices.get(model) or self._prices.get(VERSION_SUFFIX.sub("", model))
        if price is None:
            self._say_once(model)
            return None
        return (usage.prompt_tokens * price.input + usage.completion_tokens * price.output) / 1_000_000

    def _say_once(self, model: str) -> None:
        # Clients choose models' names: what is remembered of them has a bound.
        if model not in self._said and len(self._said) < _MAX_SAID:
            self._said.add(model)
            _log.warning("what %s costs is not known: model.prices has no entry for it", model)
