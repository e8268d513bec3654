"""Reads calls of tools that a model wrote as text, in the templates of open models.

Nearly all forms are one of four: JSON with name and arguments, a name before the JSON of its arguments,
elements with one parameter each, and Python. What is around them (tags, marks, fences) is ignored.
"""

import ast
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from shared.llm.chat_completions.tolerant_json import values_in_row
from shared.llm.chat_completions.tool_names import offered_tool

MAX_BARE_CHARACTERS: Final = 20_000

_NAMES: Final = ("name", "tool_name", "function_name", "function", "tool", "action")
_ARGUMENTS: Final = ("arguments", "parameters", "args", "params", "input", "tool_input", "action_input")
_BESIDES: Final = frozenset({"id", "type", "tool_call_id", "index"})
_MESSAGE: Final = frozenset({"role", "content", "refusal"})
"""What a message of the protocol has besides its calls."""
_KEYS: Final = (*_NAMES, *_ARGUMENTS, *_BESIDES, "role", "tool_calls")

_ELEMENT: Final = re.compile(
    r"<(?:｜DSML｜)?(?:function|invoke|tool_call)(?:=|\s+name=)[\"']?(?P<name>[^\"'<>\s]+)[\"']?"
    r"(?P<attributes>(?:\s+\w+=(?:\"[^\"<>]*\"|'[^'<>]*'))*)\s*/?>(?P<body>.*?)(?:</(?:｜DSML｜)?(?:function|invoke|tool_call)>"
    r"|(?=<(?:｜DSML｜)?(?:function|invoke|tool_call)[=\s])|\Z)",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"(?P<name>\w+)=(?:\"(?P<text>[^\"]*)\"|'(?P<other>[^']*)')")
_PARAMETER: Final = re.compile(
    r"<(?:｜DSML｜)?parameter(?:=|\s+name=)[\"']?(?P<name>[^\"'<>\s]+)[\"']?[^>]*>(?P<value>.*?)"
    r"(?:</(?:｜DSML｜)?parameter>|(?=<(?:｜DSML｜)?parameter[=\s])|\Z)",
    re.DOTALL,
)
_GLM_ARGUMENT: Final = re.compile(
    r"<arg_key>(?P<name>.*?)</arg_key>\s*<arg_value>(?P<value>.*?)(?:</arg_value>|\Z)", re.DOTALL
)
_GEMMA_CALL: Final = re.compile(r"call:(?P<name>[\w.:-]+)(?P<body>\{.*?\})\s*(?=call:|\Z)", re.DOTALL)
_GEMMA_TEXT: Final = re.compile(r"<\|\"\|>(.*?)<\|\"\|>", re.DOTALL)
_BARE_KEY: Final = re.compile(r"([{,]\s*)([A-Za-z_]\w*)(\s*:)")
_AROUND: Final = re.compile(
    r"\[CALL_ID\]\w*|\[[A-Z_]+\]|```\w*|<[|｜]?/?[\w▁]+[|｜]?>|[\"'`]",
)
"""What may be around a name: marks, tags, fences and quotation marks."""
_WORD: Final = re.compile(r"[A-Za-z_][\w.:/-]*")
_ONE_NAME: Final = re.compile(r"\s*([A-Za-z_][\w.:-]{0,80})\s*")
_HEAD: Final = re.compile(r"[\[{\s]*(?:[\"'](?P<key>\w*)(?P<end>[\"'])?)?")
_PYTHON_HEAD: Final = re.compile(r"\[?\s*(?P<name>\w*)(?P<open>\(?)")
_NAMED: Final = re.compile(rf"[\[{{\s]*\"(?:{'|'.join(_NAMES)})\"\s*:\s*\"(?P<name>[^\"]*)\"")
_BEGUN: Final = re.compile(
    rf"[\[{{\s]*\"(?:{'|'.join(_NAMES)})\"\s*:\s*\"(?P<name>[^\"]{{1,80}})\"\s*,\s*\"(?:{'|'.join(_ARGUMENTS)})\"\s*:"
)
_AROUND_PYTHON: Final = re.compile(r"<[|｜]?/?[\w▁]+[|｜]?>|```\w*")
_MAX_FAILURES: Final = 50
"""Brackets that begin no JSON; a block of calls has a few at most."""


class WrittenCall(NamedTuple):
    """One call as it is written: the name, and the arguments as JSON if they can be read."""

    name: str
    arguments: str | None


