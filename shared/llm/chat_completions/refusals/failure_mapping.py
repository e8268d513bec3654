"""Turns what servers, the openai library and the HTTP library report into errors of this project.

Servers' sentences are not passed on as they are, because some repeat the key or name internal hosts.
"""

import json
import re
import ssl
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderAuthError,
    ProviderBadPayloadError,
    ProviderContentFilteredError,
    ProviderContextTooLongError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.llm.chat_completions.refusals.rejected_parameters import rejected_parameter
from shared.llm.chat_completions.refusals.requested_pause import requested_pause

if TYPE_CHECKING:
    from openai import APIStatusError

_MAX_MESSAGE: Final = 4_000
_MAX_REASON: Final = 120
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z_]{2,39}")
_PLAIN_WORDS: Final = re.compile(r"[A-Za-z'-]{1,20}(?:[,;:.]? [A-Za-z'-]{1,20}){0,20}(?:[.!](?=\s|\Z)|\Z)")
"""Sentences without digits, addresses and identifiers: safe to show."""

_CONTENT_FILTER: Final = re.compile(
    r"content[ _-]?(?:filter|policy|safety)|content management policy|responsibleaipolicy|usage guidelines"
    r"|usage polic|safety_check|safety system|flagged|moderation|content exists risk|data_?inspection_?failed"
    r"|prohibited_content|sensitive content|\binvalid_prompt\b|policy_?violation|prompt blocked"
    r"|considered high risk|new_sensitive",
    re.IGNORECASE,
)
_CONTEXT: Final = re.compile(
    r"context_length|context_window|too_many_prompt_tokens|exceed_context|string_above_max_length"
    r"|request_too_large|context (?:length|size|window)"
    r"|max(?:imum)? (?:supported |allowed )?(?:prompt|context|sequence|input)"
    r"|(?:prompt|input|request|messages?|text) (?:is|are|was) too (?:long|large)|too many (?:input )?tokens"
    r"|request too large|reduce the length|reduce your (?:message|prompt)"
    r"|token count.{0,40} exceeds|tokens.{0,60}must be <=|max_model_len|exceed context limit"
    r"|must have less than \d+ tokens|token count is \d+ but|range of input length|model token limit"
    r"|(?:input|prompt|total) tokens\b.{0,40}\bexceed|prompt exceeds|exceed max message tokens"
    r"|max tokens of \d+ exceeded|max_seq_len",
    re.IGNORECASE,
)
_COMPLETION_BOUNDS: Final = (
    re.compile(
        r"context length is (?P<context>\d+).{0,120}?\b(?P<prompt>\d+) (?:in the messages|of text input)"
        r".{0,60}?\b\d+ in the (?:completion|output)",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"tokens'? is too large.{0,80}context length is (?P<context>\d+)"
        r".{0,80}?\b(?P<prompt>\d+) input tokens",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"context length is (?P<context>\d+).{0,60}\d+ output tokens.{0,60}?\b(?P<prompt>\d+) input tokens",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"context length of (?P<context>\d+).{0,80}?\b(?P<prompt>\d+) tokens from the input",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"max_new_tokens\W{0,2} must be <= (?P<context>\d+)\. Given: (?P<prompt>\d+) \W?inputs", re.IGNORECASE
    ),
)
"""How OpenAI, vLLM, OpenRouter, SGLang and TGI say that the prompt fits with less room for the answer."""
_ANSWER_TOO_LONG: Final = re.compile(
    r"(?P<name>max(?:_completion)?_tokens)[`'\"]? must be (?:less than|at most|<)", re.IGNORECASE
)
"""How Groq says that a model writes shorter answers than asked for; the sentence names the context, too."""

_KEY: Final = re.compile(
    r"api_key_invalid|invalid_api_key|(?:incorrect|invalid) api[ _](?:key|token)"
    r"|api key (?:not valid|expired)|invalid authorization header|api secret key",
    re.IGNORECASE,
)
"""Gemini and xAI refuse a key with 400, MiniMax with 200."""

_REFUSED: Final = re.compile(
    r"model_not_found|not_found_error|invalid_request_error|BadRequestError|\bmodel\b.{1,80}\bnot found",
    re.IGNORECASE,
)
"""A refused request; within a stream, where there is no status, only its words tell it."""

_FAILED_CALL: Final = re.compile(r"tool_use_failed|json_validate_failed")
"""Groq's codes for output of the model that it could not read: another attempt may succeed."""

