"""The trees drawn in ``shared.errors`` and its modules are those that are there."""

import inspect
from types import ModuleType

import pytest

from shared import errors
from shared.errors import provider_errors, request_errors, service_errors


@pytest.mark.parametrize("module", [errors, request_errors, service_errors, provider_errors])
def test_docstring_draws_every_class_with_its_status_and_code(module: ModuleType) -> None:
    drawn = inspect.getdoc(module) or ""
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if not issubclass(kind, errors.AppError) or kind.__module__ != module.__name__:
            continue
        lines = [line for line in drawn.splitlines() if f" {name} " in f"{line} "]
        assert lines, f"{name} is not drawn"
        if issubclass(kind, errors.ProblemError) and hasattr(kind, "status"):
            assert f"{kind.status} {kind.code}" in lines[0]