def written_calls(block: str) -> list[WrittenCall]:
    """Returns the calls in a block that a template marks as calls.

    Args:
        block: The text of the block, with the marks within it.
    """
    if elements := list(_ELEMENT.finditer(block)):
        return [WrittenCall(element["name"], _element_arguments(element)) for element in elements]
    if "<arg_key>" in block:
        name = _last_word(block.partition("<arg_key>")[0])
        values = {item["name"].strip(): item["value"].strip() for item in _GLM_ARGUMENT.finditer(block)}
        return [WrittenCall(name, json.dumps(values, ensure_ascii=False))]
    if gemma := list(_GEMMA_CALL.finditer(block)):
        return [WrittenCall(call["name"], _arguments(_gemma_json(call["body"]))) for call in gemma]
    if calls := list(_json_calls(block)):
        return calls
    if (calls := python_calls(block)) or (calls := _python_values(block)):
        return calls
    if alone := _ONE_NAME.fullmatch(_AROUND.sub(" ", block)):
        return [WrittenCall(alone[1], "{}")]
    return []


def may_be_bare_call(text: str, offered: Collection[str]) -> bool:
    """Returns whether a text that begins like this may be a call as a whole.

    Args:
        text: The answer so far, with more than white space in it.
        offered: Names of the tools that were offered.
    """
    text = text.lstrip()
    if not offered or len(text) > MAX_BARE_CHARACTERS:
        return False
    return may_be_json_call(text, offered) or may_be_python_call(text, offered)


def may_be_json_call(text: str, offered: Collection[str]) -> bool:
    """Returns whether a text may begin a call as JSON: so far, its first key is that of one."""
    if not text.startswith(("{", "[")) or not (head := _HEAD.match(text)):
        return False
    keys = (*_KEYS, *offered)
    if head["end"]:
        return head["key"] in keys
    return head.end() == len(text) and (
        head["key"] is None or any(key.startswith(head["key"]) for key in keys)
    )


def may_be_python_call(text: str, offered: Collection[str]) -> bool:
    """Returns whether a text may begin a call of an offered tool as Python."""
    python = _PYTHON_HEAD.match(text)
    if python is None or not python["name"]:
        return False
    if python["open"]:
        return python["name"] in offered
    return python.end() == len(text) and any(name.startswith(python["name"]) for name in offered)


def named_tool(text: str) -> str | None:
    """Returns the name with which a call as JSON begins; None if it has not come, or not at the beginning."""
    begun = _NAMED.match(text)
    return begun["name"] if begun else None


def is_bare_call(text: str, offered: Collection[str]) -> bool:
    """Returns whether a whole answer is nothing but calls, without a mark that tells it.

    Args:
        text: The answer.
        offered: Names of the tools that were offered.
    """
    text = text.strip()
    if calls := python_calls(text):
        return all(call.name in offered for call in calls)
    try:
        values = list(values_in_row(text))
    except ValueError:
        # Cut, or not quite JSON: a call all the same if it begins with an offered tool and its arguments.
        begun = _BEGUN.match(text)
        return begun is not None and _first_value(text) is None and bool(offered_tool(begun["name"], offered))
    return bool(values) and all(is_call(value, offered) for value in values)


def is_call(value: object, offered: Collection[str]) -> bool:
    """Returns whether JSON has the form of a call, and nothing else in it."""
    if isinstance(value, list):
        return bool(value) and all(is_call(item, offered) for item in value)
    if not isinstance(value, Mapping):
        return False
    if isinstance(inner := value.get("tool_calls"), list):
        is_message = value.keys() <= {"tool_calls", *_MESSAGE} and not value.get("content")
        return is_message and is_call(inner, offered)
    if isinstance(inner := value.get("function"), Mapping):
        return value.keys() <= {"function", *_BESIDES} and is_call(inner, offered)
    if len(value) == 1 and all(name in offered and isinstance(value[name], Mapping) for name in value):
        return True
    if not value.keys() <= {*_NAMES, *_ARGUMENTS, *_BESIDES} or not (named := _named(value)):
        return False
    if offered_tool(named[0], offered) is not None:
        return True
    # Of an unknown tool, unless it is an object of the reader's with a name of several words.
    has_arguments = any(isinstance(value.get(name), Mapping) for name in ("arguments", "parameters"))
    return has_arguments and _WORD.fullmatch(named[0]) is not None


def _first_value(text: str) -> object:
    try:
        return next(values_in_row(text), None)
    except ValueError:
        return None


def _json_calls(block: str) -> Iterator[WrittenCall]:
    """Yields the calls of the JSON objects in a block, wherever these are."""
    decoder = json.JSONDecoder(strict=False)
    seen = start = failures = 0
    while (start := _next_bracket(block, start)) >= 0 and failures < _MAX_FAILURES:
        try:
            value, end = decoder.raw_decode(block, start)
        except (ValueError, RecursionError):
            start, failures = start + 1, failures + 1
            continue
        yield from calls_of(value, _last_word(block[seen:start]))
        seen = start = end


def _next_bracket(text: str, start: int) -> int:
    places = [place for bracket in "{[" if (place := text.find(bracket, start)) >= 0]
    return min(places, default=-1)


