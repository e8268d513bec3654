"""Generates the schemas of ``docs/openapi.yaml`` from the models: ``make openapi`` writes them.

Types, bounds, choices and required fields come from the models in ``contract_models``. Descriptions and
examples are written by hand in the document and kept. A new schema, or a new field, begins with the
description in the docstring of its model.
"""

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any, Final

import yaml
from pydantic import TypeAdapter
from typing_extensions import is_typeddict

from tests.support.contract_models import IN_REPORTS, REQUESTS, RESPONSES, SELECTIONS, TYPES

Json = dict[str, Any]

DOCUMENT: Final = Path(__file__).parents[2] / "docs/openapi.yaml"

_REF: Final = "#/components/schemas/"
_WIDTH: Final = 140
_PROSE: Final = ("description", "example", "examples", "deprecated")
_INDENT: Final = 4
"""Spaces before the name of a schema."""

_ANCHOR: Final = re.compile(r"^ +properties: &([\w-]+)$", re.MULTILINE)


def with_schemas(text: str) -> str:
    """Returns the document with the generated schemas in place of those that it has."""
    start = text.index("\n  schemas:\n") + len("\n  schemas:\n")
    end = text.index("\n  examples:\n", start) + 1
    written: Json = yaml.safe_load(text)["components"]["schemas"]
    blocks = dict(_blocks(text[start:end]))
    anchors = {name: found[1] for name, block in blocks.items() if (found := _ANCHOR.search(block))}
    schemas = generated(written)
    for name, schema in schemas.items():
        empty_lines = re.search(r"\n*$", blocks.get(name, "\n"))
        shared = {anchors[base]: schemas[base] for base in _bases(name) if base in anchors}
        blocks[name] = _block(name, schema, anchors.get(name), shared)
        blocks[name] += empty_lines[0][1:] if empty_lines else ""
    return text[:start] + "".join(blocks.values()) + text[end:]


def generated(written: Json) -> dict[str, Json]:
    """Returns the schemas of the models by name, with the descriptions and examples of ``written``."""
    schemas: dict[str, Json] = {}
    for models, mode in ((TYPES, "serialization"), (RESPONSES, "serialization"), (REQUESTS, "validation")):
        for name, model in models.items():
            schema = _Translator(mode).schema_of(model)
            if name in SELECTIONS:
                schema["required"] = list(SELECTIONS[name])
            schemas[name] = _with_prose(schema, written.get(name), model)
    return schemas


class _Translator:
    """Writes pydantic's JSON schemas as generators of clients understand them.

    Args:
        mode: ``serialization`` for responses: every field is present, and later versions may add some.
            ``validation`` for requests.
    """

    def __init__(self, mode: Any) -> None:
        self._mode = mode
        own = REQUESTS if mode == "validation" else {}
        models = {**{name: RESPONSES[name] for name in RESPONSES.keys() - SELECTIONS.keys()}, **own}
        named = (*models.items(), *IN_REPORTS.items())
        self._names = {model.__name__: name for name, model in named if isinstance(model, type)}
        self._definitions: Json = {}
        self._types: dict[str, list[str]] = {}
        for name, one in TYPES.items():
            self._types.setdefault(repr(self._plain(TypeAdapter(one).json_schema(mode=mode))), []).append(
                name
            )

    def schema_of(self, model: Any) -> Json:
        """Returns the schema of a model or of a named type."""
        source = TypeAdapter(model).json_schema(mode=self._mode)
        self._definitions = source.pop("$defs", {})
        if "anyOf" in source:
            return {"oneOf": [self._part(option) for option in source["anyOf"]]}
        if "properties" not in source:
            return self._plain(source)
        return self._object(source, list(source["properties"]) if self._sends_all(model) else None)

    def _sends_all(self, model: Any) -> bool:
        # The keys of a dictionary may be absent; a model sends its defaults.
        return self._mode == "serialization" and not is_typeddict(model)

    def _object(self, source: Json, required: list[str] | None = None) -> Json:
        # The name of a frame comes first, also where a base has the other fields.
        fields = dict(sorted(source["properties"].items(), key=lambda field: field[0] != "event"))
        required = source.get("required", []) if required is None else required
        schema: Json = {"type": "object"}
        if required:
            schema["required"] = [name for name in fields if name in required]
        if self._mode == "validation" and source.get("additionalProperties") is False:
            schema["additionalProperties"] = False
        schema["properties"] = {name: self._part(field) for name, field in fields.items()}
        return schema

    def _part(self, source: Json) -> Json:
        """Returns the schema of a field or item: a reference where a named schema says the same."""
        if "$ref" in source:
            name = source["$ref"].rpartition("/")[2]
            if name in self._names:
                return {"$ref": _REF + self._names[name]}
            return self._object(self._definitions[name])
        if "anyOf" in source:
            title = source.get("title", "")
            return self._any_of([self._part({"title": title, **option}) for option in source["anyOf"]])
        plain = self._plain(source)
        names = self._types.get(repr(plain), [])
        # Of types that are alike, the one that the field is named after: ``report_id`` is no ``StreamId``.
        named = [name for name in names if name == source.get("title", "").replace(" ", "")] or names
        return {"$ref": _REF + named[0]} if named else plain

    def _any_of(self, options: list[Json]) -> Json:
        null = {"type": "null"}
        others = [option for option in options if option != null]
        types = [option.get("type") for option in others]
        if len(others) == 1 and isinstance(types[0], str):
            merged: Json = {**others[0], "type": [types[0]]}
        elif types == ["integer", "number"]:
            merged = {"type": types}
        else:
            return {"anyOf": options}
        if len(others) < len(options):
            merged["type"].append("null")
            if "enum" in merged:
                merged["enum"] = [*merged["enum"], None]
        return merged

    def _plain(self, source: Json) -> Json:
        plain = {key: value for key, value in source.items() if key not in {"title", "default", *_PROSE}}
        for key in ("items", "additionalProperties"):
            if isinstance(plain.get(key), dict):
                plain[key] = self._part(plain[key])
        plain = {key: plain[key] for key in ("type", "format", *sorted(plain)) if key in plain}
        return plain