_AUTH: Final = re.compile(r"invalid_api_key|authentication|unauthori[sz]ed|permission_denied", re.IGNORECASE)
_RATE_LIMIT: Final = re.compile(
    r"rate[ _]?limit|too[ _]?many[ _]?requests|resource_?exhausted|request_limit|throttl", re.IGNORECASE
)
_QUOTA: Final = re.compile(
    r"insufficient[ _](?:quota|balance|credits)|billing[ _](?:hard|limit|details)|plans? (?:and|&) billing"
    r"|payment required|credit balance|spending limit|arrearage"
    r"|(?:any|more|available|included) credits|budget[ _](?:has been )?exceeded|over budget|free tier"
    r"|quota (?:is|has been|was) (?:exceeded|exhausted)|volume quota|key limit exceeded",
    re.IGNORECASE,
)
"""An account without money or quota; providers report it with 400, 401, 402, 403, 412 and 429."""
_TEMPORARY: Final = frozenset({0, 408, 409, 424, 425, 498, 499})
"""Statuses of a moment: TGI says with 424, Groq with 498, that a model is overloaded; 499 is cancelled."""

_REQUEST_STATUSES: Final = frozenset({400, 404, 405, 415, 422, 500, 501})
"""Statuses with which servers reject a parameter; llama.cpp and Ollama do so with 500."""


@dataclass(frozen=True)
class ServerError:
    """An error as a server reports it, in a response or within a stream.

    Attributes:
        status: HTTP status, or the one that the error itself names; 0 where there is none.
        code: The most specific code or type that can be shown; empty where there is none.
        message: All sentences and codes of the error. For recognition only, never to be shown.
        body: The error as it was read.
    """

    status: int
    code: str
    message: str
    body: object

    @classmethod
    def read(cls, body: object, status: int = 0) -> "ServerError":
        """Returns the error in a body: JSON that has been read, or text."""
        texts = list(_texts(body))
        codes = [text for name, text in texts if name in ("code", "type", "status")]
        code = next((text for text in codes if _CODE.fullmatch(text) and text not in _GENERAL_TYPES), "")
        message = "\n".join(dict.fromkeys(text for _, text in texts))[:_MAX_MESSAGE]
        return cls(status or _status_in(body), code, message, body)

    @property
    def shown(self) -> str:
        """The part that is safe to show: the code, and the first sentences as far as they are plain words."""
        sentences = (
            text for name, text in _texts(self.body) if name in ("message", "msg", "error", "detail", "")
        )
        first = next((text.split("\n")[0].strip()[:_MAX_REASON] for text in sentences), "")
        plain = _PLAIN_WORDS.match(first)
        return ": ".join(part for part in (self.code, plain[0] if plain else "") if part)


_GENERAL_TYPES: Final = frozenset({"error", "invalid_request_error", "api_error", "object"})
"""Types that say nothing; the code beside them does."""


def provider_error(provider: str, error: Exception, sent: Collection[str] = ()) -> ProviderError | None:
    """Returns the error that an exception means; None when the exception is a defect of this project.

    Args:
        provider: The provider that was called.
        error: The exception that was raised while the request was sent or the answer was read.
        sent: Names of the parameters in the request.
    """
    import aiohttp
    import httpx2
    import openai

    match error:
        case ProviderError():
            return error
        case openai.APIStatusError():
            return _of_response(provider, error, sent)
        case openai.APITimeoutError() | httpx2.TimeoutException() if _is_timeout(error):
            return ProviderTimeoutError(provider, "did not answer in time")
        case openai.APIConnectionError():
            return ProviderUnavailableError(provider, "could not be reached")
        case httpx2.RequestError() | aiohttp.ClientError() | ssl.SSLError():
            return ProviderUnavailableError(provider, "broke the connection")
        case openai.OpenAIError():
            return ProviderBadPayloadError(provider, "sent an unexpected response")
        case UnicodeEncodeError():
            # Headers are ASCII.
            return ProviderAuthError(provider, "has a key with characters outside ASCII")
    return None


def stream_error(provider: str, body: object, sent: Collection[str] = ()) -> ProviderError:
    """Returns the error that a server reports within a stream.

    Args:
        provider: The provider that was called.
        body: The event's data: JSON that has been read, or text.
        sent: Names of the parameters in the request.
    """
    error = ServerError.read(body)
    shown = f" ({error.shown})" if error.shown else ""
    return (
        _recognised(provider, error, sent)
        or _by_status(provider, error, requested_pause({}, error.message, body))
        or ProviderUnavailableError(provider, f"reported an error in the stream{shown}")
    )


