"""Decides which models a request may name."""

from collections.abc import Collection
from typing import Final

from shared.errors import FieldError
from shared.errors.request_errors import ModelNotAllowedError
from shared.llm.model_end_dates import VERSION_SUFFIX

ANY_MODEL: Final = "*"
_MAX_LISTED: Final = 30


class AllowedModels:
    """The models that a request may name.

    Args:
        configured: Models of the configured providers; they are always allowed.
        priced: Models with a known price; they are allowed unless ``listed`` says otherwise.
        listed: ``MODEL_ALLOWED_MODELS``; empty for the default, ``*`` for every model.
    """

    def __init__(
        self, configured: Collection[str], priced: Collection[str], listed: Collection[str] = ()
    ) -> None:
        self._any = ANY_MODEL in listed
        self._models = frozenset(configured) | frozenset(listed or priced)

    def check(self, model: str) -> None:
        """Admits a model.

        Args:
            model: Name of the model, with or without a date at its end.

        Raises:
            ModelNotAllowedError: The model is not allowed.
        """
        if self._any or model in self._models or VERSION_SUFFIX.sub("", model) in self._models:
            return
        names = ", ".join(sorted(self._models)[:_MAX_LISTED]) or "none"
        message = f"This model may not be requested here. Allowed: {names}."
        raise ModelNotAllowedError(message, errors=[FieldError("model", message)])
