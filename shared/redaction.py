"""Takes secrets out of text: those that are configured, and what looks like one."""

import json
import re
from collections.abc import Iterable, Iterator
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
_LOOKS_SECRET: Final = (
    # user:password@ in a URI
    (re.compile(r"(?<=://)[^/\s'\"<>@]*:[^/\s'\"<>]*@"), f"{MASK}@"),
    (re.compile(r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{8,}"), f"Bearer {MASK}"),
    # apikey=…, sig=…, AccountKey=…
    (re.compile(rf"(?i)\b({_NAMES}=)['\"]?{_VALUE}"), rf"\1{MASK}"),
    # "api_key": "…", as JSON and Python write it
    (re.compile(rf"(?i)(['\"]{_NAMES}['\"]\s*:\s*)(?:'[^']*'|\"[^\"]*\"|{_VALUE})"), rf"\1{MASK}"),
    # headers
    (re.compile(rf"(?i)\b((?:api-key|x-functions-key|x-api-key)\s*:\s*){_VALUE}"), rf"\1{MASK}"),
    (re.compile(rf"(?i)\b(authorization['\"]?\s*[:=]\s*['\"]?)(?:[a-z]+\s+)?{_VALUE}"), rf"\1{MASK}"),
    # function keys in a query string; our own code=not_found in a log line is something else
    (re.compile(rf"(?i)([?&]code=){_VALUE}|\b(code=)[\w/+%-]{{40,}}={{0,2}}"), rf"\1\2{MASK}"),
    # keys of model providers, JSON Web Tokens
    (re.compile(r"\b(?:sk|xai)-[\w*-]{8,}"), MASK),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), MASK),
    # Alpha Vantage repeats the key it was called with
    (re.compile(r"(?i)\b(api key as )\S+"), rf"\1{MASK}"),
)


class Redactor:
    """Replaces secrets by ``***``.

    Args:
        secrets: The secrets that are configured. Found as they are, and as URLs, JSON and ``repr`` write
            them; of a URI with user and password, the password is found too.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for part in _parts(secret) for form in _forms(part) if form}
        # The longest first: one may begin with another.
        pattern = "|".join(_pattern(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
        self._configured = re.compile(pattern, re.IGNORECASE) if pattern else None

    def redact(self, text: str) -> str:
        """The text without secrets."""
        if self._configured is not None:
            text = self._configured.sub(MASK, text)
        for pattern, replacement in _LOOKS_SECRET:
            text = pattern.sub(replacement, text)
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
