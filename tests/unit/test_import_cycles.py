"""Each module can be imported first: no imports at module level form a cycle."""

import ast
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from tests.support.host import REPOSITORY

PACKAGES = ("functions", "infra", "shared")


def sources() -> dict[str, ast.Module]:
    """Returns the modules by name; a package has the name of its folder."""
    found = {}
    for package in PACKAGES:
        for file in (REPOSITORY / package).rglob("*.py"):
            parts = file.relative_to(REPOSITORY).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(file.read_text("utf-8"))
    return found


def imports_at_module_level(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yields the names that a module imports when it is imported itself, also those of attributes."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Try):
            yield from imports_at_module_level(node.body)


def with_parents(name: str) -> Iterator[str]:
    """Yields a module and the packages that are imported before it."""
    parts = name.split(".")
    yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def test_no_imports_form_a_cycle() -> None:
    modules = sources()
    graph = {
        name: {
            needed
            for imported in imports_at_module_level(tree.body)
            for needed in with_parents(imported)
            # The packages of the module itself are being imported already.
            if needed in modules and not f"{name}.".startswith(f"{needed}.")
        }
        for name, tree in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(f"modules import each other: {' -> '.join(error.args[1])}") from None
