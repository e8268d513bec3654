"""Reads Bicep files into what the checks ask of them: parameters, outputs, modules, resources, objects."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

_WRAPPERS = ("if_statement", "for_statement")


@dataclass(frozen=True)
class Parameter:
    """A parameter, with what its decorators say."""

    name: str
    kind: str
    default: Node | None
    decorators: dict[str, Node]

    @property
    def secure(self) -> bool:
        return "secure" in self.decorators

    def limits(self) -> tuple[list[object], int | None, int | None]:
        """Allowed values (empty: any), least and greatest number."""
        allowed = self.decorators.get("allowed")
        values = [plain(item) for item in allowed.named_children[0].named_children] if allowed else []
        least, most = (self._number(name) for name in ("minValue", "maxValue"))
        return values, least, most

    def _number(self, decorator: str) -> int | None:
        arguments = self.decorators.get(decorator)
        return int(text_of(arguments.named_children[0])) if arguments else None


@dataclass(frozen=True)
class Block:
    """A resource or module: its symbol, what it is (type or path), and its body."""

    symbol: str
    what: str
    body: Node
    existing: bool
    line: int


class BicepFile:
    """One file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = Parser(Language(tree_sitter_bicep.language())).parse(path.read_bytes()).root_node

    def syntax_errors(self) -> list[int]:
        """Lines with something that is no Bicep."""
        return [line_of(node) for node in walk(self.root) if node.type == "ERROR" or node.is_missing]

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        found = {}
        for decorators, node in self._decorated("parameter_declaration"):
            name, kind, *default = node.named_children
            found[text_of(name)] = Parameter(
                text_of(name), text_of(kind), default[0] if default else None, decorators
            )
        return found

    @cached_property
    def variables(self) -> dict[str, Node]:
        """The value of each variable."""
        nodes = [node for _, node in self._decorated("variable_declaration")]
        return {text_of(node.named_children[0]): node.named_children[-1] for node in nodes}

    @cached_property
    def outputs(self) -> dict[str, Node]:
        """The value of each output."""
        nodes = [node for _, node in self._decorated("output_declaration")]
        return {text_of(node.named_children[0]): node.named_children[-1] for node in nodes}

    @cached_property
    def modules(self) -> list[Block]:
        """The modules it uses."""
        return [self._block(node) for _, node in self._decorated("module_declaration")]

    @cached_property
    def resources(self) -> list[Block]:
        """The resources it declares, existing ones included."""
        return [self._block(node) for _, node in self._decorated("resource_declaration")]

    def names_used(self) -> set[str]:
        """Every identifier that stands for a value somewhere."""
        declared = {
            id(node.named_children[0]) for node in walk(self.root) if node.type.endswith("_declaration")
        }
        return {
            text_of(node)
            for node in walk(self.root)
            if node.type == "identifier" and id(node) not in declared and not _is_declared_name(node)
        }

    def _decorated(self, kind: str) -> Iterator[tuple[dict[str, Node], Node]]:
        decorators: dict[str, Node] = {}
        for node in self.root.named_children:
            if node.type == "decorators":
                calls = [child.named_children[0] for child in node.named_children]
                decorators = {text_of(call.named_children[0]): call.named_children[1] for call in calls}
                continue
            if node.type == kind:
                yield decorators, node
            if node.type != "comment":
                decorators = {}

    def _block(self, node: Node) -> Block:
        symbol, what, *_ = node.named_children
        body = node.named_children[-1]
        while body.type in _WRAPPERS:
            body = body.named_children[-1]
        existing = any(child.text == b"existing" for child in node.children)
        return Block(text_of(symbol), str(plain(what)), body, existing, line_of(node))


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def properties(node: Node) -> dict[str, Node]:
    """The properties of an object literal."""
    pairs = [child for child in node.named_children if child.type == "object_property"]
    return {str(plain(pair.named_children[0])): pair.named_children[-1] for pair in pairs}


def at(node: Node, path: str) -> Node | None:
    """The value at a dotted path of object literals, or None."""
    for name in path.split("."):
        found = properties(node).get(name)
        if found is None:
            return None
        node = found
    return node


def plain(node: Node | None) -> object:
    """The value of a literal; of anything else its source."""
    if node is None:
        return None
    source = text_of(node)
    if node.type == "string" and not any(child.type == "interpolation" for child in node.named_children):
        return source[1:-1].replace("\\'", "'")
    if node.type == "array":
        return [plain(child) for child in node.named_children]
    if node.type == "number":
        return int(source)
    return {"true": True, "false": False}.get(source, source)


def references(node: Node) -> set[str]:
    """Identifiers and properties that an expression mentions."""
    kinds = ("identifier", "property_identifier")
    return {text_of(child) for child in walk(node) if child.type in kinds}


def text_of(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode()


def line_of(node: Node) -> int:
    """The line it begins in, from 1."""
    return int(node.start_point[0]) + 1


def _is_declared_name(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    declares = parent.type.endswith("_declaration") or parent.type == "object_property"
    return declares and parent.named_children[0] == node
