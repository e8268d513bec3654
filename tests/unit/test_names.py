"""One name has one meaning: modules, classes and named types of the project have distinct names."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.host import REPOSITORY

FOLDERS = ("functions", "shared", "infra")
PROVIDERS = "shared/market/providers/"
PROVIDER_FILES = frozenset({"client", "errors", "mapping", "provider"})
"""Each folder of a data source has these."""

FACADE = Path("shared/cli/notebook.py")
"""Its classes have the names of the services that they call, as users of notebooks expect."""


def modules() -> Iterator[Path]:
    """The modules of the project, relative to its root."""
    yield Path("function_app.py")
    for folder in FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            if path.name not in {"__init__.py", "__main__.py"}:
                yield path.relative_to(REPOSITORY)


def repeated(places: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The names of more than one thing."""
    return {name: where for name, where in places.items() if len(where) > 1}


def types(module: Path) -> Iterator[str]:
    """The classes and named types that a module defines; type variables are none."""
    for node in ast.parse((REPOSITORY / module).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            call = isinstance(node.value, ast.Call)
            if name[0].isupper() and not name.isupper() and not call:
                yield name


def test_modules_have_distinct_names() -> None:
    places = defaultdict(list)
    for module in modules():
        if not (module.as_posix().startswith(PROVIDERS) and module.stem in PROVIDER_FILES):
            places[module.stem].append(module.as_posix())
    assert repeated(places) == {}


def test_classes_and_types_have_distinct_names() -> None:
    places = defaultdict(list)
    for module in modules():
        for name in types(module) if module != FACADE else ():
            # A private class that is called like a public one, or like another one, is mistaken for it.
            places[name.lstrip("_")].append(module.as_posix())
    assert len(places) > 400
    assert repeated(places) == {}
