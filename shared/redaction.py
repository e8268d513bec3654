"""Takes secrets out of text: those that are configured, and what looks like one."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, quote_plus, unquote

from pydantic import BaseModel, SecretStr

MASK: Final = "***"

_SHORT: Final = 6
"""A configured secret shorter than this is looked for as a whole word only: ``1`` is in every line."""

_NAMES: Final = (
    r"[\w-]*(?:api[-_]?key|account[-_]?key|access[-_]?key|functions-key|password|passwd|pwd|secret|token|"
    r"signature|sig)"
)
_VALUE: Final = r"[^\s'\"&,;)}\]]+"


@dataclass(frozen=True)
class _Shape:
    """What a secret looks like.

    Attributes:
        signs: Lower case; text without any of them cannot hold the pattern, and nearly all text is without.
        pattern: Finds it.
        replacement: What stands in its place.
    """

    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str


_NAME_SIGNS: Final = ("key", "passw", "pwd", "secret", "token", "sig")
_SHAPES: Final = (
    # user:password@ in a URI
    _Shape(("://",), re.compile(r"(?<=://)[^/\s'\"<>@:]*:[^/\s'\"<>]*@"), f"{MASK}@"),
    _Shape(("bearer",), re.compile(r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{8,}"), f"Bearer {MASK}"),
    # apikey=…, sig=…, AccountKey=…
    _Shape(_NAME_SIGNS, re.compile(rf"(?i)(?<![\w-])({_NAMES}=)['\"]?{_VALUE}"), rf"\1{MASK}"),
    # "api_key": "…", as JSON and Python write it
    _Shape(
        _NAME_SIGNS,
        re.compile(rf"(?i)(['\"]{_NAMES}['\"]\s*:\s*)(?:'[^']*'|\"[^\"]*\"|{_VALUE})"),
        rf"\1{MASK}",
    ),
    # headers
    _Shape(
        ("-key",),
        re.compile(rf"(?i)\b((?:api-key|x-functions-key|x-api-key)\s*:\s*){_VALUE}"),
        rf"\1{MASK}",
    ),
    _Shape(
        ("authorization",),
        re.compile(rf"(?i)\b(authorization['\"]?\s*[:=]\s*['\"]?)(?:[a-z]+\s+)?{_VALUE}"),
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
        secrets: The secrets that are configured. Found as they are, and as URLs, JSON and ``repr`` write
            them; of a URI with user and password, the password is found too.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for part in _parts(secret) for form in _forms(part) if form}
        self._signs = tuple(form.lower() for form in forms)
        self._all_signs = (*self._signs, *dict.fromkeys(sign for shape in _SHAPES for sign in shape.signs))
        # The longest first: one may begin with another.
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._configured = re.compile("|".join(map(_pattern, longest_first)), re.IGNORECASE)

    def redact(self, text: str) -> str:
        """The text without secrets."""
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


def secrets_of(settings: BaseModel) -> Iterator[str]:
    """Every secret that is set."""
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
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1])


def _pattern(form: str) -> str:
    literal = re.escape(form)
    return literal if len(form) >= _SHORT else rf"(?<!\w){literal}(?!\w)"