def _with_prose(schema: Json, written: Json | None, model: Any) -> Json:
    if written is None:
        schema = {**_prose(_summary(model)), **schema}
    else:
        schema = {**{key: written[key] for key in _PROSE if key in written}, **schema}
    if "properties" in schema:
        known = (written or {}).get("properties", {})
        documented = _attributes(model)
        schema["properties"] = {
            name: field | {key: known[name][key] for key in _PROSE if key in known[name]}
            if name in known
            else field | _prose(documented.get(name, ""))
            for name, field in schema["properties"].items()
        }
    return schema


def _prose(text: str) -> Json:
    return {"description": text} if text else {}


def _summary(model: Any) -> str:
    return _markdown((inspect.getdoc(model) or "").partition("\n\n")[0])


def _attributes(model: Any) -> dict[str, str]:
    """Returns the attributes that the docstrings of a class and its bases describe."""
    found: dict[str, str] = {}
    for base in reversed(getattr(model, "__mro__", ())):
        section = (inspect.cleandoc(base.__doc__ or "") + "\n").partition("\nAttributes:\n")[2]
        for name, text in re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", section, re.MULTILINE):
            found[name] = _markdown(text).removesuffix(".")
    return found


def _markdown(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("``", "`").replace("None", "null")


def _blocks(section: str) -> Iterator[tuple[str, str]]:
    """Yields each schema's name and text, with the empty lines after it."""
    for block in re.findall(rf"^ {{{_INDENT}}}\w.*\n(?:(?: {{{_INDENT + 1}}}.*)?\n)*", section, re.MULTILINE):
        yield block.strip().partition(":")[0], block


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _bases(name: str) -> list[str]:
    """Returns the schemas of the classes that the model of a schema has fields of."""
    mro = getattr({**RESPONSES, **REQUESTS}.get(name), "__mro__", ())
    classes = mro if name in SELECTIONS else mro[1:]
    return [base for base, model in {**RESPONSES, **REQUESTS}.items() if model in classes and base != name]


def _block(name: str, schema: Json, anchor: str | None, shared: Mapping[str, Json]) -> str:
    """Returns a schema as YAML.

    Args:
        name: Name of the schema.
        schema: The schema.
        anchor: Name under which other schemas merge its properties.
        shared: Schemas whose properties it merges, by their anchors.
    """
    if "properties" not in schema:
        return _rendered({name: schema}, _INDENT)
    inside = _INDENT + 2
    properties = schema["properties"]
    text = f"{' ' * _INDENT}{name}:\n"
    text += _rendered({key: value for key, value in schema.items() if key != "properties"}, inside)
    text += f"{' ' * inside}properties:{f' &{anchor}' if anchor else ''}\n"
    for merged, base in shared.items():
        text += f"{' ' * inside}  <<: *{merged}\n"
        properties = {key: value for key, value in properties.items() if value != base["properties"].get(key)}
    return text + _rendered(properties, inside + 2)


def _rendered(node: Json, indent: int) -> str:
    """Returns a mapping as YAML: what fits into a line on one line, else key by key."""
    text, margin = "", " " * indent
    for key, value in node.items():
        line = f"{margin}{key}: {_dumped(value, 10_000)}"
        if len(line) <= _WIDTH and "\n" not in line:
            text += f"{line}\n"
        elif isinstance(value, dict):
            text += f"{margin}{key}:\n{_rendered(value, indent + 2)}"
        elif isinstance(value, str):
            text += (
                f"{margin}{key}: >-\n"
                + fill(value, _WIDTH, initial_indent=margin + "  ", subsequent_indent=margin + "  ")
                + "\n"
            )
        else:
            lines = _dumped(value, _WIDTH - indent - len(key) - 2).splitlines()
            text += (
                f"{margin}{key}: " + f"\n{margin}{' ' * (len(key) + 3)}".join(map(str.strip, lines)) + "\n"
            )
    return text


def _dumped(value: Any, width: int) -> str:
    text = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, width=width, allow_unicode=True
    )
    return text.removesuffix("...\n").strip()


def main() -> None:
    """Writes the schemas into the document."""
    DOCUMENT.write_text(with_schemas(DOCUMENT.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
