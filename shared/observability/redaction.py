"""Removes secrets from text: configured ones, and text that looks like one."""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, quote_plus, unquote

from pydantic import BaseModel, SecretStr

MASK: Final = "***"

_SHORT: Final = 6
"""Configured secrets shorter than this match as whole words only: ``1`` is in every line."""

_NAMES: Final = (
    r"[\w-]*(?:api[-_]?key|account[-_]?key|access[-_]?key|functions-key|instrumentation[-_]?key|master[-_]?key|"
    r"subscription[-_]?key|password|passwd|pwd|secret|token|signature|sig)"
)
_VALUE: Final = r"[^\s'\"&,;)}\]\\]+"
# A string as Python and JSON write it, also of bytes, and one within another string.
_QUOTED: Final = (
    r"b?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|"
    r"\\+'(?:(?!\\*').)*\\*'|\\+\"(?:(?!\\*\").)*\\*\")"
)


@dataclass(frozen=True)
class _Shape:
    """A pattern of secrets.

    Attributes:
        signs: Lower-case substrings; text without any of them cannot match. Nearly all text has none.
        pattern: Pattern of the secret.
        replacement: Replacement.
    """

    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str


_NAME_SIGNS: Final = ("key", "passw", "pwd", "secret", "token", "sig")
# How these names end and values begin: completion_tokens=100, in the line of every chat, holds no secret.
_ASSIGNMENT_SIGNS: Final = tuple(
    f"{end}{equals}"
    for end in ("key", "password", "passwd", "pwd", "secret", "token", "signature", "sig")
    for equals in ("=", "%3d")
)
_SECRET_NAME: Final = re.compile(rf"{_NAMES}|(?:proxy-)?authorization|(?:set-)?cookie", re.IGNORECASE)
_SHAPES: Final = (
    # user:password@ in a URI, or a token in the place of both
    _Shape(("://",), re.compile(r"(?<=://)[^/\s'\"<>@:]*(?::[^/\s'\"<>]*)?@"), f"{MASK}@"),
    _Shape(("bearer",), re.compile(r"(?i)\bbearer(?:\s+|%20|\+)[A-Za-z0-9._~+/=-]{8,}"), f"Bearer {MASK}"),
    # user:password in base64; without a capital, a digit or padding it is a word
    _Shape(
        ("basic",),
        re.compile(r"\b[Bb]asic\s+(?=[a-z+/]*[A-Z0-9=])[A-Za-z0-9+/]{8,}={0,2}"),
        f"Basic {MASK}",
    ),
    # apikey=…, sig=…, AccountKey=…, also where it is part of another query's value
    _Shape(
        _ASSIGNMENT_SIGNS,
        re.compile(rf"(?i)(?<![\w-])({_NAMES}(?:=|%3D))(?:{_QUOTED}|['\"]?{_VALUE})"),
        rf"\1{MASK}",
    ),
    # "api_key": "…" and ("api_key", "…"), as JSON and Python write them
    _Shape(
        _NAME_SIGNS,
        re.compile(rf"(?i)(['\"]{_NAMES}\\*['\"]\s*:\s*)(?:{_QUOTED}|{_VALUE})"),
        rf"\1{MASK}",
    ),
    _Shape(_NAME_SIGNS, re.compile(rf"(?i)(['\"]{_NAMES}\\*['\"]\s*,\s*){_QUOTED}"), rf"\1{MASK}"),
    # headers, and YAML
    _Shape(
        ("-key", "passw", "secret"),
        re.compile(rf"(?i)\b((?:api-key|x-functions-key|x-api-key|password|client_secret)\s*:\s*){_VALUE}"),
        rf"\1{MASK}",
    ),
    _Shape(
        ("authorization",),
        re.compile(rf"(?i)\b(authorization\\*['\"]?\s*[:=,]\s*(?:b?\\*['\"])?)(?:[a-z]+\s+)?{_VALUE}"),
        rf"\1{MASK}",
    ),
    # function keys in a query string; code=not_found in a log line of ours is something else
    _Shape(
        ("code=",), re.compile(rf"(?i)([?&]code=){_VALUE}|\b(code=)[\w/+%-]{{40,}}={{0,2}}"), rf"\1\2{MASK}"
    ),
    # keys of model providers, JSON Web Tokens
    _Shape(("sk-", "xai-"), re.compile(r"\b(?:sk|xai)-[\w*-]{8,}"), MASK),
    _Shape(("eyj",), re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), MASK),
    # Alpha Vantage repeats the key it was called with
    _Shape(("api key as ",), re.compile(r"(?i)\b(api key as )\S+"), rf"\1{MASK}"),
)


class Redactor:
    """Replaces secrets by ``***``.

    Args:
        secrets: The configured secrets. They are found plain and in the encodings of URLs, HTML, JSON,
            ``repr`` and base64; for a URI with user and password, the password is found as well.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for part in _parts(secret) for form in _forms(part) if form}
        lower = {form.lower() for form in forms}
        # A form that contains another one is found by the shorter one.
        self._signs = tuple(form for form in lower if not any(part in form for part in lower if part != form))
        self._all_signs = (*self._signs, *dict.fromkeys(sign for shape in _SHAPES for sign in shape.signs))
        # Longest first: a form may be a prefix of another.
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._configured = re.compile("|".join(map(_pattern, longest_first)), re.IGNORECASE)

    def redact(self, text: str) -> str:
        """Returns the text without secrets."""
        lower = text.lower()
        present = {sign for sign in self._all_signs if sign in lower}
        if not present:
            return text
        if not present.isdisjoint(self._signs):
            text = self._configured.sub(MASK, text)
        for shape in _SHAPES:
            if not present.isdisjoint(shape.signs):
                text = shape.pattern.sub(shape.replacement, text)
        return text


@lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """Returns whether values of this name are secret, whatever their form."""
    return _SECRET_NAME.fullmatch(name.rpartition(".")[2]) is not None


def secrets_of(settings: BaseModel) -> Iterator[str]:
    """Yields every secret that is set."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, BaseModel):
            yield from secrets_of(value)


def _parts(secret: str) -> Iterator[str]:
    yield secret
    authority = secret.partition("://")[2].partition("/")[0]
    password = authority.rpartition("@")[0].partition(":")[2]
    yield password
    yield unquote(password)


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret))
    yield quote(quote(secret, safe=""), safe="")
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (repr(secret)[1:-1], ascii(secret)[1:-1], repr(secret.encode())[2:-1])
    yield html.escape(secret)
    if len(secret) >= _SHORT:
        yield from _base64_forms(secret.encode())
        yield secret.encode().hex()


def _base64_forms(secret: bytes) -> Iterator[str]:
    """Yields the forms of a secret within base64, for the three alignments to groups of three bytes.

    Characters that depend on the bytes before or after it are omitted.
    """
    for before in range(3):
        first, last = (before * 8 + 5) // 6, (before + len(secret)) * 8 // 6
        encoded = b64encode(b"\0" * before + secret + b"\0\0").decode()[first:last]
        yield encoded
        yield encoded.replace("+", "-").replace("/", "_")


def _pattern(form: str) -> str:
    literal = re.escape(form)
    return literal if len(form) >= _SHORT else rf"(?<!\w){literal}(?!\w)"
