"""The layers of the configuration: YAML files and environment variables, each as values by key."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from shared.config.variables import SettingKey, Variable
from shared.errors import ConfigurationError

OverrideMode = Literal["all", "secrets-only", "none"]


@dataclass(frozen=True)
class LayerValue:
    """A value that is not validated yet, and its origin."""

    raw: Any
    origin: str


Layer = dict[SettingKey, LayerValue]


class _UniqueKeyLoader(yaml.SafeLoader):
    """Safe YAML loader that rejects duplicate keys; the library would keep the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """See the base class."""
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str) and key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"duplicate key {key}", problem_mark=key_node.start_mark
                )
            seen.add(key if isinstance(key, str) else id(key_node))
        return super().construct_mapping(node, deep)


def read_file(path: Path, variables: tuple[Variable, ...], errors: list[str]) -> Layer:
    """Returns the values of a YAML file.

    Args:
        path: The file.
        variables: The known settings.
        errors: Receives one sentence per unknown or misplaced key.

    Raises:
        ConfigurationError: The file cannot be read or is not YAML.
    """
    origin = f"{path.parent.name}/{path.name}"
    leaves = {variable.key for variable in variables}
    sections = {key[:length] for key in leaves for length in range(len(key))}
    layer: Layer = {}
    for key, raw in _flat(_parse(path, origin), (), sections):
        if key in leaves:
            layer[key] = LayerValue(raw, origin)
        elif key in sections:
            errors.append(f"{dotted(key) or 'the file'}, from {origin}: must be a mapping")
        else:
            errors.append(f"{dotted(key)}, from {origin}: unknown key{_did_you_mean(key, leaves)}")
    return layer


def read_environment(
    environ: Mapping[str, str], variables: tuple[Variable, ...], mode: OverrideMode
) -> tuple[Layer, frozenset[str]]:
    """Returns the values of environment variables, and the names of variables that may not override."""
    layer: Layer = {}
    ignored = set()
    for variable in variables:
        name = variable.env.variable
        raw = environ.get(name, "").strip()
        if not raw:
            continue
        if mode == "all" or (mode == "secrets-only" and variable.env.secret):
            layer[variable.key] = LayerValue(_split(raw) if variable.is_list else raw, "the environment")
        else:
            ignored.add(name)
    return layer, frozenset(ignored)


def nested(layer: Layer) -> dict[str, Any]:
    """Returns a layer as nested mappings."""
    tree: dict[str, Any] = {}
    for (*sections, name), value in layer.items():
        branch = tree
        for section in sections:
            branch = branch.setdefault(section, {})
        branch[name] = value.raw
    return tree


def dotted(key: SettingKey) -> str:
    """Returns a key in the form of messages: ``redis.port``."""
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


def _flat(node: object, key: SettingKey, sections: set[SettingKey]) -> Iterator[tuple[SettingKey, object]]:
    if isinstance(node, dict) and (key in sections or not key):
        for name, child in node.items():
            yield from _flat(child, (*key, str(name)), sections)
    elif node is not None or key not in sections:
        # A section whose lines are all commented out is null and changes nothing.
        yield key, node


def _did_you_mean(key: SettingKey, leaves: set[SettingKey]) -> str:
    close = difflib.get_close_matches(dotted(key), [dotted(leaf) for leaf in leaves], n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _split(raw: str) -> list[str]:
    return [item.strip() for item in raw.split(",") if item.strip()]