def _is_timeout(error: BaseException) -> bool:
    """Returns whether it really is one: the transport calls refused and broken connections time-outs, too."""
    while error.__cause__ is not None:
        error = error.__cause__
    return isinstance(error, TimeoutError)


def _of_response(provider: str, error: "APIStatusError", sent: Collection[str]) -> ProviderError:
    reported = ServerError.read(error_body(error), error.status_code)
    retry_after = requested_pause(error.response.headers, reported.message, reported.body)
    return (
        _recognised(provider, reported, sent)
        or _by_status(provider, reported, retry_after)
        or ProviderUnavailableError(provider, f"answered {error.status_code}", retry_after=retry_after)
    )


def error_body(error: Exception) -> object:
    """Returns the body of an error response: JSON that has been read, or text; None for other exceptions."""
    import openai

    if not isinstance(error, openai.APIStatusError):
        return None
    try:
        return json.loads(error.response.content)
    except (ValueError, RecursionError):
        return error.response.text[:_MAX_MESSAGE]


def _recognised(provider: str, error: ServerError, sent: Collection[str]) -> ProviderError | None:
    """Returns the errors that are recognised by their words, whatever status they come with."""
    if error.status == 429:
        return None
    if _CONTENT_FILTER.search(error.message):
        return ProviderContentFilteredError(provider, "refused the prompt by its content policy")
    if error.status < 500 and _QUOTA.search(error.message):
        return None
    if error.status in (0, 400) and _KEY.search(error.message):
        return ProviderAuthError(provider, "refused the credentials")
    if (bound := _completion_bound(error, sent)) is not None:
        return ProviderRequestError(provider, "has no room for so many tokens", parameter=bound)
    limited = error.status == 0 and _RATE_LIMIT.search(error.message)
    if error.status == 413 or (_CONTEXT.search(error.message) and not limited):
        return ProviderContextTooLongError(provider, "has too small a context for the prompt")
    if error.status not in (*_REQUEST_STATUSES, 0) or _FAILED_CALL.search(error.message):
        return None
    parameter = rejected_parameter(error.body, error.message, sent, status=error.status)
    if parameter is None:
        return None
    return ProviderRequestError(provider, f"does not take {parameter}", parameter=parameter)


def _completion_bound(error: ServerError, sent: Collection[str]) -> str | None:
    """Returns the parameter that bounds the answer when only it makes a prompt exceed the context (vLLM)."""
    if (named := _ANSWER_TOO_LONG.search(error.message)) and named["name"].lower() in sent:
        return named["name"].lower()
    found = (pattern.search(error.message) for pattern in _COMPLETION_BOUNDS)
    numbers = next(filter(None, found), None)
    if numbers is None or int(numbers["prompt"]) >= int(numbers["context"]):
        return None
    return next((name for name in ("max_tokens", "max_completion_tokens") if name in sent), None)


def _by_status(provider: str, error: ServerError, retry_after: float | None) -> ProviderError | None:
    status, codes = error.status, error.message if error.status == 0 else ""
    spent = status == 402 or (status < 500 and _QUOTA.search(error.message))
    if spent or status == 429 or _RATE_LIMIT.search(codes):
        reason = "the quota is used up" if spent else "too many requests"
        return ProviderRateLimitedError(provider, reason, retry_after=retry_after)
    if status in (401, 403) or _AUTH.search(codes):
        return ProviderAuthError(provider, f"refused the credentials ({status or error.code})")
    refused = status == 0 and _REFUSED.search(error.message)
    temporary = (status in _TEMPORARY and not refused) or status >= 500
    if temporary or _FAILED_CALL.search(error.message):
        return None
    return ProviderRequestError(provider, f"refused the request ({f'{status} {error.shown}'.strip()})")


def _texts(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yields the texts of an error with the names of their fields, outermost first."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, int) and name == "code":
        yield name, str(value)
    elif depth > 6:
        return
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, str(key), depth + 1)
    elif isinstance(value, list):
        for item in value[:20]:
            yield from _texts(item, name, depth + 1)


def _status_in(body: object) -> int:
    """Returns the HTTP status that an error names itself, or 0."""
    if isinstance(body, list):
        body = body[0] if body else None
    if not isinstance(body, Mapping):
        return 0
    for holder in (body.get("error"), body):
        if isinstance(holder, Mapping):
            for name in ("status_code", "code", "status"):
                value = holder.get(name)
                text = str(value)
                if not isinstance(value, bool) and text.isdecimal() and 400 <= int(text[:9]) <= 599:
                    return int(text)
    return 0
