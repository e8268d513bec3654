"""The models that a request may name."""

import pytest

from shared.errors.request_errors import ModelNotAllowedError
from shared.llm.allowed_models import AllowedModels


def refused(models: AllowedModels, *names: str) -> list[str]:
    found = []
    for name in names:
        try:
            models.check(name)
        except ModelNotAllowedError:
            found.append(name)
    return found


def test_by_default_configured_and_priced_models_are_allowed() -> None:
    models = AllowedModels(["our-own"], ["gpt-4.1", "gpt-4.1-mini"])
    assert refused(models, "our-own", "gpt-4.1", "gpt-4.1-mini-2025-04-14", "o9") == ["o9"]


def test_list_replaces_the_priced_models_but_not_the_configured_ones() -> None:
    models = AllowedModels(["our-own"], ["gpt-4.1"], ["o9"])
    assert refused(models, "our-own", "o9", "gpt-4.1") == ["gpt-4.1"]


def test_star_allows_every_model() -> None:
    assert refused(AllowedModels([], [], ["*"]), "anything") == []


def test_refusal_lists_what_is_allowed() -> None:
    with pytest.raises(ModelNotAllowedError, match=r"Allowed: a, b\.") as error:
        AllowedModels(["b"], ["a"]).check("c")
    assert [field.field for field in error.value.errors] == ["model"]
    with pytest.raises(ModelNotAllowedError, match=r"Allowed: none\."):
        AllowedModels([], []).check("c")