def calls_of(value: object, name_before: str = "") -> Iterator[WrittenCall]:
    """Yields the calls in JSON that has been read.

    Args:
        value: The JSON.
        name_before: The name in front of it, if any.
    """
    if isinstance(value, list):
        for item in value:
            yield from calls_of(item)
    elif isinstance(value, Mapping):
        wrapped = (value.get("tool_calls"), value.get("function"))
        if (inner := next((one for one in wrapped if isinstance(one, list | Mapping)), None)) is not None:
            beside = {key: value[key] for key in _ARGUMENTS if key in value}
            yield from calls_of({**beside, **inner} if isinstance(inner, Mapping) else inner)
        elif isinstance(name := value.get("_name"), str):
            # TGI.
            inside = {key: item for key, item in value.items() if key != "_name"}
            yield WrittenCall(name, json.dumps(inside, ensure_ascii=False))
        elif (named := _named(value)) and not (name_before and value.keys().isdisjoint(_ARGUMENTS)):
            yield WrittenCall(named[0], _arguments(named[1]))
        elif name_before:
            yield WrittenCall(name_before, json.dumps(value, ensure_ascii=False))
        elif len(value) == 1:
            # Apertus: the name is the key.
            for name, arguments in value.items():
                yield WrittenCall(str(name), _arguments(arguments))


def _named(value: Mapping[str, object]) -> tuple[str, object] | None:
    name = next((written for key in _NAMES if isinstance(written := value.get(key), str)), "")
    arguments = next((value[key] for key in _ARGUMENTS if value.get(key) is not None), None)
    return (name, arguments) if name else None


def _arguments(value: object) -> str | None:
    """Returns arguments as JSON: an object, a text that holds one, or nothing at all."""
    for _ in range(2):
        if isinstance(value, str):
            text = value.strip()
            value = _first_value(text) if text else None
            if value is None and text not in ("", "null"):
                return None
    if value is None:
        return "{}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else None


def _element_arguments(element: re.Match[str]) -> str | None:
    """Returns the arguments of an element: within it, or as its attributes."""
    attributes = {
        item["name"]: item["other"] if item["text"] is None else item["text"]
        for item in _ATTRIBUTE.finditer(element["attributes"])
    }
    attributes.pop("id", None)
    if not attributes or element["body"].strip():
        return _parameters(element["body"])
    whole = next((attributes[key] for key in _ARGUMENTS if key in attributes), None)
    return json.dumps(attributes, ensure_ascii=False) if whole is None else _arguments(whole)


def _parameters(body: str) -> str | None:
    """Returns the arguments in an element: its parameters, or JSON."""
    values = {item["name"]: item["value"].strip() for item in _PARAMETER.finditer(body)}
    if values:
        return json.dumps(values, ensure_ascii=False)
    return _arguments(body)


def _gemma_json(body: str) -> str:
    """Returns an object in Gemma's notation, with bare keys and marks around texts, as JSON."""
    pieces = _GEMMA_TEXT.split(body)
    pieces[::2] = (_BARE_KEY.sub(r'\1"\2"\3', piece) for piece in pieces[::2])
    pieces[1::2] = (json.dumps(piece, ensure_ascii=False) for piece in pieces[1::2])
    return "".join(pieces)


def _last_word(text: str) -> str:
    """Returns the last name in a text; empty when there is none but words of the template."""
    words = _WORD.findall(_AROUND.sub(" ", text))
    return words[-1] if words and words[-1] not in ("function", "json") else ""


def python_calls(text: str) -> list[WrittenCall]:
    """Returns calls that are written as Python: ``[get_quote(symbol="AAPL")]``."""
    text = _AROUND_PYTHON.sub("", text).strip()
    if "(" not in text or not text.endswith((")", "]")):
        return []
    try:
        parsed = ast.parse(text, mode="eval").body
        items = parsed.elts if isinstance(parsed, ast.List | ast.Tuple) else [parsed]
        return [_python_call(item) for item in items]
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return []


def _python_call(node: ast.expr) -> WrittenCall:
    match node:
        case ast.Call(func=ast.Name(id="print"), args=[ast.Call() as printed]):
            # Gemini.
            node = printed
        case ast.Call(args=[ast.Dict() as given], keywords=[]):
            values = ast.literal_eval(given)
            return WrittenCall(ast.unparse(node.func), json.dumps(values, ensure_ascii=False))
    if not isinstance(node, ast.Call) or node.args or any(word.arg is None for word in node.keywords):
        raise ValueError("no call with names of its arguments")
    values = {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}
    return WrittenCall(ast.unparse(node.func), json.dumps(values, ensure_ascii=False))


def _python_values(text: str) -> list[WrittenCall]:
    """Returns calls that are written as JSON, but with the quotation marks and constants of Python."""
    start, end = text.find("{"), text.rfind("}") + 1
    try:
        value = ast.literal_eval(text[start:end]) if 0 <= start < end else None
        return list(calls_of(json.loads(json.dumps(value)), _last_word(text[:start])))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return []
