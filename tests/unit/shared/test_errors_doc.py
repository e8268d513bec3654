"""The tree drawn in ``shared.errors`` is the tree that is there."""

import inspect

from shared import errors


def test_docstring_draws_every_class_with_its_status_and_code() -> None:
    drawn = inspect.getdoc(errors) or ""
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if not issubclass(kind, errors.AppError) or name == "ProblemError":
            continue
        lines = [line for line in drawn.splitlines() if f" {name} " in f"{line} "]
        assert lines, f"{name} is not drawn"
        if issubclass(kind, errors.ProblemError) and hasattr(kind, "status"):
            assert f"{kind.status} {kind.code}" in lines[0]
