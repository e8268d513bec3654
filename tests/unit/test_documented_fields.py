"""Every field of the log lines is documented for the people who read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "operations.md"


def _fields(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "annotate":
            yield from (keyword.arg for keyword in node.keywords if keyword.arg is not None)


def test_fields_of_log_lines_are_documented() -> None:
    paths = (path for folder in ("shared", "functions") for path in (ROOT / folder).rglob("*.py"))
    fields = {field for path in paths for field in _fields(path)}
    document = DOCUMENT.read_text(encoding="utf-8")
    assert fields
    assert sorted(field for field in fields if f"`app.{field}`" not in document) == []
