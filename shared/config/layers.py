"""The layers that settings are made of: files and environment variables, each as values by key."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from shared.config.variables import Key, Variable
from shared.errors import ConfigurationError

OverrideMode = Literal["all", "secrets-only", "none"]


@dataclass(frozen=True)
class Value:
    """A value, not yet checked, and where it comes from."""

    raw: Any
    origin: str


Layer = dict[Key, Value]


class _UniqueKeyLoader(yaml.SafeLoader):
    """Safe YAML in which a key that stands twice is an error; the library would keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """See the base class."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"the key {key} stands twice", problem_mark=key_node.start_mark
                )
            seen.add(key if isinstance(key, str) else id(key_node))
        return super().construct_mapping(node, deep)


def read_file(path: Path, variables: tuple[Variable, ...], mistakes: list[str]) -> Layer:
    """The values of a YAML file.

    Args:
        path: The file.
        variables: What may stand in it.
        mistakes: Gets a sentence for everything else that does.

    Raises:
        ConfigurationError: It cannot be read, or is not YAML.
    """
    origin = f"{path.parent.name}/{path.name}"
    leaves = {variable.key for variable in variables}
    sections = {key[:length] for key in leaves for length in range(len(key))}
    layer: Layer = {}
    for key, raw in _flat(_parse(path, origin), (), sections):
        if key in leaves:
            layer[key] = Value(raw, origin)
        elif key in sections:
            mistakes.append(f"{dotted(key) or 'the file'}, from {origin}: must be a mapping")
        else:
            mistakes.append(f"{dotted(key)}, from {origin}: there is no such key{_meant(key, leaves)}")
    return layer


def read_environment(
    environ: Mapping[str, str], variables: tuple[Variable, ...], mode: OverrideMode
) -> tuple[Layer, frozenset[str]]:
    """The values of environment variables, and the names of those that are set but may not override."""
    layer: Layer = {}
    ignored = set()
    for variable in variables:
        name = variable.env.variable
        raw = environ.get(name, "").strip()
        if not raw:
            continue
        if mode == "all" or (mode == "secrets-only" and variable.env.secret):
            layer[variable.key] = Value(_split(raw) if variable.many else raw, "the environment")
        else:
            ignored.add(name)
    return layer, frozenset(ignored)


def nested(layer: Layer) -> dict[str, Any]:
    """A layer as nested mappings."""
    tree: dict[str, Any] = {}
    for (*sections, name), value in layer.items():
        branch = tree
        for section in sections:
            branch = branch.setdefault(section, {})
        branch[name] = value.raw
    return tree


def dotted(key: Key) -> str:
    """A key as it is written in messages: ``redis.port``."""
    return ".".join(key)


def _parse(path: Path, origin: str) -> object:
    try:
        return yaml.load(path.read_text("utf-8"), _UniqueKeyLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise ConfigurationError(f"{origin} is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{origin} cannot be read: {type(error).__name__}") from error
    except yaml.MarkedYAMLError as error:
        # Not the whole error: it quotes the file, and there may be a secret in it.
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{origin}{line}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError:
        raise ConfigurationError(f"{origin}: not valid YAML") from None


def _flat(node: object, key: Key, sections: set[Key]) -> Iterator[tuple[Key, object]]:
    if isinstance(node, dict) and (key in sections or not key):
        for name, child in node.items():
            yield from _flat(child, (*key, str(name)), sections)
    elif node is not None or key not in sections:
        # A section of which every line is commented out is null: it changes nothing.
        yield key, node


def _meant(key: Key, leaves: set[Key]) -> str:
    close = difflib.get_close_matches(dotted(key), [dotted(leaf) for leaf in leaves], n=1, cutoff=0.8)
    return f"; {close[0]} is meant perhaps" if close else ""


def _split(raw: str) -> list[str]:
    return [item.strip() for item in raw.split(",") if item.strip()]
